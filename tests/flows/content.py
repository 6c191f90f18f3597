"""Everything that a home holds, in a form that two runs can be compared in: tables, views, models, pages."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from flows import audited
from store.tables import meanings
from store.tables.catalog import FIELDS, TABLES
from store.tables.connection import Connection, open_work
from store.tables.home import Home
from store.tables.published import open_published

OF_THE_MOMENT = {"duration_s", "artifact_sha256", "audit_id"}
"""Columns that differ between any two runs, beside the points in time: the models' files hold how long epochs took."""

OF_A_RUN = {"change", "about", *(f"audited {schema}" for schema in audited.PUBLISHED)}
"""Settings that differ between any two runs: what was audited is told by hashes, also of points in time."""

Content = dict[str, pl.DataFrame]
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC|\d{8}T\d+-\w+|\d{8}T\d+")


def content(home: Path) -> Content:
    """Every table of both stores, every view, and what lies beside the published one."""
    place = Home(home)
    with open_work(place) as work:
        found = {f"work {one.qualified}": rows_of(work, one.qualified) for one in TABLES}
    published = open_published(place)
    try:
        names = (*(one.qualified for one in TABLES), *meanings.views())
        found |= {f"published {name}": rows_of(published, name) for name in names}
    finally:
        published.close()
    return found | {"models": models(place), "pages": pages(place)}


def rows_of(connection: Connection, name: str, *, every: bool = False) -> pl.DataFrame:
    """The rows of a table or view in one order; without what no two runs share, or with `every` column.

    A check that several audits made is told once: a run that goes on audits again.
    """
    columns = [row[:2] for row in connection.execute(f"DESCRIBE {name}").fetchall()]
    kept = [one for one, kind in columns if every or not (kind.startswith("TIMESTAMP") or one in OF_THE_MOMENT)]
    settings = "" if every or name != "quality.settings" else "WHERE key NOT IN (SELECT unnest($keys))"
    query = f"SELECT DISTINCT {', '.join(kept)} FROM {name} {settings} ORDER BY ALL"
    bound = {"keys": sorted(OF_A_RUN)} if settings else {}
    found = pl.from_arrow(connection.execute(query, bound).to_arrow_table())
    assert isinstance(found, pl.DataFrame)
    return found


def is_of_the_moment(column: str) -> bool:
    """Whether a column of the catalogue differs between any two runs."""
    return column in OF_THE_MOMENT or FIELDS[column].sql_type == "TIMESTAMPTZ"


def models(home: Home) -> pl.DataFrame:
    """The weights of every network, which must be as they were recorded, and how they were trained."""
    from models.artifact import RECORD, fingerprint, load

    with open_work(home) as work:
        runs = work.execute("SELECT run_id, artifact_path, artifact_sha256 FROM registry.runs ORDER BY ALL").fetchall()
    rows = []
    for run_id, path, digest in runs:
        folder = home.root / path
        assert fingerprint(folder) == digest, f"{folder} is not what the registry says"
        weights = b"".join(np.asarray(one).tobytes() for one in load(folder).model.get_weights())
        rows.append((run_id, _record(folder / RECORD), weights))
    assert {path.name for path in home.artifacts.iterdir()} == {run_id for run_id, *_ in runs}
    return pl.DataFrame(rows, schema=["run_id", "record", "weights"], orient="row")


def _record(path: Path) -> str:
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for epoch in record["epochs"]:
        epoch.pop("duration_s")
    return json.dumps(record, sort_keys=True)


def pages(home: Home) -> pl.DataFrame:
    """Every file beside the published store by its name, and the words of the card; times and names are left out."""
    folder = home.published.resolve()
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert all((folder / name).stat().st_size for name in names)
    card = _MOMENT.sub("", (folder / "README.md").read_text(encoding="utf-8"))
    return pl.DataFrame({"name": names, "words": [card if name == "README.md" else "" for name in names]})


def differing(one: Content, other: Content) -> list[str]:
    """The tables in which two homes differ, and how."""
    assert set(one) == set(other)
    return [f"{name}: {_difference(one[name], other[name])}" for name in one if not one[name].equals(other[name])]


def _difference(one: pl.DataFrame, other: pl.DataFrame) -> str:
    if one.shape != other.shape:
        return f"{one.shape} rows and columns, {other.shape}"
    return ", ".join(name for name in one.columns if not one[name].equals(other[name]))
