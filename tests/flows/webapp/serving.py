"""A server of the page in a thread, and requests to it as a browser sends them."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from affect_store.flows.webapp import server
from affect_store.flows.webapp.access import TOKEN_HEADER, Access
from affect_store.flows.webapp.page import Page
from affect_store.flows.webapp.server import Answer, Web
from affect_store.flows.webapp.upload import LENGTH_HEADER

PAGE = Page("<!doctype html><title>page</title>", "default-src 'none'")


@dataclass(frozen=True)
class Response:
    """An answer of the server."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Served:
    """A running server, and the unexpected errors that it reported."""

    access: Access
    reported: list[Exception] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.access.port}/"

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the page's own requests."""
        return {"Origin": self.address.rstrip("/"), TOKEN_HEADER: self.access.token}

    def get(self, path: str = "/", **headers: str) -> Response:
        return self._request("GET", path, headers, b"")

    def post(self, photograph: bytes, neutral: bytes = b"", **headers: str) -> Response:
        sent = {**self.headers, LENGTH_HEADER: str(len(photograph)), **headers}
        return self._request("POST", "/analysis", sent, photograph + neutral)

    def _request(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        connection = http.client.HTTPConnection("127.0.0.1", self.access.port, timeout=60)
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        response = Response(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        connection.close()
        return response


@contextmanager
def served(answer: Answer, page_with: Callable[[str], Page] = lambda token: PAGE) -> Iterator[Served]:
    """Serve a page, made with its token, on a free port; `answer` is the function for its uploads."""
    with server.listen(0) as listener:
        running = Served(Access(listener.getsockname()[1]))
        web = Web(page_with(running.access.token), answer, running.reported.append)
        uvicorn = server.server_of(server.application(web, running.access))
        thread = threading.Thread(target=uvicorn.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield running
        uvicorn.should_exit = True
        thread.join(30)
        assert not thread.is_alive()
