"""Run the statements in `sql/` and return rows as Arrow tables or Polars frames. Values are bound, never formatted."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

import polars as pl
import pyarrow as pa

from affect_store.store.emotion_classes import EIGHT, Classes, classes_with, probability_columns
from affect_store.store.engine.duckdb import Connection, quoted
from affect_store.store.engine.sql_files import sql
from affect_store.store.errors import ShapeError, UnknownNameError, unknown_name
from affect_store.store.features.feature_views import PUBLISHED_FEATURES, SINGLE_LANDMARKS
from affect_store.store.features.references import OWN_REFERENCE
from affect_store.store.vocabulary import CROSS_CORPUS, FINAL


def query_arrow(connection: Connection, statement: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
    """Return the result of `store/engine/sql/STATEMENT.sql` as an Arrow table."""
    return connection.execute(sql(statement), dict(parameters or {})).to_arrow_table()


def query_frame(connection: Connection, statement: str, parameters: Mapping[str, Any] | None = None) -> pl.DataFrame:
    """Return the result of `store/engine/sql/STATEMENT.sql` as a Polars frame."""
    return query_text(connection, sql(statement), parameters)


def query_text(connection: Connection, text: str, parameters: Mapping[str, Any] | None = None) -> pl.DataFrame:
    """Return the result of the SQL statement `text` as a Polars frame."""
    frame = pl.from_arrow(connection.execute(text, dict(parameters or {})).to_arrow_table())
    assert isinstance(frame, pl.DataFrame)
    return frame


def with_literals(statement: str, parameters: Mapping[str, Any]) -> str:
    """Return the statement with its parameters (text, numbers, lists of these) as literals, for a user to run."""
    return re.sub(r"\$(\w+)", lambda match: _literal(parameters[match[1]]), sql(statement)).strip()


def _literal(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]" if value else "[]::VARCHAR[]"
    return _text(value) if isinstance(value, str) else str(value)


def _text(value: str) -> str:
    """Return a literal in which every character is visible: those that are not printable become `chr(CODE)`."""
    pieces = [
        quoted("".join(characters)) if is_printable else " || ".join(f"chr({ord(char)})" for char in characters)
        for is_printable, characters in groupby(value, str.isprintable)
    ]
    return f"({' || '.join(pieces)})" if len(pieces) > 1 else "".join(pieces) or quoted("")


@dataclass(frozen=True)
class FrozenSplit:
    """A split and everything that determines its rows: feature-view versions by feature, and the as-of time.

    For person-disjoint folds also the id of the folds, the repeat, and the fold whose people are tested, which is None
    for the split that pools all folds. `classes` are those that a model of the split distinguishes.
    """

    split_id: str
    strategy: str
    fingerprint: str
    versions: dict[str, str]
    as_of: datetime
    folds_id: str | None = None
    repeat: int | None = None
    fold: int | None = None
    classes: Classes = EIGHT

    @property
    def is_for_everything(self) -> bool:
        """Whether systems are trained on it by default; the notebook's split serves the replication only."""
        return self.strategy not in ("notebook", FINAL, CROSS_CORPUS)

    @property
    def is_final(self) -> bool:
        """Whether everybody is in its training part, so that nobody is left to stop, calibrate or test a model."""
        return self.strategy == FINAL

    def with_single_landmarks(self) -> FrozenSplit:
        """Return the split as the published recipe reads it: its landmarks are those of a single pass."""
        single = self.versions.get(SINGLE_LANDMARKS)
        return replace(self, versions={**self.versions, "landmarks": single}) if single else self

    @property
    def parameters(self) -> dict[str, Any]:
        """Parameters of the statements that read its rows, with the features that every split has."""
        versions = {name: version for name, version in self.versions.items() if name not in PUBLISHED_FEATURES}
        return {**versions, "split_id": self.split_id, "as_of": self.as_of}


def frozen_split(connection: Connection, split_id: str) -> FrozenSplit:
    """Return the split of this id. Raises `UnknownNameError`, with similar ids, if there is none."""
    rows = query_frame(connection, "splits/select_split", {"split_id": split_id}).rows(named=True)
    if not rows:
        known = query_frame(connection, "splits/select_split_ids")["split_id"].to_list()
        raise UnknownNameError(unknown_name("split", split_id, known))
    row = rows[0]
    versions = json.loads(row["feature_versions"])
    shared = {
        name: row[name] for name in ("split_id", "strategy", "fingerprint", "as_of", "folds_id", "repeat", "fold")
    }
    further = json.loads(row.get("further_emotions") or "[]")  # a publication of schema version 4 lacks the column
    return FrozenSplit(versions=versions, classes=_classes(connection, further), **shared)


def _classes(connection: Connection, further: list[str]) -> Classes:
    """Return the eight and these further classes, with their labels in the home."""
    labels = query_frame(connection, "catalogue/select_labels_of_emotions", {"emotions": further}) if further else None
    return classes_with(dict(labels.iter_rows())) if labels is not None else EIGHT


def folds_of(connection: Connection, split: FrozenSplit) -> list[FrozenSplit]:
    """Return the splits of the single folds that a split pools, in order; empty for a split that pools none."""
    if split.folds_id is None or split.fold is not None:
        return []
    folds = query_frame(
        connection, "splits/select_splits_of_folds", {"folds_id": split.folds_id, "repeat": split.repeat}
    )
    return [frozen_split(connection, split_id) for split_id in folds["split_id"]]


def split_rows(connection: Connection, split: FrozenSplit) -> pl.DataFrame:
    """Return every photograph of a split with its part, labels and latest ratings by people, without features.

    `is_reference` says whether the aligned delta of another expression is measured from the photograph.
    """
    return query_frame(connection, "splits/select_split_rows", {"split_id": split.split_id, "as_of": split.as_of})


def split_checksums(connection: Connection, split: FrozenSplit) -> pl.DataFrame:
    """Return what a split's fingerprint covers, as stored: parts, labels, and checksums of the features."""
    parameters = {**split.parameters, **{name: split.versions.get(name) for name in PUBLISHED_FEATURES}}
    return query_frame(connection, "splits/select_frozen_checksums", parameters)


def predictions_of(connection: Connection, run_id: str, classes: Classes = EIGHT) -> pl.DataFrame:
    """Return the predictions of a run on a split with these classes, with one column of probabilities per class."""
    return by_class(query_frame(connection, "registry/select_predictions_of", {"run_id": run_id}), classes)


def by_class(predictions: pl.DataFrame, classes: Classes) -> pl.DataFrame:
    """Return rows of `registry/select_predictions_of` with one column of probabilities per class.

    Raises `ShapeError` if they are predictions of other classes.
    """
    lengths = predictions["further_chances"].list.len().fill_null(0).unique().to_list()
    if any(length != len(classes.further) for length in lengths):
        raise ShapeError(f"expected probabilities of {len(classes.further)} further classes, received {lengths}")
    further = [
        pl.col("further_chances").list.get(position).cast(pl.Float32).alias(name)
        for position, name in enumerate(probability_columns(classes.further))
    ]
    return predictions.with_columns(further).drop("further_chances")


def own_references(connection: Connection, split: FrozenSplit) -> list[str]:
    """Return the photographs that have no frontal_unit delta because they are their person's reference."""
    parameters = {"version": split.versions["frontal_unit"], "moment": split.as_of, "reason": OWN_REFERENCE}
    rows = query_frame(connection, "features/select_own_references", parameters)
    return rows["image_id"].to_list()


def columns_of(connection: Connection, table: str, database: str) -> list[str]:
    """Return the columns of a table `schema.name` of an attached database, in their order."""
    schema, _, name = table.partition(".")
    parameters = {"database": database, "schema": schema, "name": name}
    return query_frame(connection, "quality/select_columns", parameters)["column_name"].to_list()


def has_table(connection: Connection, name: str, database: str = "") -> bool:
    """Return whether the opened store, or an attached one, has the table `schema.table`.

    One that was made before a table was added (`tables.ADDED_LATER`) lacks it.
    """
    return query_number(connection, "quality/count_table", {"name": name, "database": database}) > 0


def query_number(connection: Connection, statement: str, parameters: Mapping[str, Any] | None = None) -> int:
    """Return the single number that `store/engine/sql/STATEMENT.sql` selects, 0 if it selects no row."""
    row = connection.execute(sql(statement), dict(parameters or {})).fetchone()
    return int(row[0]) if row else 0
