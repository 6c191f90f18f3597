"""Which requests are answered: those of the page itself, on this machine. No web library.

The server listens on loopback, but a web site that is open in the same browser can reach it, too. The Host header
stops DNS rebinding; the Origin header and a random token, which only the page knows, stop requests of other sites.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

HOST = "127.0.0.1"
NAMES = (HOST, "localhost")
TOKEN_HEADER = "affect-token"
READING = ("GET", "HEAD")
"""Methods that change and compute nothing: a link to the page from elsewhere opens it."""

HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), display-capture=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Headers of every answer, besides the content security policy of the page."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]
Pairs = Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Access:
    """The port of the page, and the token that its requests carry."""

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    @property
    def hosts(self) -> list[str]:
        """The Host headers of this server; browsers leave out the port 80."""
        return [f"{name}:{self.port}" for name in NAMES] + (list(NAMES) if self.port == 80 else [])

    def refusal(self, method: str, headers: Pairs) -> str | None:
        """Return why a request is not answered; None if it is."""
        values: dict[str, list[str]] = {}
        for name, value in headers:
            values.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
        host = values.get("host", [])
        if len(host) != 1 or host[0] not in self.hosts:
            return f"this page is only for this machine: expected the Host {self.hosts[0]}"
        if method in READING:
            return None
        if values.get("origin") != [f"http://{host[0]}"]:
            return f"expected a request of the page itself: Origin http://{host[0]}"
        tokens = values.get(TOKEN_HEADER, [])
        if len(tokens) != 1 or not secrets.compare_digest(tokens[0].encode(), self.token.encode()):
            return "this page is of an earlier start of `affect app`: load it again"
        return None


class Guarded:
    """An ASGI application that answers only requests of the page, before anything of their body is read."""

    def __init__(self, application: Application, access: Access, policy: str) -> None:
        self._application, self._access = application, access
        headers = {**HEADERS, "Content-Security-Policy": policy}
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        reason = self._access.refusal(scope["method"], scope["headers"])

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *self._headers]
            await send(message)

        if reason is None:
            await self._application(scope, receive, send_with_headers)
            return
        text = [(b"content-type", b"text/plain; charset=utf-8")]
        await send_with_headers({"type": "http.response.start", "status": 403, "headers": text})
        await send({"type": "http.response.body", "body": reason.encode()})
