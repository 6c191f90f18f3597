"""Before any test: the system libraries that the packages need, or one sentence instead of a hundred import errors."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from flows import libraries
from store.errors import MissingLibraryError

if TYPE_CHECKING:
    from tests.finished import Finished


def pytest_configure() -> None:
    try:
        libraries.require()
    except MissingLibraryError as error:
        pytest.exit(str(error), returncode=1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One file that needs the finished run comes first, the others halfway: while a process makes it, nobody waits."""
    needing = list(dict.fromkeys(item.path for item in items if _needs_the_run(item)))
    others = [path for path in dict.fromkeys(item.path for item in items) if path not in needing]
    half = len(others) // 2
    order = [*needing[:1], *others[:half], *needing[1:], *others[half:]]
    items.sort(key=lambda item: order.index(item.path))


def _needs_the_run(item: pytest.Item) -> bool:
    is_skipped = any(mark.args[0] for mark in item.iter_markers("skipif"))
    return "finished" in getattr(item, "fixturenames", ()) and not is_skipped


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A Chromium without a window; tests that need one are skipped where there is none."""
    from tests.browsing import opened

    with opened() as chromium:
        yield chromium


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """A whole run, made once a session; the processes of a session have their folders beside each other."""
    from tests.finished import run_once

    folder = tmp_path_factory.getbasetemp()
    return run_once((folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "finished")
