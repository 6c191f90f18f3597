"""Which view versions a service stands for: today, at a moment, as of a run, or at a version. It reads no value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import polars as pl

from store.errors import StoreError, UnknownNameError, unknown
from store.tables import read
from store.tables.duck import Connection

Moment = datetime | date | str
"""A point in time (a naive one is UTC, a date its beginning), text as in ISO 8601, or the id of a run."""

ALWAYS = datetime(9999, 1, 1, tzinfo=UTC)
RUN_ID_DIGITS = 16


@dataclass(frozen=True)
class Service:
    """A service at one version: the view version of each of its features, and the moment whose knowledge is read."""

    name: str
    version: str
    views: Mapping[str, tuple[str, str]]
    as_of: datetime


def resolve(connection: Connection, name: str, as_of: Moment | None, version: str | None) -> Service:
    """The service as it was known.

    Raises `UnknownNameError`, naming what is near, and `StoreError` for a moment that is none.
    """
    rows = read.frame(connection, "select_service", {"service": name})
    if rows.is_empty():
        raise UnknownNameError(_unknown_service(connection, name))
    run = _run(connection, as_of) if isinstance(as_of, str) and not _is_moment(as_of) else None
    moment = run["as_of"] if run else _moment(as_of)
    if version is not None:
        rows = _of_version(rows, name, version)
    elif run:
        rows = _of_run(rows, name, run)
    else:
        rows = _of_moment(rows, name, moment)
    rows = rows.filter(pl.col("created_at") == rows["created_at"].max())
    views = {row["feature"]: (row["view"], row["version"]) for row in rows.sort("feature").iter_rows(named=True)}
    return Service(name, rows["service_version"][0], views, moment)


def _unknown_service(connection: Connection, name: str) -> str:
    """The message for a name that no service has; a view is told apart from its features, which are services."""
    views = read.frame(connection, "select_feature_names")
    features = views.filter(pl.col("view") == name)["feature"].to_list()
    if features:
        return f"{name!r} is a view; its features are {', '.join(features)}"
    return unknown("service", name, _names(connection, "select_service_names"))


def _run(connection: Connection, run_id: str) -> dict[str, Any]:
    found = read.frame(connection, "select_run_split", {"run_id": run_id}).rows(named=True)
    if not found:
        message = unknown("run", run_id, _names(connection, "select_run_ids"))
        raise UnknownNameError(f"as_of is {run_id!r}: no moment in ISO 8601, and {message}")
    return found[0]


def _names(connection: Connection, statement: str) -> list[str]:
    return list(read.frame(connection, statement).to_series())


def _of_run(rows: pl.DataFrame, name: str, run: Mapping[str, Any]) -> pl.DataFrame:
    """The rows of the service at the version that the run's split was made with."""
    wanted = set(run["versions"])
    whole = rows.group_by("created_at", "service_version").agg(
        pl.col("version").is_in(list(wanted)).all().alias("fits")
    )
    fitting = rows.join(whole.filter("fits"), on=["created_at", "service_version"], how="semi")
    if fitting.is_empty():
        raise UnknownNameError(f"the service {name!r} was not known with the features of the run {run['run_id']!r}")
    return fitting


def _of_version(rows: pl.DataFrame, name: str, version: str) -> pl.DataFrame:
    names = ["service_version", "version"] if rows["feature"].n_unique() == 1 else ["service_version"]
    chosen = rows.filter(pl.any_horizontal(pl.col(one) == version for one in names))
    if chosen.is_empty():
        known = {value for one in names for value in rows[one]}
        raise UnknownNameError(unknown("version", version, known, of=name))
    return chosen


def _of_moment(rows: pl.DataFrame, name: str, moment: datetime) -> pl.DataFrame:
    earlier = rows.filter(pl.col("created_at") <= moment)
    if earlier.is_empty():
        first: Any = rows["created_at"].min()
        raise UnknownNameError(f"the service {name!r} was first known at {first}, not yet at {moment}")
    return earlier


def _is_moment(text: str) -> bool:
    if len(text) == RUN_ID_DIGITS and "-" not in text:  # a run's id may be digits that ISO 8601 knows how to read
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _moment(given: Moment | None) -> datetime:
    if given is None:
        return ALWAYS
    if not isinstance(given, datetime | date | str):
        raise StoreError(f"as_of: expected a moment, text in ISO 8601 or the id of a run, received {given!r}")
    if isinstance(given, date) and not isinstance(given, datetime):
        given = datetime.combine(given, time())
    moment = datetime.fromisoformat(given) if isinstance(given, str) else given
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
