"""Registration of feature views and services: the versions that are current, registered before they are used.

Every feature is a service of its own; every model and recipe has a service of the features that it trains on. Versions
that were current earlier stay in the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from affect_store.models.systems import OWN, PUBLISHED, SYSTEMS, input_columns
from affect_store.store.engine import clock, reader, write
from affect_store.store.engine.code_version import code_version
from affect_store.store.engine.duckdb import Connection
from affect_store.store.features import feature_views
from affect_store.store.features.extract import LANDMARKS
from affect_store.store.features.feature_view import ViewVersion
from affect_store.store.features.feature_views import PUBLISHED_FEATURES, SINGLE_LANDMARKS
from affect_store.store.offline import measure_rows, reference_features, relative_rows
from affect_store.store.offline.splits import service_version_of

FEATURE_OF_COLUMN = {"rgb": "pixels", **reference_features.COLUMNS, relative_rows.COLUMN: relative_rows.FEATURE}
"""Feature of a column of the training frame, or from which it is computed, if the two have different names."""


def features_of(model: str, recipe: str) -> tuple[str, ...]:
    """Return the features that a model trains on; with reference columns, also the deltas that name the reference.

    Changes of the measures are computed from landmarks when they are read.
    """
    names = list(input_columns(model, recipe).values())
    if measure_rows.COLUMN in names:
        return measure_rows.FEATURES
    if not reference_features.COLUMNS.keys().isdisjoint(names):
        names.append(reference_features.RULE)
    return tuple(dict.fromkeys(FEATURE_OF_COLUMN.get(name, name) for name in names))


def all_services() -> dict[str, tuple[str, ...]]:
    """Return every service with its features."""
    features = {view.feature: (view.feature,) for view in feature_views.chosen(published=PUBLISHED_FEATURES)}
    models = {
        f"{system.name}.{recipe}": features_of(system.name, recipe)
        for system in SYSTEMS.values()
        if system.family != OWN
        for recipe in system.recipes
    }
    return {**features, **models}


def register(
    connection: Connection,
    views: Iterable[ViewVersion],
    single: ViewVersion | None = None,
    *,
    services: Mapping[str, tuple[str, ...]] | None = None,
) -> dict[str, str]:
    """Describe the view versions that are new, and make every service use them; returns version by feature.

    `single` are the landmarks of the published recipe, if they are materialised apart from the others: its services use
    them, and so does the service `single_landmarks`. `services` are those to renew, by default all of the product. A
    service of a feature that is not among the versions is left as it is.
    """
    views = list(views)
    _describe(connection, [*views, *([single] if single else [])])
    view_of = {view.feature: view for view in views}
    before = _current_services(connection)
    for service, features in (all_services() if services is None else services).items():
        if view_of.keys() >= set(features):
            own = {name: view_of[name] for name in features}
            if single and LANDMARKS in own and service.endswith(f".{PUBLISHED}"):
                own[LANDMARKS] = single
            _compose(connection, service, _pairs(own), before.get(service))
    versions = {view.feature: view.version for view in views}
    if single:
        _compose(connection, SINGLE_LANDMARKS, _pairs({LANDMARKS: single}), before.get(SINGLE_LANDMARKS))
        versions |= {SINGLE_LANDMARKS: single.version} if single.version != versions[LANDMARKS] else {}
    return versions


def _pairs(views: Mapping[str, ViewVersion]) -> dict[str, tuple[str, str]]:
    """Return the view and version of each feature."""
    return {feature: (view.view, view.version) for feature, view in views.items()}


def current_versions(connection: Connection) -> dict[str, str]:
    """Return the current version by feature; if none is registered yet, register those of this code by default.

    `single_landmarks` are among them where they differ from the landmarks.
    """
    current = reader.query_frame(connection, "features/select_current_views")
    if current.is_empty():
        return register(connection, feature_views.chosen())
    versions = dict(current.select("feature", "version").iter_rows())
    for (single,) in reader.query_frame(connection, "features/select_single_landmarks").iter_rows():
        versions[SINGLE_LANDMARKS] = single
    return versions


def landmarks_of_delta(kind: str, versions: Mapping[str, str]) -> str:
    """Return the version of the landmarks that a kind of delta is computed from, among current versions by feature."""
    return versions.get(SINGLE_LANDMARKS, versions[LANDMARKS]) if kind == "frontal_unit" else versions[LANDMARKS]


def current_views(connection: Connection) -> dict[str, tuple[str, str]]:
    """Return the view and its current version by feature; registers those of this code if none is registered yet."""
    current_versions(connection)
    current = reader.query_frame(connection, "features/select_current_views")
    return {feature: (view, version) for feature, view, version in current.select("feature", "view", "version").rows()}


def is_current(connection: Connection, feature: str) -> bool:
    """Return whether the home materialises a feature that not every home has."""
    return feature in reader.query_frame(connection, "features/select_current_services")["service"]


def register_services(connection: Connection, current: Mapping[str, tuple[str, str]]) -> None:
    """Make the services of models that read features of the user's own, or scalar views, use the current versions.

    `current` holds the view and version of each feature.
    """
    before = _current_services(connection)
    for system in SYSTEMS.values():
        if system.family == OWN:
            features = features_of(system.name, system.recipes[0])
            if current.keys() >= set(features):
                views = {name: current[name] for name in features}
                service = f"{system.name}.{system.recipes[0]}"
                _compose(connection, service, views, before.get(service))


def _current_services(connection: Connection) -> dict[str, str]:
    """Return the current version of each service."""
    rows = reader.query_frame(connection, "features/select_current_services").iter_rows(named=True)
    return {row["service"]: row["service_version"] for row in rows}


def _describe(connection: Connection, views: list[ViewVersion]) -> None:
    shared = ("view", "version", "kind", "feature", "entity", "dtype", "shape", "transform", "owner", "description")
    rows = {
        **{name: [getattr(view, name) for view in views] for name in shared},
        "parameters": [write.as_json(view.parameters) for view in views],
        "code_version": [code_version()] * len(views),
        "library_versions": [write.as_json(view.library_versions) for view in views],
        "created_at": [clock.now()] * len(views),
    }
    write.append(connection, "features.views", write.batch("features.views", rows))


def _compose(connection: Connection, service: str, views: Mapping[str, tuple[str, str]], before: str | None) -> None:
    """Store a new version of a service if it differs; `views` holds the view and version of each feature."""
    version = service_version_of(version for _, version in views.values())
    if version == before:
        return
    rows = {
        "service": [service] * len(views),
        "created_at": [clock.now()] * len(views),
        "service_version": [version] * len(views),
        "feature": list(views),
        "view": [view for view, _ in views.values()],
        "version": [version for _, version in views.values()],
    }
    write.append(connection, "features.services", write.batch("features.services", rows))
