"""The content of a home, in a form that can be compared between runs: tables, views, models, pages."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from affect_store.flows.steps import audit_state
from affect_store.store.engine import definitions
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.published_store import open_published
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from affect_store.store.schema.fields import FIELDS
from affect_store.store.schema.setting_keys import SettingKey
from affect_store.store.schema.tables import TABLES
from affect_store.validation.coverage import UNCHANGED_CHECK

OF_THE_MOMENT = {"duration_s", "artifact_sha256", "audit_id"}
"""Columns that differ between any two runs, besides timestamps: the files of models hold the durations of epochs."""

OF_A_RUN = {
    SettingKey.CHANGE,
    SettingKey.PUBLICATION,
    SettingKey.FULL_AUDIT,
    *map(SettingKey.AUDITED.of, audit_state.PUBLISHED),
}
"""Settings that differ between any two runs: the hashes of audited contents include timestamps."""

_REMARK, _COUNT = "; looked at .* earlier audit$", "^0 of [0-9,]+ "
_WITHOUT_ROWS_LOOKED_AT = (
    f"regexp_replace(regexp_replace(observed, '{_REMARK}', ''), '{_COUNT}', '0 of n ') AS observed"
)
Content = dict[str, pl.DataFrame]
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC|\d{8}T\d+-\w+|\d{8}T\d+")


def content(home: Path) -> Content:
    """Every table of both stores, every view, and the files beside the published store."""
    store_home = Home(home)
    with open_work(store_home) as work:
        frames = {f"work {table.qualified}": rows_of(work, table.qualified) for table in TABLES}
    published = open_published(store_home)
    try:
        names = (*(table.qualified for table in TABLES), *definitions.views())
        frames |= {f"published {name}": rows_of(published, name) for name in names}
    finally:
        published.close()
    return frames | {"models": models(store_home), "pages": pages(store_home)}


def rows_of(connection: Connection, name: str, *, every: bool = False) -> pl.DataFrame:
    """The sorted rows of a table or view, without columns that differ between any two runs, or with `every` column.

    Equal rows count once: a resumed run audits again. How many rows a check looked at differs, too: it skips those that
    passed an earlier audit.
    """
    columns = [row[:2] for row in connection.execute(f"DESCRIBE {name}").fetchall()]
    kept = [
        column for column, kind in columns if every or not (kind.startswith("TIMESTAMP") or column in OF_THE_MOMENT)
    ]
    settings = "" if every or name != "quality.settings" else "WHERE key NOT IN (SELECT unnest($keys))"
    bound = {"keys": sorted(OF_A_RUN)} if settings else {}
    if not every and {"check_name", "observed"} <= set(kept):
        kept[kept.index("observed")] = _WITHOUT_ROWS_LOOKED_AT
        settings, bound = "WHERE check_name != $check", {"check": UNCHANGED_CHECK}
    query = f"SELECT DISTINCT {', '.join(kept)} FROM {name} {settings} ORDER BY ALL"
    rows = pl.from_arrow(connection.execute(query, bound).to_arrow_table())
    assert isinstance(rows, pl.DataFrame)
    return rows


def is_of_the_moment(column: str) -> bool:
    """Whether a column of the catalogue differs between any two runs."""
    return column in OF_THE_MOMENT or FIELDS[column].sql_type == "TIMESTAMPTZ"


def models(home: Home) -> pl.DataFrame:
    """The weights and training record of every network; asserts that its files are those recorded."""
    from affect_store.models.training.artifact import load
    from affect_store.models.training.artifact_files import RECORD, fingerprint

    with open_work(home) as work:
        runs = work.execute("SELECT run_id, artifact_path, artifact_sha256 FROM registry.runs ORDER BY ALL").fetchall()
    rows = []
    for run_id, path, digest in runs:
        folder = home.root / path
        assert fingerprint(folder) == digest, f"{folder} is not what the registry says"
        weights = b"".join(np.asarray(array).tobytes() for array in load(folder).model.get_weights())
        rows.append((run_id, _record(folder / RECORD), weights))
    assert {path.name for path in home.artifacts.iterdir()} == {run_id for run_id, *_ in runs}
    return pl.DataFrame(rows, schema=["run_id", "record", "weights"], orient="row")


def _record(path: Path) -> str:
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for epoch in record["epochs"]:
        epoch.pop("duration_s")
    return json.dumps(record, sort_keys=True)


def pages(home: Home) -> pl.DataFrame:
    """Name of every file of the publication, and the text of the data card without timestamps."""
    folder = home.published.resolve()
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert all((folder / name).stat().st_size for name in names)
    card = _MOMENT.sub("", (folder / "README.md").read_text(encoding="utf-8"))
    return pl.DataFrame({"name": names, "words": [card if name == "README.md" else "" for name in names]})


def differing(first: Content, second: Content) -> list[str]:
    """The tables in which two homes differ, and how."""
    assert set(first) == set(second)
    names = [name for name in first if not first[name].equals(second[name])]
    return [f"{name}: {_difference(first[name], second[name])}" for name in names]


def _difference(first: pl.DataFrame, second: pl.DataFrame) -> str:
    if first.shape != second.shape:
        return f"{first.shape} rows and columns, {second.shape}"
    return ", ".join(name for name in first.columns if not first[name].equals(second[name]))
