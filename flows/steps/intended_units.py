"""Intended action units of rendered photographs: those of the folder's table that the catalogue does not hold yet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from affect_store.flows.runtime import console
from affect_store.store.engine import clock, reader, write
from affect_store.store.engine.duckdb import Connection
from affect_store.store.errors import ManifestError
from affect_store.store.sources.synthetic.action_units_file import Units, read_action_units
from affect_store.store.vocabulary import INTENDED_UNITS

TABLE = "catalogue.intended_action_units"


def store_intended_units(connection: Connection, folder: Path, corpus: str) -> int:
    """Store the intended action units of a corpus's photographs in a folder that are new or corrected; return how many.

    A table that cannot be used is reported and changes nothing: the photographs do not depend on it.
    """
    try:
        units = read_action_units(folder)
    except ManifestError as error:
        console.say(f"      intended action units not stored: {error}", style="yellow")
        return 0
    if not units:
        return 0
    photographs = reader.query_frame(connection, "catalogue/select_intended_units", {"corpus": corpus})
    changed: list[tuple[str, Units]] = []
    for row in photographs.iter_rows(named=True):
        path = Path(row["path"])
        intended = units.get(path.name) if path.parent == folder else None
        if intended is not None and intended != tuple(row[name] for name in INTENDED_UNITS):
            changed.append((row["image_id"], intended))
    if changed:
        _append(connection, changed)
    return len(changed)


def _append(connection: Connection, changed: list[tuple[str, Units]]) -> None:
    columns: dict[str, list[Any]] = {
        "image_id": [image_id for image_id, _ in changed],
        "known_at": [clock.now()] * len(changed),
        **{name: [units[index] for _, units in changed] for index, name in enumerate(INTENDED_UNITS)},
    }
    write.append(connection, TABLE, write.batch(TABLE, columns))
