"""Shows the published dashboards: in a browser from disk, or over HTTP to this machine alone.

Where a run publishes, the next page that is asked for is of the new publication.
"""

from __future__ import annotations

import webbrowser
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from store.errors import NotPublishedError, StoreError
from store.tables.home import Home

HOST = "127.0.0.1"
PORT = 8765
SHOWN = ("dashboards", "audits")
"""Folders of a publication that are served; the store itself is not."""

_NAMES = (HOST, "localhost")


def require(home: Home) -> Path:
    """The first page. Raises `NotPublishedError` where nothing has been published yet."""
    if not home.dashboards.exists():
        raise NotPublishedError(
            f"there are no dashboards at '{home.dashboards}' yet: `affect demo` or `affect run` makes them, `--home` "
            "names another home"
        )
    return home.dashboards


def open_pages(home: Home) -> Path:
    """Open the dashboards in the user's browser; returns the first page, also where no browser was found."""
    page = require(home)
    webbrowser.open(page.as_uri())
    return page


class Handler(SimpleHTTPRequestHandler):
    """Files of the current publication's pages; no lists of folders, nothing for a name that is not this machine's."""

    def __init__(self, *arguments: Any, home: Home, **options: Any) -> None:
        self._home = home
        super().__init__(*arguments, directory=str(home.published.resolve()), **options)

    def send_head(self) -> Any:
        """Raises nothing: what may not be shown is 403 or 404."""
        if self._host() not in _NAMES:  # a page of elsewhere that lets its own name point here
            return self.send_error(HTTPStatus.FORBIDDEN, "Only for this machine")
        wanted = Path(self.translate_path(self.path))  # below the directory, whatever was asked for
        parts = wanted.relative_to(self.directory).parts
        if not parts:
            self.send_response(HTTPStatus.FOUND)
            self.send_header("Location", f"/{SHOWN[0]}/index.html")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        try:  # a link leads nowhere else
            found = wanted.resolve()
            is_shown = any(found.is_relative_to(Path(self.directory) / one) for one in SHOWN) and found.is_file()
        except OSError:  # a name that is too long
            is_shown = False
        if not is_shown:
            return self.send_error(HTTPStatus.NOT_FOUND)
        return super().send_head()

    def _host(self) -> str:
        return str(self.headers.get("Host", "")).partition(":")[0]

    def end_headers(self) -> None:
        """A new publication has the same addresses: nothing is kept."""
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Requests are not told in the terminal."""


def server(home: Home, port: int = PORT) -> ThreadingHTTPServer:
    """A server of the dashboards on 127.0.0.1, not yet serving; port 0 is any that is free.

    Raises `NotPublishedError`, and `StoreError` where the port is taken.
    """
    require(home)
    try:
        return ThreadingHTTPServer((HOST, port), partial(Handler, home=home))
    except OSError as error:
        raise StoreError(f"port {port} of {HOST} cannot be used ({error.strerror}): `--port` names another") from error
