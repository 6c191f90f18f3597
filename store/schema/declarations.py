"""The classes `Field` and `Table`, with which `fields` and `tables` declare the store."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Field:
    """A column, in whichever tables it is used. `low` and `high` bound every value, also inside a vector.

    `pattern` is the regular expression that each word must match as a whole.
    """

    name: str
    sql_type: str
    meaning: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    allowed_values: tuple[str, ...] = ()
    pattern: str = ""

    @property
    def is_vector(self) -> bool:
        """Whether the column holds a fixed-length list of floats."""
        return self.sql_type.endswith("]") and not self.is_list

    @property
    def is_list(self) -> bool:
        """Whether the column holds a list of floats of any length."""
        return self.sql_type.endswith("[]")


@dataclass(frozen=True)
class Table:
    """A table: its grain as a sentence, its key, its columns in order; `nullable` names those that may be NULL."""

    schema: str
    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    nullable: frozenset[str] = field(default_factory=frozenset)

    @property
    def qualified(self) -> str:
        """The name with its schema, as in SQL."""
        return f"{self.schema}.{self.name}"
