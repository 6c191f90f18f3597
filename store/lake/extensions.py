"""DuckDB's extensions for a lake, loaded from their Python packages: no network, and nothing in the user's folders."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

import duckdb

from affect_store.store.engine.duckdb import Connection, quoted
from affect_store.store.errors import StoreError

DUCKLAKE, POSTGRES, SQLITE, HTTPFS = "ducklake", "postgres_scanner", "sqlite_scanner", "httpfs"

_PACKAGE = "duckdb_extension_{name}"


def load(connection: Connection, names: Iterable[str]) -> None:
    """Load extensions into the instance of a connection. Raises `StoreError` for one that is not installed."""
    for name in names:
        connection.execute(f"LOAD {quoted(str(extension_file(name)))}")


def extension_file(name: str) -> Path:
    """Return the file of an extension for the installed DuckDB. Raises `StoreError` if no package has it."""
    package = _PACKAGE.format(name=name)
    spec = find_spec(package)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    if not folders:
        raise StoreError(
            f"a lake needs the package '{package.replace('_', '-')}': install affect-store[lake], or in a "
            "checkout the packages of requirements.lock"
        )
    version = f"v{duckdb.__version__}"
    path = Path(folders[0]) / "extensions" / version / f"{name}.duckdb_extension"
    if not path.is_file():
        raise StoreError(
            f"the package '{package.replace('_', '-')}' has no extension for DuckDB {version}: install the version "
            f"{duckdb.__version__} of it"
        )
    return path
