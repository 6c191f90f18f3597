"""Export the result of a user's query, a feature or a service to a CSV, Parquet, Arrow or Excel file.

The query reads the published store and nothing else; the only file that is written is the target.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from affect_store.store.engine import user_sql
from affect_store.store.engine.durable_files import put_in_place
from affect_store.store.engine.export_files import SUFFIXES, write
from affect_store.store.engine.export_query import relation_of
from affect_store.store.errors import QueryError
from affect_store.store.home import Home


def export(
    home: Home,
    query: str,
    target: Path,
    *,
    wide: bool = False,
    labels: bool = False,
    force: bool = False,
    raw: bool = False,
    fex: bool = False,
) -> int:
    """Write the rows of a SELECT, a table or view, a feature or a service to `target`; return the size in bytes.

    The format follows from the suffix, one of `export_files.SUFFIXES`. `wide` gives every component of a vector a
    column, `labels` adds subject, emotion, camera angle, gaze and path, `fex` py-feat's names of action
    units, see `export_query.relation_of`. In CSV, text
    that a spreadsheet would run as a formula begins with an apostrophe, unless `raw`.

    Raises `QueryError` for another suffix, if the file exists (unless `force`), for what `relation_of` refuses, for
    rows that the format cannot hold, and, with DuckDB's message, if the query fails. `target` is then as before.
    """
    _check(query, target, force=force)
    temporary = target.absolute().with_name(f".{secrets.token_hex(8)}{target.suffix}")
    try:
        with user_sql.opened(home, target=temporary, threads=1) as connection:  # several would buffer results in order
            relation = relation_of(connection, query, labels=labels, wide=wide, fex=fex)
            user_sql.interruptible(connection, lambda: write(relation, temporary, raw=raw))
        put_in_place(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    return target.stat().st_size


def _check(query: str, target: Path, *, force: bool) -> None:
    if target.suffix.lower() not in SUFFIXES and query.lower().endswith(SUFFIXES):
        raise QueryError(f"expected the query before the file: `affect export {target} {query}`")
    if target.suffix.lower() not in SUFFIXES:
        endings = f"{', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"
        raise QueryError(f"cannot export to '{target}': expected a file name that ends in {endings}")
    if not target.parent.is_dir():
        raise QueryError(f"cannot export to '{target}': the folder '{target.parent}' does not exist")
    if target.is_dir():
        raise QueryError(f"cannot export to '{target}': it is a folder, expected a file name")
    if target.exists() and not force:
        raise QueryError(f"'{target}' already exists; use --force to replace it")
