"""Resolve a feature service to feature-view versions: now, as of a point in time, as of a run, or at a version.

It reads the registry of services only, no feature values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import polars as pl

from affect_store.store.engine import reader
from affect_store.store.engine.duckdb import Connection
from affect_store.store.errors import StoreError, UnknownNameError, unknown_name
from affect_store.store.offline.splits import service_version_of

Moment = datetime | date | str
"""A point in time for point-in-time ("as of") retrieval.

A datetime (UTC if naive), a date (its first instant), ISO 8601 text, or the id of a run, which stands for the time as
of which its split was made.
"""

ALWAYS = datetime(9999, 1, 1, tzinfo=UTC)
RUN_ID_DIGITS = 16


@dataclass(frozen=True)
class Service:
    """A feature service at one version, resolved for point-in-time retrieval.

    A service is a named set of features, as in Feast. `views` maps each feature to its feature view and the version of
    that view; values stored after `as_of` are not read.
    """

    name: str
    version: str
    views: Mapping[str, tuple[str, str]]
    as_of: datetime


def resolve(connection: Connection, name: str, as_of: Moment | None, version: str | None) -> Service:
    """Resolve a service by name, as it was known at `as_of` (None: now), or at one of its versions.

    The service of a feature also has the versions that only services of models use.

    Raises `UnknownNameError`, which suggests similar names, and `StoreError` if `as_of` has an unsupported type.
    """
    rows = reader.query_frame(connection, "features/select_service", {"service": name})
    if rows.is_empty():
        raise UnknownNameError(_unknown_service(connection, name))
    run = _run(connection, as_of) if isinstance(as_of, str) and not _is_iso_8601(as_of) else None
    moment = run["as_of"] if run else _to_datetime(as_of)
    if version is not None:
        stored = reader.query_frame(connection, "features/select_views_of_versions", {"versions": [version]})
        if stored["feature"].to_list() == [name] and version not in rows["version"]:
            return Service(name, service_version_of([version]), {name: (stored["view"][0], version)}, moment)
        rows = _at_version(rows, name, version)
    elif run:
        rows = _as_of_run(rows, name, run)
    else:
        rows = _as_of_moment(rows, name, moment)
    rows = rows.filter(pl.col("created_at") == rows["created_at"].max())
    views = {row["feature"]: (row["view"], row["version"]) for row in rows.sort("feature").iter_rows(named=True)}
    return Service(name, rows["service_version"][0], views, moment)


def moment_of(connection: Connection, as_of: Moment | None) -> datetime:
    """Return the time that `as_of` stands for (None: a time after all others).

    Raises `UnknownNameError` for an unknown run, and `StoreError` for an unsupported type.
    """
    is_run = isinstance(as_of, str) and not _is_iso_8601(as_of)
    moment: datetime = _run(connection, str(as_of))["as_of"] if is_run else _to_datetime(as_of)
    return moment


def _unknown_service(connection: Connection, name: str) -> str:
    """Return the message for an unknown service; for the name of a feature view, it lists the features of the view."""
    names = reader.query_frame(connection, "features/select_feature_names")
    features = names.filter(pl.col("view") == name)["feature"].to_list()
    if features:
        return f"{name!r} is a feature view; its features are {', '.join(features)}"
    return unknown_name("service", name, _names(connection, "features/select_service_names"))


def _run(connection: Connection, run_id: str) -> dict[str, Any]:
    rows = reader.query_frame(connection, "registry/select_run_split", {"run_id": run_id}).rows(named=True)
    if not rows:
        message = unknown_name("run", run_id, _names(connection, "registry/select_run_ids"))
        raise UnknownNameError(f"as_of is {run_id!r}, which is not ISO 8601, and {message}")
    return rows[0]


def _names(connection: Connection, statement: str) -> list[str]:
    return list(reader.query_frame(connection, statement).to_series())


def _as_of_run(rows: pl.DataFrame, name: str, run: Mapping[str, Any]) -> pl.DataFrame:
    """Return the rows of the service version whose view versions are those of the run's split."""
    versions = list(set(run["versions"]))
    service_versions = rows.group_by("created_at", "service_version").agg(
        pl.col("version").is_in(versions).all().alias("matches")
    )
    matching = rows.join(service_versions.filter("matches"), on=["created_at", "service_version"], how="semi")
    if matching.is_empty():
        raise UnknownNameError(f"the service {name!r} did not exist with the feature versions of run {run['run_id']!r}")
    return matching


def _at_version(rows: pl.DataFrame, name: str, version: str) -> pl.DataFrame:
    """Return the rows of a service version; a service of one feature also accepts the version of its view."""
    columns = ["service_version", "version"] if rows["feature"].n_unique() == 1 else ["service_version"]
    matching = rows.filter(pl.any_horizontal(pl.col(column) == version for column in columns))
    if matching.is_empty():
        known = {value for column in columns for value in rows[column]}
        raise UnknownNameError(unknown_name("version", version, known, of=name))
    return matching


def _as_of_moment(rows: pl.DataFrame, name: str, moment: datetime) -> pl.DataFrame:
    earlier = rows.filter(pl.col("created_at") <= moment)
    if earlier.is_empty():
        first: Any = rows["created_at"].min()
        raise UnknownNameError(f"the service {name!r} was first known at {first}, after {moment}")
    return earlier


def _is_iso_8601(text: str) -> bool:
    if len(text) == RUN_ID_DIGITS and "-" not in text:  # a run id may consist of digits that also parse as ISO 8601
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _to_datetime(as_of: Moment | None) -> datetime:
    if as_of is None:
        return ALWAYS
    if not isinstance(as_of, datetime | date | str):
        raise StoreError(f"as_of: expected a datetime, a date, ISO 8601 text or the id of a run, received {as_of!r}")
    if isinstance(as_of, date) and not isinstance(as_of, datetime):
        as_of = datetime.combine(as_of, time())
    moment = datetime.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
