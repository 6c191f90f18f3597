"""One clean store per session, with and without constraints; faults are planted in copies of the latter."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stores import clean


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean store as the product would write it."""
    return clean.copy(tmp_path_factory.mktemp("session_clean")).work


@pytest.fixture(scope="session")
def unguarded(guarded: Path) -> Path:
    """The same rows without CHECK, NOT NULL and PRIMARY KEY."""
    return clean.without_guards(guarded, guarded.with_name("unguarded.duckdb"))
