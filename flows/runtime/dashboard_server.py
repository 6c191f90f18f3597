"""Show the published dashboards: in a browser from disk, or over HTTP to this machine only.

The server always shows the current publication, even if a run publishes meanwhile.
"""

from __future__ import annotations

import sys
import webbrowser
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from affect_store.store.errors import NotPublishedError, StoreError
from affect_store.store.home import Home

HOST = "127.0.0.1"
PORT = 8765
SHOWN = ("dashboards", "audits")
"""Folders of a publication that are served; the store itself is not."""

HEADERS = {
    "Cache-Control": "no-store",  # a new publication has the same addresses
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Headers of every answer. The pages' own policy, in their `<head>`, holds when they are opened from disk."""

_NAMES = (HOST, "localhost")


def first_page(home: Home) -> Path:
    """Return the first page. Raises `NotPublishedError` if nothing has been published yet."""
    if not home.dashboards.exists():
        raise NotPublishedError(
            home.absence()
            if home.published.is_symlink() and not home.published.exists()
            else f"there are no dashboards at '{home.dashboards}' yet: run `affect demo` or `affect run`, or name "
            "another home with `--home`"
        )
    return home.dashboards


def open_pages(home: Home) -> Path:
    """Open the dashboards in the user's browser; returns the first page, even if no browser was found."""
    page = first_page(home)
    webbrowser.open(page.as_uri())
    return page


class Handler(SimpleHTTPRequestHandler):
    """Serve the pages of the current publication, without directory listings and to this machine only."""

    def __init__(self, *arguments: Any, home: Home, **options: Any) -> None:
        self._home = home
        super().__init__(*arguments, directory=str(home.published.resolve(strict=True)), **options)

    def send_head(self) -> Any:
        """Answer 403 for another host name, and 404 for everything but pages."""
        if self._host() not in _NAMES:  # DNS rebinding: another site whose name resolves to this machine
            return self.send_error(HTTPStatus.FORBIDDEN, "Only for this machine")
        path = Path(self.translate_path(self.path))  # always below the directory
        parts = path.relative_to(self.directory).parts
        if not parts:
            self.send_response(HTTPStatus.FOUND)
            self.send_header("Location", f"/{SHOWN[0]}/index.html")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        if not self._is_shown(path):
            return self.send_error(HTTPStatus.NOT_FOUND)
        return super().send_head()

    def _is_shown(self, path: Path) -> bool:
        """Whether the path is that of a page; links that lead elsewhere are not followed."""
        try:
            file = path.resolve()
            return any(file.is_relative_to(Path(self.directory) / name) for name in SHOWN) and file.is_file()
        except (OSError, RuntimeError, ValueError):  # a name that is too long, a loop of links, a NUL character
            return False

    def _host(self) -> str:
        return str(self.headers.get("Host", "")).partition(":")[0]

    def end_headers(self) -> None:
        """Add the headers of every answer."""
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Do not log requests in the terminal."""


class Server(ThreadingHTTPServer):
    """A server that leaves the terminal alone when a browser closes a connection early."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report errors in the terminal, except those of the connection and of a publication that was just removed."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError | FileNotFoundError):
            super().handle_error(request, client_address)


def server(home: Home, port: int = PORT) -> ThreadingHTTPServer:
    """Return a server of the dashboards on 127.0.0.1, not serving yet; port 0 is any free port.

    Raises `NotPublishedError`, and `StoreError` if the port is in use.
    """
    first_page(home)
    try:
        return Server((HOST, port), partial(Handler, home=home))
    except OSError as error:
        raise StoreError(
            f"port {port} of {HOST} is not available ({error.strerror}): choose another with `--port`"
        ) from error
