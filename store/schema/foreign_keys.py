"""The foreign keys of the store: which columns name a row of another table.

They are not declared in DuckDB, which would check them at every write; audits look for dangling references.
"""

from __future__ import annotations

from dataclasses import dataclass

from affect_store.store.schema.tables import TABLES

_TARGETS = {
    "catalogue.images": ("image_id", "reference_image_id"),
    "catalogue.emotions": ("label", "truth", "predicted"),
    "features.views": ("version",),
    "splits.sets": ("split_id",),
    "registry.runs": ("run_id", "other_run_id", "against_run_id", "pooled_run_id"),
}
"""The columns that refer to a table, wherever they occur. The first is the column of that table that they refer to."""

HISTORIES = frozenset({"quality.publications"})
"""Tables that keep what they hold about rows that may be gone."""


@dataclass(frozen=True)
class ForeignKey:
    """A column of a table whose values are those of the column `target_column` in the table `target`."""

    table: str
    column: str
    target: str
    target_column: str


def foreign_keys() -> tuple[ForeignKey, ...]:
    """Return all foreign keys, in the order of the tables and their columns."""
    targets = {column: (target, columns[0]) for target, columns in _TARGETS.items() for column in columns}
    return tuple(
        ForeignKey(table.qualified, column, *targets[column])
        for table in TABLES
        if table.qualified not in HISTORIES
        for column in table.columns
        if column in targets and (table.qualified, column) != targets[column]
    )
