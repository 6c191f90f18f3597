"""What a name of the published store is: tables, views, macros, features, services, splits, runs and photographs.

Everything is read and returned as values; printing is left to the command.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from store.errors import UnknownNameError, unknown
from store.tables import forget, meanings, photographs, read, write
from store.tables.catalog import BY_NAME, FIELDS
from store.tables.connection import Connection
from store.tables.home import Home
from store.tables.published import open_published
from store.tables.query import Answer

_PREFIX = re.compile(r"[0-9a-f]{1,64}")


@dataclass(frozen=True)
class Description:
    """What a name is: a title, facts as name and value, and tables with a title each."""

    title: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, Answer] = field(default_factory=dict)


def views_of(home: Home) -> Answer:
    """Every feature with the versions of its view: which counts, since when, for how many photographs."""
    return _listed(home, "list_views")


def services_of(home: Home) -> Answer:
    """Every service with its versions, the features in them, and the runs that trained on them."""
    return _listed(home, "list_services")


def _listed(home: Home, statement: str) -> Answer:
    connection = open_published(home, of_this_version=True)
    try:
        return _answer(read.frame(connection, statement))
    finally:
        connection.close()


def describe(home: Home, name: str) -> Description:
    """What `name` is in the published store of a home.

    A photograph may be named by the beginning of its id. Raises `UnknownNameError`, with the near
    names, for what the store does not hold and for a beginning that several photographs share.
    """
    connection = open_published(home, of_this_version=True)
    try:
        kind, whole = resolve(connection, name.strip())
        return _KINDS[kind](connection, whole)
    finally:
        connection.close()


def resolve(connection: Connection, name: str) -> tuple[str, str]:
    """Kind and whole name of what `name` names; tables and views first. A table needs no schema if only one has it."""
    known = {**dict.fromkeys(BY_NAME, "table"), **dict.fromkeys(meanings.views(), "view")}
    known |= dict.fromkeys((one.name for one in meanings.macros()), "macro")
    if name in known:
        return known[name], name
    stored = dict(read.frame(connection, "select_describable").iter_rows())
    if name in stored:
        return stored[name], name
    ending = [one for one in known if one.endswith(f".{name}")]
    if len(ending) == 1:
        return known[ending[0]], ending[0]
    others = [*known, *(one for one, kind in stored.items() if kind != "version")]
    return "photograph", _photograph_id(connection, name, others)


def _photograph_id(connection: Connection, name: str, others: list[str]) -> str:
    found: list[str] = []
    if _PREFIX.fullmatch(name):
        found = read.frame(connection, "select_photographs_that_begin", {"prefix": name})["image_id"].to_list()
    if len(found) > 1:
        raise UnknownNameError(f"several photographs begin with {name!r}, for instance {', '.join(found[:3])}")
    if not found and _PREFIX.fullmatch(name) and photographs.near(connection, name):
        raise UnknownNameError(photographs.unknown_photograph(connection, name))
    if not found:
        raise UnknownNameError(unknown("table, view, feature, service, split, run or photograph", name, others))
    return found[0]


def _table(connection: Connection, name: str) -> Description:
    one = BY_NAME[name]
    fields = [FIELDS[column] for column in one.columns]
    columns = ("column", "type", "unit", "values", "may be NULL", "meaning")
    rows = [
        (each.name, each.sql_type, each.unit, meanings.values_of(each), each.name in one.nullable, each.meaning)
        for each in fields
    ]
    facts = {"grain": one.grain, "key": ", ".join(one.key), "rows": write.count(connection, name)}
    return Description(f"table {name}", facts, {"columns": Answer(columns, rows)})


def _view(connection: Connection, name: str) -> Description:
    described = connection.execute(f"DESCRIBE {name}").fetchall()
    rows = [(row[0], meanings.short_type(row[1]), meanings.meaning(name, row[0])) for row in described]
    columns = Answer(("column", "type", "meaning"), rows)
    return Description(f"view {name}", {"grain": meanings.views()[name]}, {"columns": columns})


def _macro(_: Connection, name: str) -> Description:
    one = next(each for each in meanings.macros() if each.name == name)
    facts = {"grain": one.grain, "parameters": ", ".join(one.parameters)}
    return Description(f"table macro {name}", {**facts, "example": f"FROM {name}({', '.join(one.parameters)})"})


def _feature_view(connection: Connection, name: str) -> Description:
    versions = read.frame(connection, "list_views").filter(pl.col("view") == name)
    features = ", ".join(versions["feature"].unique().sort())
    return Description(f"feature view {name}", {"features": features}, {"versions": _answer(versions)})


def _feature(connection: Connection, name: str) -> Description:
    versions = read.frame(connection, "describe_feature", {"feature": name})
    return _version_of(connection, versions, versions.row(0, named=True), f"feature {name}")


def _version(connection: Connection, version: str) -> Description:
    feature = read.frame(connection, "list_views").filter(pl.col("version") == version)["feature"][0]
    versions = read.frame(connection, "describe_feature", {"feature": feature})
    row = versions.filter(pl.col("version") == version).row(0, named=True)
    return _version_of(connection, versions, row, f"version {version} of the feature {feature}")


def _version_of(connection: Connection, versions: pl.DataFrame, row: dict[str, Any], title: str) -> Description:
    parameters = {"feature": row["feature"]}
    tables = {
        "versions": _answer(versions.select("version", "is_current", "since", "transform", "parameters")),
        "photographs": _found(connection, "describe_feature_counts", parameters),
        "services that hold it today": _found(connection, "describe_feature_services", parameters),
    }
    return Description(title, row, tables)


def _service(connection: Connection, name: str) -> Description:
    rows = read.frame(connection, "describe_service", {"service": name})
    today = rows.filter(pl.col("since") == rows["since"].max())
    facts = {"version": today["service_version"][0], "since": today["since"][0], "features": today["feature"].to_list()}
    runs = _found(connection, "describe_runs", {"service": name, "split_id": None})
    return Description(f"service {name}", facts, {"members": _answer(rows), "runs": runs})


def _split(connection: Connection, name: str) -> Description:
    facts = read.frame(connection, "select_split", {"split_id": name}).row(0, named=True)
    if lost := forget.shortened_splits(connection).get(name):
        facts["not_whole"] = f"lost a person who withdrew consent on {lost}: the fingerprint no longer holds"
    tables = {
        "parts": _found(connection, "describe_split_parts", {"split_id": name}),
        "runs": _found(connection, "describe_runs", {"service": None, "split_id": name}),
    }
    return Description(f"split {name}", {one: value for one, value in facts.items() if one != "split_id"}, tables)


def _run(connection: Connection, name: str) -> Description:
    facts = read.frame(connection, "describe_run", {"run_id": name}).row(0, named=True)
    tables = {
        "metrics": _found(connection, "describe_run_metrics", {"run_id": name}),
        "photographs": _found(connection, "describe_split_parts", {"split_id": facts["split_id"]}),
    }
    return Description(f"run {name}", facts, tables)


def _photograph(connection: Connection, name: str) -> Description:
    parameters = {"image_id": name}
    facts = read.frame(connection, "describe_photograph", parameters).row(0, named=True)
    tables = {
        "labels": _found(connection, "describe_photograph_labels", parameters),
        "features": _found(connection, "describe_photograph_features", parameters),
        "predictions": _found(connection, "describe_photograph_predictions", parameters),
    }
    return Description(f"photograph {name}", {one: value for one, value in facts.items() if one != "image_id"}, tables)


_KINDS: dict[str, Callable[[Connection, str], Description]] = {
    "table": _table, "view": _view, "macro": _macro, "feature": _feature, "feature view": _feature_view,
    "version": _version, "service": _service, "split": _split, "run": _run, "photograph": _photograph,
}  # fmt: skip


def _found(connection: Connection, statement: str, parameters: Mapping[str, Any]) -> Answer:
    return _answer(read.frame(connection, statement, parameters))


def _answer(found: pl.DataFrame) -> Answer:
    return Answer(tuple(found.columns), found.rows())
