"""Shared fixtures; if system libraries are missing, the session stops with one sentence."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from affect_store.flows.runtime import system_libraries
from affect_store.store.errors import MissingLibraryError
from tests import soak

if TYPE_CHECKING:
    from tests.finished import Finished

OF_SESSION = "session"
"""Beginning of the names of folders that all modules of a session read."""


def pytest_configure() -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in a job that a script started with `&`
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        system_libraries.require_libraries()
    except MissingLibraryError as error:
        pytest.exit(str(error), returncode=1)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests that need the finished run as long, and skip long tests outside of `make deployed` and `make soak`."""
    for item in items:
        if "finished" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.long)
        if item.get_closest_marker("long") and not soak.IS_PATIENT:
            item.add_marker(pytest.mark.skip(reason="a long test: `make deployed` runs it"))


@pytest.fixture(scope="session", autouse=True)
def configuration_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration directory of the tests, so that none reads or writes the user's."""
    folder = tmp_path_factory.mktemp("configuration")
    os.environ["AFFECT_CONFIG"] = str(folder)
    return folder


@pytest.fixture(scope="module", autouse=True)
def _folders_of_the_module(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Remove the folders of a module's fixtures after its last test: those of all modules would fill a small disk.

    They stay if a test failed.
    """
    base, failed = tmp_path_factory.getbasetemp(), request.session.testsfailed
    before = set(base.iterdir())
    yield
    if request.session.testsfailed == failed:
        for folder in set(base.iterdir()) - before:
            if not folder.name.startswith(OF_SESSION):
                shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium; tests that need it are skipped if none is installed."""
    from tests.browsing import opened

    with opened() as chromium:
        yield chromium


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """A complete run, made once per session; the folders of the session's processes lie beside each other."""
    from tests.finished import run_once

    folder = tmp_path_factory.getbasetemp()
    return run_once((folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / f"{OF_SESSION}_finished")
