"""Reading of the dashboard frames from a published store. No page is rendered here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

import numpy as np
import polars as pl

from affect_store.flows.steps.published_paths import hide_in
from affect_store.store.engine import reader
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.settings import get_setting
from affect_store.store.engine.sql_files import sql
from affect_store.store.face_mesh import mean_face
from affect_store.store.schema.setting_keys import SettingKey
from affect_store.store.sources.named_layouts import RAFD
from affect_store.store.vocabulary import FRONTAL_DEG

STATEMENTS = tuple(
    sorted(
        path.name.removesuffix(".sql")
        for path in files("affect_store.store.engine").joinpath("sql", "dashboards").iterdir()
        if path.name.endswith(".sql")
    )
)
"""Names of the frames: each statement in `store/engine/sql/dashboards` returns the frame of its name."""


def frames_of(connection: Connection, about: dict[str, Any], hidden_folders: Sequence[str] = ()) -> Any:
    """Read all frames of the dashboards, as `affect_store.dashboards.frames.Frames`.

    `about` describes the store and is shown on every page. Paths below `hidden_folders` are relative to them.
    """
    from affect_store.dashboards.frames import Frames
    from affect_store.models.systems import SYSTEMS

    corpora = reader.query_frame(connection, "catalogue/select_shown_corpora")["corpus"].to_list()
    parameters = {name: _parameters(name, {"corpora": corpora, "frontal_deg": FRONTAL_DEG}) for name in STATEMENTS}
    frames: dict[str, Any] = {
        name: hide_in(reader.query_frame(connection, f"dashboards/{name}", bound), hidden_folders)
        for name, bound in parameters.items()
    }
    titles = {name: system.title for name, system in SYSTEMS.items()}
    order = {name: index for index, name in enumerate(SYSTEMS)}
    frames["leaderboard"] = (
        frames["leaderboard"]
        .with_columns(
            pl.col("model").replace(titles).alias("title"),
            pl.col("members").list.eval(pl.element().replace(titles)),
        )
        .sort(pl.col("model").replace_strict(order, default=len(order)), "recipe", "strategy")
    )
    return Frames(
        **frames,
        titles=titles,
        queries={name: reader.with_literals(f"dashboards/{name}", bound) for name, bound in parameters.items()},
        neutral=np.asarray(mean_face()),
        about={"corpus": ", ".join(corpora), **about},
        is_rafd=bool(corpora)
        and all(get_setting(connection, SettingKey.CORPUS_LAYOUT.of(corpus)) == RAFD for corpus in corpora),
    )


def _parameters(name: str, values: dict[str, Any]) -> dict[str, Any]:
    """Select the values that the statement of a frame binds."""
    return {parameter: values[parameter] for parameter in set(re.findall(r"\$(\w+)", sql(f"dashboards/{name}")))}
