"""Which view versions and services count: described and made current before anything is computed with them.

Every feature is a service of itself, every model and recipe has one of the features that it trains on. What counted at
an earlier moment stays in the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from models.systems import SYSTEMS, columns
from store.features import views
from store.features.views import ViewVersion
from store.tables import read, references, write
from store.tables.connection import Connection
from store.tables.splits import composition

OF_COLUMN = {"rgb": "pixels", **references.COLUMNS}
"""Feature behind a column of the training frame, where the two have different names."""


def features_of(model: str, recipe: str) -> tuple[str, ...]:
    """The features that a model trains on; where it looks at references, the deltas that tell which these are."""
    names = list(columns(model, recipe).values())
    if not references.COLUMNS.keys().isdisjoint(names):
        names.append(references.RULE)
    return tuple(dict.fromkeys(OF_COLUMN.get(name, name) for name in names))


def known() -> dict[str, tuple[str, ...]]:
    """Every service with its features."""
    models = {
        f"{one.name}.{recipe}": features_of(one.name, recipe) for one in SYSTEMS.values() for recipe in one.recipes
    }
    return {**{one.feature: (one.feature,) for one in views.chosen()}, **models}


def make_current(connection: Connection, chosen: Iterable[ViewVersion]) -> dict[str, str]:
    """Describe these view versions where they are new, and let every service use them; returns version by feature."""
    chosen = list(chosen)
    _describe(connection, chosen)
    by_feature = {one.feature: one for one in chosen}
    before = {
        row["service"]: row["service_version"]
        for row in read.frame(connection, "select_current_services").iter_rows(named=True)
    }
    for service, names in known().items():
        _compose(connection, service, {name: by_feature[name] for name in names}, before.get(service))
    return {one.feature: one.version for one in chosen}


def current(connection: Connection) -> dict[str, str]:
    """Version by feature that counts today; where none does yet, those of today's code at full scale."""
    found = read.frame(connection, "select_current_views")
    if found.is_empty():
        return make_current(connection, views.chosen())
    return dict(found.select("feature", "version").iter_rows())


def _describe(connection: Connection, chosen: list[ViewVersion]) -> None:
    shared = ("view", "version", "kind", "feature", "entity", "dtype", "shape", "transform", "owner", "description")
    columns_ = {
        **{name: [getattr(one, name) for one in chosen] for name in shared},
        "parameters": [write.as_json(one.parameters) for one in chosen],
        "code_version": [write.code_version()] * len(chosen),
        "library_versions": [write.as_json(one.library_versions) for one in chosen],
        "created_at": [write.now()] * len(chosen),
    }
    write.append(connection, "features.views", write.batch("features.views", columns_))


def _compose(connection: Connection, service: str, parts: Mapping[str, ViewVersion], before: str | None) -> None:
    version = composition(one.version for one in parts.values())
    if version == before:
        return
    rows = {
        "service": [service] * len(parts),
        "created_at": [write.now()] * len(parts),
        "service_version": [version] * len(parts),
        "feature": list(parts),
        "view": [one.view for one in parts.values()],
        "version": [one.version for one in parts.values()],
    }
    write.append(connection, "features.services", write.batch("features.services", rows))
