"""The command `app`: a page on this machine that predicts photographs with several systems, and keeps none of them."""

from __future__ import annotations

import signal
import threading
import traceback
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from affect_store.flows.cli.options import DEFAULT_HOME, HomeOption
from affect_store.flows.cli.temporary_log import TemporaryLog, temporary_log

if TYPE_CHECKING:
    from socket import socket

    from affect_store.flows.webapp.analysis import Analyser
    from affect_store.flows.webapp.systems import ChosenSystem
    from affect_store.store.home import Home

commands = typer.Typer()


@commands.command("app")
def open_app(
    model: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            metavar="NAME|RUN",
            help="A system such as cnn or cnn.published, or the id of a run; several are separated by commas, or given "
            "one by one. [default: the champion, the best of the leaderboard, and one without a neutral photograph]",
        ),
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes any free one.")] = 0,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")] = True,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Try trained models in a browser, on this machine only.

    Drop a photograph, and a neutral one of the same person, or use the camera. The page shows the landmarks, the
    movement of the face, and the probabilities of several systems. Photographs stay in memory: nothing is written or
    sent elsewhere, and nothing in the home changes. The page is on 127.0.0.1, until Ctrl-C.
    """
    from affect_store.flows.runtime import console, system_libraries
    from affect_store.flows.webapp import server, systems
    from affect_store.flows.webapp.analysis import Analyser

    system_libraries.require_libraries()
    home.require()
    names = [name.strip() for names in model or [] for name in names.split(",") if name.strip()]
    with _ending_on_sigterm(), temporary_log("app") as log, server.listen(port) as listener:
        chosen, problems = systems.choose(home, names)
        for problem in problems:
            console.say(f"  left out: {problem}")
        with Analyser() as analyser:
            _load(analyser, home, chosen)
            with suppress(KeyboardInterrupt):
                _serve(analyser, home, chosen, listener, log, opens_browser=browser)
            console.say("stopped")


@contextmanager
def _ending_on_sigterm() -> Iterator[None]:
    """Let SIGTERM end the block as Ctrl-C does, so that the log is removed."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _load(analyser: Analyser, home: Home, chosen: list[ChosenSystem]) -> None:
    from affect_store.flows.runtime import console

    with console.step("load models", len(chosen)) as (step, advance):
        for _ in analyser.load(home, chosen):
            advance(1)
        analyser.warm_up()
        step.remark = ", ".join(system.model.name for system in chosen)


def _serve(
    analyser: Analyser,
    home: Home,
    chosen: list[ChosenSystem],
    listener: socket,
    log: TemporaryLog,
    *,
    opens_browser: bool,
) -> None:
    """Serve the page until Ctrl-C; a traceback of an unexpected error goes to the log."""
    from affect_store.flows.runtime import console
    from affect_store.flows.webapp import access, server
    from affect_store.flows.webapp.document import Document, document_of
    from affect_store.flows.webapp.page import page_of
    from affect_store.flows.webapp.upload import Upload

    own = access.Access(listener.getsockname()[1])

    def answer(upload: Upload) -> Document:
        return document_of(analyser.analyse(upload.photograph, upload.neutral), upload.photograph, upload.neutral)

    def report(error: Exception) -> None:
        log.is_kept = True
        traceback.print_exception(error)  # standard error is the log
        console.say(f"  unexpected error: {type(error).__name__}; its traceback is in {log.path}")

    web = server.Web(page_of(chosen, own.token, home.root), answer, report)
    address = f"http://{own.hosts[0]}/"
    console.say(f"{address} (stop with Ctrl-C)")
    if opens_browser:  # in a thread: some browsers in $BROWSER return only when they are closed
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    server.server_of(server.application(web, own)).run(sockets=[listener])
