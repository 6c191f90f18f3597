"""The frames of the dashboards, read from a published store and nothing else. No page is made here."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from store.mesh import mean_face
from store.sources.layouts import ORIGIN, RAFD
from store.tables import read, write
from store.tables.duck import Connection
from store.vocabulary import FRONTAL_DEG

FRAMES = (
    "leaderboard", "metrics", "epochs", "comparisons", "ranks", "reliability", "roc", "confusion", "hardest",
    "attributions", "importances", "coverage", "rejects", "parts", "placement", "overlap", "sizes", "quality", "checks",
    "audits", "quarantine", "faces", "movements", "photographs", "predictions", "makers", "runs", "promotions",
    "publications",
)  # fmt: skip
"""`store/tables/sql/dash_NAME.sql` gives each."""

OF_CORPORA = {
    "coverage": ("corpora",),
    "rejects": ("corpora",),
    "sizes": ("corpora",),
    "faces": ("corpora", "frontal_deg"),
    "movements": ("corpora",),
    "photographs": ("corpora",),
}
"""What the statements of some frames bind."""


def frames_of(connection: Connection, about: dict[str, Any]) -> Any:
    """Everything that the dashboards show, as `dashboards.frames.Frames`; `about` is what the store tells of itself."""
    from dashboards.frames import Frames
    from models.systems import SYSTEMS

    corpora = read.frame(connection, "select_shown_corpora")["corpus"].to_list()
    bound = {"corpora": corpora, "frontal_deg": FRONTAL_DEG}
    asked = {name: {one: bound[one] for one in OF_CORPORA.get(name, ())} for name in FRAMES}
    found: dict[str, Any] = {name: read.frame(connection, f"dash_{name}", told) for name, told in asked.items()}
    titles = {name: system.title for name, system in SYSTEMS.items()}
    order = {name: index for index, name in enumerate(SYSTEMS)}
    found["leaderboard"] = (
        found["leaderboard"]
        .with_columns(pl.col("model").replace(titles).alias("title"))
        .sort(pl.col("model").replace_strict(order, default=len(order)), "recipe", "strategy")
    )
    return Frames(
        **found,
        titles=titles,
        queries={name: read.as_written(f"dash_{name}", told) for name, told in asked.items()},
        neutral=np.asarray(mean_face()),
        about={"corpus": ", ".join(corpora), **about},
        is_rafd=bool(corpora) and all(write.setting(connection, f"{ORIGIN}: {one}") == RAFD for one in corpora),
    )
