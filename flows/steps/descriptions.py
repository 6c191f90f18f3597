"""Descriptions of anything in the published store: table, view, macro, feature, service, split, run or photograph.

Functions return values; `affect describe` prints them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from affect_store.store.consent import erasure
from affect_store.store.engine import definitions, own_views, reader, write
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.published_store import open_published
from affect_store.store.engine.query import QueryResult
from affect_store.store.errors import StoreError, UnknownNameError, unknown_name
from affect_store.store.home import Home
from affect_store.store.offline import photographs
from affect_store.store.offline.run_names import find_run
from affect_store.store.schema import column_docs
from affect_store.store.schema.fields import FIELDS
from affect_store.store.schema.tables import BY_NAME

_IMAGE_ID_PREFIX = re.compile(r"[0-9a-f]{1,64}")
_DESCRIBABLE = "table, view, feature, service, split, run, model or photograph"


@dataclass(frozen=True)
class Description:
    """A title, facts by name, tables by title, and which run was taken for the name of a system."""

    title: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, QueryResult] = field(default_factory=dict)
    remark: str = ""


def feature_versions(home: Home) -> QueryResult:
    """Return every feature with the versions of its view, since when each counts, and the number of photographs."""
    return _published_rows(home, "features/list_views")


def service_versions(home: Home) -> QueryResult:
    """Return every feature service with its versions, their features, and the runs that trained on them."""
    return _published_rows(home, "features/list_services")


def _published_rows(home: Home, statement: str) -> QueryResult:
    with open_published(home, of_this_version=True) as connection:
        return _rows(connection, statement)


def describe(home: Home, name: str) -> Description:
    """Describe what `name` is in the published store of a home.

    A photograph or a run may be named by the first characters of its id, and a run by its system, as in
    `run_names.find_run`. Raises `UnknownNameError`, with similar names, for a name that the store does not hold and for
    a prefix that several photographs share, and `StoreError` for a name that does not mean one run.
    """
    with open_published(home, of_this_version=True) as connection:
        kind, full_name, remark = resolve(connection, name.strip())
        return replace(_KINDS[kind](connection, full_name), remark=remark)


def resolve(connection: Connection, name: str) -> tuple[str, str, str]:
    """Return the kind and full name of `name`, and which run it is if it names a system.

    Tables, views and macros come first, then what the store holds, such as the service `cnn.corrected`. The schema may
    be left out where only one has a table or view of that name.
    """
    relations = {**dict.fromkeys(BY_NAME, "table"), **dict.fromkeys(definitions.views(), "view")}
    relations |= dict.fromkeys((macro.name for macro in definitions.macros()), "macro")
    if name in relations:
        return relations[name], name, ""
    stored = dict(reader.query_frame(connection, "features/select_describable").iter_rows())
    name = name.removeprefix(f"{own_views.SCHEMA}.")
    if name in stored:
        return stored[name], name, ""
    in_schemas = [relation for relation in relations if relation.endswith(f".{name}")]
    if len(in_schemas) == 1:
        return relations[in_schemas[0]], in_schemas[0], ""
    runs = reader.query_frame(connection, "registry/list_runs", {"with_folds": True})
    models = set(runs["model"])
    begins_run = bool(name) and runs["run_id"].str.starts_with(name).any()
    if name.partition(".")[0] in models or (begins_run and not _image_ids(connection, name)):
        run = find_run(connection, name)
        return "run", run.run_id, run.remark
    others = [*relations, *models, *(other for other, kind in stored.items() if kind != "version")]
    image_id = _image_id(connection, name, others)
    if begins_run and name != image_id:
        raise UnknownNameError(f"a photograph and a run begin with {name!r}: give more characters")
    return "photograph", image_id, ""


def _image_id(connection: Connection, prefix: str, others: list[str]) -> str:
    """Return the id of the only photograph whose id starts with `prefix`; `others` are suggested if there is none."""
    if not _IMAGE_ID_PREFIX.fullmatch(prefix):
        raise UnknownNameError(unknown_name(_DESCRIBABLE, prefix, others))
    image_ids = _image_ids(connection, prefix)
    if len(image_ids) > 1:
        raise UnknownNameError(
            f"several photographs begin with {prefix!r}, for example {', '.join(image_ids[:3])}: give more characters"
        )
    if not image_ids and photographs.similar_ids(connection, prefix):
        raise UnknownNameError(photographs.unknown_photograph(connection, prefix))
    if not image_ids:
        raise UnknownNameError(unknown_name(_DESCRIBABLE, prefix, others))
    return image_ids[0]


def _image_ids(connection: Connection, prefix: str) -> list[str]:
    """Return the ids of photographs that begin with `prefix`, at most four."""
    rows = reader.query_frame(connection, "catalogue/select_photographs_with_prefix", {"prefix": prefix})
    return [str(image_id) for image_id in rows["image_id"]]


def _table(connection: Connection, name: str) -> Description:
    table = BY_NAME[name]
    fields = [FIELDS[column] for column in table.columns]
    columns = ("column", "type", "unit", "values", "may be NULL", "meaning")
    rows = [
        (
            field.name,
            field.sql_type,
            field.unit,
            column_docs.values_of(field),
            field.name in table.nullable,
            field.meaning,
        )
        for field in fields
    ]
    rows_stored = write.count(connection, name) if reader.has_table(connection, name) else 0
    facts = {"grain": table.grain, "key": ", ".join(table.key), "rows": rows_stored}
    return Description(f"table {name}", facts, {"columns": QueryResult(columns, rows)})


def _view(connection: Connection, name: str) -> Description:
    if reader.query_frame(connection, "quality/select_view", {"view": name}).is_empty():
        raise StoreError(
            f"this publication was made before the view {name} existed: the next `affect run` publishes it"
        )
    described = connection.execute(f"DESCRIBE {name}").fetchall()
    rows = [
        (column, column_docs.short_type(sql_type), column_docs.meaning(name, column))
        for column, sql_type, *_ in described
    ]
    columns = QueryResult(("column", "type", "meaning"), rows)
    return Description(f"view {name}", {"grain": definitions.views()[name]}, {"columns": columns})


def _macro(_: Connection, name: str) -> Description:
    macro = next(macro for macro in definitions.macros() if macro.name == name)
    parameters = ", ".join(macro.parameters)
    facts = {"grain": macro.grain, "parameters": parameters, "example": f"FROM {name}({parameters})"}
    return Description(f"table macro {name}", facts)


def _feature_view(connection: Connection, name: str) -> Description:
    versions = reader.query_frame(connection, "features/list_views").filter(pl.col("view") == name)
    features = ", ".join(versions["feature"].unique().sort())
    return Description(f"feature view {name}", {"features": features}, {"versions": _result(versions)})


def _feature(connection: Connection, name: str) -> Description:
    versions = reader.query_frame(connection, "describe/feature", {"feature": name})
    return _version_of(connection, versions, versions.row(0, named=True), f"feature {name}")


def _version(connection: Connection, version: str) -> Description:
    feature = reader.query_frame(connection, "features/list_views").filter(pl.col("version") == version)["feature"][0]
    versions = reader.query_frame(connection, "describe/feature", {"feature": feature})
    row = versions.filter(pl.col("version") == version).row(0, named=True)
    return _version_of(connection, versions, row, f"version {version} of the feature {feature}")


def _version_of(connection: Connection, versions: pl.DataFrame, row: dict[str, Any], title: str) -> Description:
    parameters = {"feature": row["feature"]}
    tables = {
        "versions": _result(versions.select("version", "is_current", "since", "transform", "parameters")),
        "photographs": _rows(connection, "describe/feature_counts", parameters),
        "current services that hold it": _rows(connection, "describe/feature_services", parameters),
    }
    return Description(title, row, tables)


def _service(connection: Connection, name: str) -> Description:
    rows = reader.query_frame(connection, "describe/service", {"service": name})
    current = rows.filter(pl.col("since") == rows["since"].max())
    facts = {
        "version": current["service_version"][0],
        "since": current["since"][0],
        "features": current["feature"].to_list(),
    }
    runs = _rows(connection, "describe/runs", {"service": name, "split_id": None})
    return Description(f"service {name}", facts, {"members": _result(rows), "runs": runs})


def _split(connection: Connection, name: str) -> Description:
    facts = reader.query_frame(connection, "splits/select_split", {"split_id": name}).row(0, named=True)
    if erased_on := erasure.shortened_splits(connection).get(name):
        facts["not_whole"] = f"a person was erased from it on {erased_on}: the fingerprint no longer matches"
    tables = {
        "parts": _rows(connection, "describe/split_parts", {"split_id": name}),
        "runs": _rows(connection, "describe/runs", {"service": None, "split_id": name}),
    }
    return Description(f"split {name}", {key: value for key, value in facts.items() if key != "split_id"}, tables)


def _run(connection: Connection, name: str) -> Description:
    facts = reader.query_frame(connection, "describe/run", {"run_id": name}).row(0, named=True)
    tables = {
        "metrics": _rows(connection, "describe/run_metrics", {"run_id": name}),
        "photographs": _rows(connection, "describe/split_parts", {"split_id": facts["split_id"]}),
    }
    facts, coefficients = _without_coefficients(facts)
    return Description(f"run {name}", facts, {**coefficients, **tables})


def _without_coefficients(facts: dict[str, Any]) -> tuple[dict[str, Any], dict[str, QueryResult]]:
    """Move the coefficients among a run's parameters, if it has any, to a table: one row per feature."""
    parameters = json.loads(facts["parameters"])
    by_class = parameters.pop("coefficients", None)
    if not by_class:
        return facts, {}
    names = list(next(iter(by_class.values())))
    columns = {emotion: [column[name] for name in names] for emotion, column in by_class.items()}
    table = _result(pl.DataFrame({"feature": names, **columns}))
    return {**facts, "parameters": json.dumps(parameters)}, {"coefficients": table}


def _photograph(connection: Connection, name: str) -> Description:
    parameters = {"image_id": name}
    facts = reader.query_frame(connection, "describe/photograph", parameters).row(0, named=True)
    tables = {
        "labels": _rows(connection, "describe/photograph_labels", parameters),
        **_ratings(connection, parameters),
        "features": _rows(connection, "describe/photograph_features", parameters),
        "predictions": _rows(connection, "describe/photograph_predictions", parameters),
    }
    return Description(f"photograph {name}", {key: value for key, value in facts.items() if key != "image_id"}, tables)


def _ratings(connection: Connection, parameters: Mapping[str, Any]) -> dict[str, QueryResult]:
    """Return the ratings of a photograph by people; nothing if it has none."""
    if not reader.has_table(connection, "catalogue.ratings"):  # a publication from before ratings were stored
        return {}
    rows = _rows(connection, "describe/photograph_ratings", parameters)
    return {"ratings": rows} if rows.rows else {}


_KINDS: dict[str, Callable[[Connection, str], Description]] = {
    "table": _table, "view": _view, "macro": _macro, "feature": _feature, "feature view": _feature_view,
    "version": _version, "service": _service, "split": _split, "run": _run, "photograph": _photograph,
}  # fmt: skip


def _rows(connection: Connection, statement: str, parameters: Mapping[str, Any] | None = None) -> QueryResult:
    return _result(reader.query_frame(connection, statement, parameters))


def _result(frame: pl.DataFrame) -> QueryResult:
    return QueryResult(tuple(frame.columns), frame.rows())
