"""Publications are read by older versions of DuckDB, which are installed for the test."""

from __future__ import annotations

import subprocess

import pytest
from benchmarks.duckdb_versions import read_with

from tests.stores.known import small_home


@pytest.mark.long
@pytest.mark.parametrize("version", ["1.1.3", "1.2.2"])
def test_an_older_client_reads_every_table_view_and_macro(version: str) -> None:
    try:
        read, failed = read_with(version, small_home().published_store)
    except subprocess.CalledProcessError:
        pytest.skip(f"DuckDB {version} cannot be installed")
    assert failed == 0 and read > 50
