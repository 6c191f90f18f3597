"""Compare the results of two homes: tables, predictions and weights, except times, code versions and names.

`python benchmarks/same_results.py BEFORE AFTER` compares two homes that were made from one folder of photographs, for
instance by two commits of the product, and prints a line per table. It exits 1 where a value differs.
"""

from __future__ import annotations

import argparse
import io
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import h5py
import numpy as np
from numpy.typing import NDArray

NOT_COMPARED = {
    "duration_s", "code_version", "artifact_sha256", "library_versions", "description", "owner", "reason",
    "excluded_reason", "status_detail", "method",
}  # fmt: skip
"""Columns that differ between any two runs, and texts for people. All points in time are left out, too."""

OF_ONE_RUN = ("quality.results", "quality.settings", "quality.publications")
"""Tables of audits and settings: their rows name moments and messages."""


def tables(connection: duckdb.DuckDBPyConnection, alias: str) -> dict[str, dict[str, str]]:
    """Columns with their types, by table, of an attached store."""
    rows = connection.execute(
        "SELECT schema_name || '.' || table_name, column_name, data_type FROM duckdb_columns() "
        "WHERE database_name = ? AND NOT internal AND table_name IN (SELECT table_name FROM duckdb_tables())",
        [alias],
    ).fetchall()
    columns: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        columns.setdefault(table, {})[column] = kind
    return columns


def compare_tables(before: Path, after: Path) -> bool:
    """Print a line per table; returns whether all are equal in the columns that both have."""
    is_equal = True
    with duckdb.connect() as connection:
        for alias, home in (("before", before), ("after", after)):
            connection.execute(f"ATTACH '{home / 'work.duckdb'}' AS {alias} (READ_ONLY)")
        old, new = tables(connection, "before"), tables(connection, "after")
        for table in sorted(old.keys() | new.keys()):
            if table not in old or table not in new:
                print(f"{table:32} only {'before' if table in old else 'after'}")
                continue
            if table in OF_ONE_RUN:
                continue
            shared = [
                name for name, kind in old[table].items()
                if name in new[table] and name not in NOT_COMPARED and not kind.startswith("TIMESTAMP")
            ]  # fmt: skip
            added = sorted(new[table].keys() - old[table].keys())
            removed = sorted(old[table].keys() - new[table].keys())
            condition = _without_new_views(connection, table, shared)
            names = ", ".join(f'"{name}"' for name in shared)
            select = {alias: f"SELECT {names} FROM {alias}.{table}" for alias in ("before", "after")}
            select["after"] += condition
            counts = [
                connection.execute(f"SELECT count(*) FROM ({first} EXCEPT ALL {second})").fetchall()[0][0]
                for first, second in ((select["before"], select["after"]), (select["after"], select["before"]))
            ]
            rows = connection.execute(f"SELECT count(*) FROM ({select['before']})").fetchall()[0][0]
            is_equal &= counts == [0, 0]
            verdict = "equal" if counts == [0, 0] else f"{counts[0]} rows only before, {counts[1]} only after"
            changes = "".join(
                f", {word}: {' '.join(names)}" for word, names in (("new", added), ("gone", removed)) if names
            )
            print(f"{table:32} {rows:7,} rows, {len(shared):2} columns: {verdict}{changes}")
    return is_equal


def _without_new_views(connection: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> str:
    """The condition that leaves out rows of feature views that the older store did not have."""
    if "view" not in columns:
        return ""
    known = [row[0] for row in connection.execute('SELECT DISTINCT "view" FROM before.features.views').fetchall()]
    return f""" WHERE "view" IN ({", ".join(f"'{name}'" for name in known)})"""


def weights_of(folder: Path) -> dict[str, NDArray[Any]]:
    """Every array of a trained model by name: of the Keras file, or of the NumPy archive."""
    arrays: dict[str, NDArray[Any]] = {}
    for path in sorted(folder.glob("*.npz")):
        with np.load(path, allow_pickle=False) as archive:
            arrays |= {f"{path.name}/{name}": archive[name] for name in archive.files}
    for path in sorted(folder.glob("*.keras")):
        with zipfile.ZipFile(path) as archive, h5py.File(io.BytesIO(archive.read("model.weights.h5"))) as file:
            arrays |= {f"{path.name}/{name}": values for name, values in _datasets(file)}
    return arrays


def _datasets(group: h5py.Group) -> Iterator[tuple[str, NDArray[Any]]]:
    for item in group.values():
        if isinstance(item, h5py.Dataset):
            yield item.name, np.asarray(item)
        else:
            yield from _datasets(item)


def compare_weights(before: Path, after: Path) -> bool:
    """Print a line; returns whether the same runs have weights, equal bit for bit."""
    runs = [{path.name: path for path in (home / "artifacts").iterdir() if path.is_dir()} for home in (before, after)]
    different = sorted(runs[0].keys() ^ runs[1].keys())
    count = 0
    for run in sorted(runs[0].keys() & runs[1].keys()):
        old, new = (weights_of(folder[run]) for folder in runs)
        count += len(old)
        if old.keys() != new.keys() or not all(np.array_equal(old[name], new[name]) for name in old):
            different.append(run)
    print(f"weights: {len(runs[0])} runs, {count} arrays: {'equal' if not different else f'different: {different}'}")
    return not different


def main() -> int:
    """Compare two homes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    arguments = parser.parse_args()
    is_equal = compare_tables(arguments.before, arguments.after) & compare_weights(arguments.before, arguments.after)
    print(f"goal same_results {int(not is_equal)} 0 {'met' if is_equal else 'missed'}")
    return int(not is_equal)


if __name__ == "__main__":
    sys.exit(main())
