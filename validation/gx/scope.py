"""Which rows an audit looks at: those of people of whom a row is new or has changed since it passed an earlier audit.

Rows are compared by hashes of their contents, of which every audit computes all again. Before training, the rows of the
split tables are compared in the same way, and the features behind them by their keys and checksums: the audit of the
rows has compared their contents, and a publication compares them once more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from affect_store.store.engine.table_hashes import THUMBNAILS, THUMBNAILS_SUFFIX
from affect_store.store.schema.declarations import Table
from affect_store.store.schema.tables import BY_NAME, TABLES
from affect_store.validation.gx.dialect import StoreReader, sql
from affect_store.validation.gx.scope_views import (
    CHECKED_IN_PART,
    LANDMARKS_BEHIND,
    SPLIT_TABLES,
    RowScope,
)
from affect_store.validation.rules import FEATURE_TABLES
from affect_store.validation.verdict import RowsLookedAt

IMAGES = "catalogue.images"
MARKED = (
    IMAGES,
    *(table.qualified for table in TABLES if table.schema == "features" and "image_id" in table.columns),
)
"""Tables whose rows of a photograph decide whether it is looked at again."""

_BRIEF = ("image_id", "view", "version", "reference_image_id", "quarantine_status", "checks", "checksum", "seal",
          "created_at", "released_at")  # fmt: skip
_OF_ROWS = frozenset({"catalogue", "features"})
_EMPTY = "0 rows, 0000000000000000"


@dataclass(frozen=True)
class Scope:
    """What an audit looks at.

    `counts` has the tables of which it does not look at all rows, `contents` hashes of the tables that were read for
    it, as `table_hashes` computes them. `passed` is the number of photographs in the record that was compared;
    `is_marked` tells whether the rows can be recorded.
    """

    counts: Mapping[str, RowsLookedAt] = field(default_factory=dict)
    contents: Mapping[str, str] = field(default_factory=dict)
    passed: int = 0
    is_marked: bool = False


def compare(store: StoreReader, schemas: Collection[str], passed: pa.Table, *, is_full: bool) -> Scope:
    """Compute hashes of the rows of these schemas, and limit the checks to what differs from `passed`.

    With `is_full`, the checks look at all rows all the same. Raise what DuckDB raises if a table cannot be read.
    """
    contents = _take_marks(store, schemas)
    store.connection.register("arriving", passed)
    store.connection.execute(sql("scope/store").replace("{name}", "passed"))
    store.connection.unregister("arriving")
    _run(store, "create_passed_marks")
    if "splits" in schemas:
        _run(store, "split_marks")
    counts = {} if is_full or not len(passed) else _limit(store, schemas)
    return Scope(counts, contents, len(passed), is_marked=True)


def record(store: StoreReader, schemas: Collection[str]) -> pa.Table:
    """Return the photographs that have passed now, to be recorded; call it after `compare`."""
    photographs = store.arrow(sql("scope/record")) if _has_rows(schemas) else store.arrow(sql("scope/passed"))
    if "splits" not in schemas:
        return photographs
    store.connection.register("recorded", photographs)
    return store.arrow(sql("scope/record_of_splits"))


def changed_in_place(store: StoreReader, table: str) -> list[dict[str, str]]:
    """List image_id, version and path of valid rows of a feature table with other values than those that passed."""
    rows = f"valid_rows('{table}')" if table in FEATURE_TABLES else table
    text = sql("scope/changed_in_place").replace("{batch}", table).replace("{rows}", rows)
    changed: list[dict[str, str]] = store.arrow(text).to_pylist()
    return changed


def _take_marks(store: StoreReader, schemas: Collection[str]) -> dict[str, str]:
    tables = [*(MARKED if _has_rows(schemas) else ()), *(SPLIT_TABLES if "splits" in schemas else ())]
    _run(store, "create_row_marks", rows=_union(text for name in tables for text in _marks(BY_NAME[name])))
    _run(store, "create_brief_marks", rows=_union(_brief(BY_NAME[name]) for name in MARKED))
    rows = store.arrow(sql("scope/contents")).to_pylist()
    names = [entry for name in tables for entry in _entries(BY_NAME[name])]
    hashes = {row["table_name"]: f"{row['n']} rows, {int(row['digest']):016x}" for row in rows}
    return {name: hashes.get(name, _EMPTY) for name in names}


def _limit(store: StoreReader, schemas: Collection[str]) -> dict[str, RowsLookedAt]:
    has_rows, has_splits = _has_rows(schemas), "splits" in schemas
    _run(store, "affected" if has_rows else "affected_in_brief")
    tables = [name for name in CHECKED_IN_PART if name not in SPLIT_TABLES]
    texts = [_text("valid_rows" if name in FEATURE_TABLES else "all_rows", name) for name in tables]
    if has_splits:
        _run(store, "affected_members")
        texts += [_text("all_rows", name, affected="members_to_check") for name in SPLIT_TABLES]
    texts.append(sql("scope/landmarks_behind"))
    _run(store, "create_rows_in_scope", rows=_union(texts))
    rows, known, people = (store.arrow(sql(f"scope/{name}_to_share")) for name in ("rows", "values", "people"))
    limited = frozenset({*tables, LANDMARKS_BEHIND, *(SPLIT_TABLES if has_splits else ())})
    members = store.arrow(sql("scope/members_to_share"))["image_id"].to_pylist() if has_splits else None
    store.limit(RowScope(limited, rows, known, people, members))
    counted = store.arrow(sql("scope/covered_counts")).to_pylist()
    shown = {*(tables if has_rows else ()), *(SPLIT_TABLES if has_splits else ())}
    return {
        row["table_name"]: RowsLookedAt(row["looked_at"], row["covered"])
        for row in counted
        if row["table_name"] in shown
    }


def _has_rows(schemas: Collection[str]) -> bool:
    return bool(_OF_ROWS & set(schemas))


def _marks(table: Table) -> Iterator[str]:
    """Yield the statements about the rows of a table: all but thumbnails, and thumbnails."""
    for statement, name in zip(("row_marks", "picture_marks"), _entries(table), strict=False):
        key = ", ".join(f'"{column}"' for column in table.key)
        version = "version" if "version" in table.columns else "''"
        yield _text(statement, table.qualified, key=key, version=version, name=name)


def _entries(table: Table) -> list[str]:
    return [table.qualified, *([table.qualified + THUMBNAILS_SUFFIX] if THUMBNAILS in table.columns else [])]


def _brief(table: Table) -> str:
    names = table.columns if table.qualified == IMAGES else [name for name in _BRIEF if name in table.columns]
    moments = [name for name in ("created_at", "released_at") if name in table.columns]
    moment = f"greatest({', '.join(moments)})" if moments else "NULL::TIMESTAMP"
    columns = ", ".join(f'"{name}"' for name in names)
    return _text("brief_marks", table.qualified, columns=columns, moment=moment)


def _union(texts: Iterable[str]) -> str:
    return " UNION ALL ".join(f"({text}\n)" for text in texts)


def _text(name: str, table: str, /, *, affected: str = "photographs_to_check", **values: str) -> str:
    text = sql(f"scope/{name}").replace("{batch}", table).replace("{affected}", affected)
    for placeholder, value in values.items():
        text = text.replace(f"{{{placeholder}}}", value)
    return text


def _run(store: StoreReader, name: str, /, **values: str) -> None:
    store.connection.execute(_text(name, "", **values))
