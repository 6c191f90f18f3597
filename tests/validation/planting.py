"""How faults are planted in the store of a real run: statements about a photograph, with seals made right or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import numpy as np

from store.types import seal_of
from store.vocabulary import LANDMARK_COUNT, VECTOR_LENGTH

Plant = Callable[[duckdb.DuckDBPyConnection, dict[str, str]], None]
"""Plants a fault; the photographs that a statement may name: `id`, and `twin`, another of the same person."""


@dataclass(frozen=True)
class Planted:
    """A fault of the photograph with this number, planted together with the others of its batch, and what a user reads:
    how the sentence begins, and, where the row is set aside, the reason that stands beside it."""

    what: str
    batch: str
    message: str
    plant: Plant
    photograph: int = -1
    reason: str = ""


def sql(statement: str) -> Plant:
    """A statement that may name $id and $twin."""

    def plant(connection: duckdb.DuckDBPyConnection, named: dict[str, str]) -> None:
        for one in statement.split(";"):
            connection.execute(one, {name: value for name, value in named.items() if f"${name}" in one})

    return plant


def sealed(table: str, column: str, statement: str) -> Plant:
    """The same, after which the photograph, or every one, has the seal of its values, as if it had been stored so."""

    def plant(connection: duckdb.DuckDBPyConnection, named: dict[str, str]) -> None:
        sql(statement)(connection, named)
        seal(connection, table, column, named.get("id", ""))

    return plant


def darkened(connection: duckdb.DuckDBPyConnection, _: dict[str, str]) -> None:
    """Every thumbnail at a third of its brightness, with the seal of what it is now."""
    rows = connection.execute("SELECT image_id, rgb FROM features.pixels").fetchall()
    for image_id, rgb in rows:
        told = {"id": image_id, "rgb": (np.frombuffer(rgb, np.uint8) // 3).tobytes()}
        connection.execute("UPDATE features.pixels SET rgb = $rgb WHERE image_id = $id", told)
    seal(connection, "features.pixels", "rgb")


def seal(connection: duckdb.DuckDBPyConnection, table: str, column: str, image_id: str = "") -> None:
    """Make the seals of a photograph's rows right, or those of all."""
    chosen = f"FROM {table} WHERE image_id = $id OR $id = ''"
    rows = connection.execute(f"SELECT image_id, version, {column} {chosen}", {"id": image_id}).fetchall()
    for one, version, values in rows:
        told = values if isinstance(values, bytes) else np.array(values, np.float32).tobytes()
        bound = {"seal": seal_of(one, told), "id": one, "version": version}
        connection.execute(f"UPDATE {table} SET seal = $seal WHERE image_id = $id AND version = $version", bound)


def with_second(element: str) -> str:
    """SQL for the vector with another second coordinate."""
    return f"list_concat(xyz[1:1], [{element}], xyz[3:])::FLOAT[{VECTOR_LENGTH}]"


def each(change: str, column: str = "xyz", length: int = VECTOR_LENGTH) -> str:
    """SQL for the vector with every coordinate x, at the place i from 1, changed."""
    return f"list_transform({column}, lambda x, i: {change})::FLOAT[{length}]"


def lengths(change: str) -> str:
    """SQL for the lengths of a delta, each changed."""
    return each(change, "magnitude", LANDMARK_COUNT)
