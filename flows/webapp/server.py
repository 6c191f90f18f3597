"""The server of the page on 127.0.0.1, with FastAPI and uvicorn. It keeps no picture and logs no request."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.requests import ClientDisconnect

from affect_store.flows.webapp.access import HOST, Access, Guarded
from affect_store.flows.webapp.document import Document
from affect_store.flows.webapp.page import Page
from affect_store.flows.webapp.upload import Upload, UploadError, read_upload
from affect_store.store.errors import AffectError, StoreError, WorkerDiedError

MAX_REQUESTS = 16
"""Maximum number of requests at a time; others are answered 503."""

SHUTDOWN_S = 3
"""Seconds that an unfinished request has after Ctrl-C."""

Answer = Callable[[Upload], Document]
Report = Callable[[Exception], None]


@dataclass(frozen=True)
class Web:
    """What is served: the page, the function that answers its uploads, and what is called for unexpected errors."""

    page: Page
    answer: Answer
    report: Report


def application(web: Web, access: Access) -> Guarded:
    """Return the ASGI application. Uploads are answered one at a time, in a thread of their own, while a page waits."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    thread, turn = ThreadPoolExecutor(1, thread_name_prefix="analysis"), asyncio.Lock()

    @app.get("/")
    async def page() -> HTMLResponse:
        return HTMLResponse(web.page.html)

    @app.post("/analysis")
    async def analysis(request: Request) -> Response:
        try:
            upload = await read_upload(request.headers, request.stream())
            async with turn:
                if await request.is_disconnected():  # the page has sent other pictures since
                    return Response(status_code=400)
                document = await asyncio.get_running_loop().run_in_executor(thread, web.answer, upload)
            return JSONResponse(document)
        except ClientDisconnect:  # the page was closed, or sends other pictures
            return Response(status_code=400)
        except UploadError as error:
            return _problem(error.status, str(error))
        except WorkerDiedError as error:
            return _problem(503, str(error))
        except AffectError as error:
            return _problem(422, str(error))
        except Exception as error:
            web.report(error)
            return _problem(500, f"an unexpected error: {type(error).__name__}; the terminal says where its log is")

    return Guarded(app, access, web.page.policy)


def _problem(status: int, message: str) -> Response:
    return JSONResponse({"problem": message}, status)


def listen(port: int) -> socket.socket:
    """Return a socket that listens on this port of 127.0.0.1; 0 is a free one. Raises `StoreError` if it is in use."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise StoreError(
            f"port {port} of {HOST} is not available ({error.strerror}): choose another with `--port`"
        ) from error
    return listener


def server_of(guarded: Guarded) -> uvicorn.Server:
    """Return a server, not started yet. Its `run(sockets=[...])` raises `KeyboardInterrupt` after Ctrl-C, when all is
    closed."""
    config = uvicorn.Config(
        guarded,
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MAX_REQUESTS,
        timeout_graceful_shutdown=SHUTDOWN_S,
    )
    return uvicorn.Server(config)
