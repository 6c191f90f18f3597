"""One clean store a session, with the catalogue's guards and without; faults are planted in copies of the latter."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.validation.fabricate import fabricate, without_guards


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean store as the product would write it."""
    return fabricate(tmp_path_factory.mktemp("clean") / "work.duckdb")


@pytest.fixture(scope="session")
def unguarded(guarded: Path) -> Path:
    """The same rows without CHECK, NOT NULL and PRIMARY KEY."""
    return without_guards(guarded, guarded.with_name("unguarded.duckdb"))
