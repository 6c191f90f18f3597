"""Rows out of a store, as Arrow tables or Polars frames. Values are bound, never formatted into SQL."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import polars as pl
import pyarrow as pa

from store.errors import UnknownNameError, unknown
from store.tables.duck import Connection, quoted, sql


def arrow(connection: Connection, statement: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
    """The result of `store/tables/sql/STATEMENT.sql` as an Arrow table."""
    return connection.execute(sql(statement), dict(parameters or {})).to_arrow_table()


def frame(connection: Connection, statement: str, parameters: Mapping[str, Any] | None = None) -> pl.DataFrame:
    """The result of `store/tables/sql/STATEMENT.sql` as a Polars frame."""
    found = pl.from_arrow(arrow(connection, statement, parameters))
    assert isinstance(found, pl.DataFrame)
    return found


def as_written(statement: str, parameters: Mapping[str, Any]) -> str:
    """The statement with its parameters (text, numbers, lists of these) as literals: what a person can run."""
    return re.sub(r"\$(\w+)", lambda found: _literal(parameters[found[1]]), sql(statement)).strip()


def _literal(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]" if value else "[]::VARCHAR[]"
    return _text(value) if isinstance(value, str) else str(value)


def _text(value: str) -> str:
    """A literal that shows every character: those that cannot be seen, or that turn the line, by their number."""
    told = [
        quoted("".join(run)) if is_seen else " || ".join(f"chr({ord(one)})" for one in run)
        for is_seen, run in groupby(value, str.isprintable)
    ]
    return f"({' || '.join(told)})" if len(told) > 1 else "".join(told) or quoted("")


@dataclass(frozen=True)
class FrozenSplit:
    """A split with all that decides its rows: view versions by feature, and the moment whose knowledge it holds.

    Of person-disjoint folds: their id and the repeat, and the fold whose people are tested, None where all are.
    """

    split_id: str
    strategy: str
    fingerprint: str
    versions: dict[str, str]
    as_of: datetime
    folds_id: str | None = None
    repeat: int | None = None
    fold: int | None = None

    @property
    def parameters(self) -> dict[str, Any]:
        """What the statements about its rows bind."""
        return {**self.versions, "split_id": self.split_id, "as_of": self.as_of}


def frozen_split(connection: Connection, split_id: str) -> FrozenSplit:
    """The split of this id. Raises `UnknownNameError`, naming the near ones."""
    found = frame(connection, "select_split", {"split_id": split_id}).rows(named=True)
    if not found:
        known = frame(connection, "select_split_ids")["split_id"].to_list()
        raise UnknownNameError(unknown("split", split_id, known))
    row = found[0]
    versions = json.loads(row["feature_versions"])
    shared = {
        name: row[name] for name in ("split_id", "strategy", "fingerprint", "as_of", "folds_id", "repeat", "fold")
    }
    return FrozenSplit(versions=versions, **shared)


def folds_of(connection: Connection, split: FrozenSplit) -> list[FrozenSplit]:
    """The splits of the folds that a split pools, in their order; none for a split that pools none."""
    if split.folds_id is None or split.fold is not None:
        return []
    found = frame(connection, "select_splits_of_folds", {"folds_id": split.folds_id, "repeat": split.repeat})
    return [frozen_split(connection, one) for one in found["split_id"]]


def split_rows(connection: Connection, split: FrozenSplit) -> pl.DataFrame:
    """Every photograph of a split with its part and labels, without features."""
    return frame(connection, "select_split_rows", {"split_id": split.split_id, "as_of": split.as_of})


def split_seals(connection: Connection, split: FrozenSplit) -> pl.DataFrame:
    """What a split's fingerprint covers, as it is stored: parts, labels and seals."""
    return frame(connection, "select_frozen_seals", split.parameters)


def number(connection: Connection, statement: str, parameters: Mapping[str, Any] | None = None) -> int:
    """The single number that `store/tables/sql/STATEMENT.sql` gives."""
    found = connection.execute(sql(statement), dict(parameters or {})).fetchone()
    return int(found[0]) if found else 0
