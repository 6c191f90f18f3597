"""The rows of an export: a user's query, a table, a feature or a service, with labels and components as columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

import duckdb

from affect_store.store.engine import own_views, user_sql
from affect_store.store.engine.duckdb import Connection, identifier, quoted
from affect_store.store.engine.settings import get_setting
from affect_store.store.engine.sql_files import sql
from affect_store.store.errors import QueryError, unknown_name
from affect_store.store.extensions.own_view import OWN_VALUES
from affect_store.store.features.action_unit_proxies import PROXY_UNITS
from affect_store.store.features.feature_views import BICUBIC_PIXELS, PIXELS
from affect_store.store.features.scalar_views import SCALAR_VIEW_BY_NAME
from affect_store.store.schema.setting_keys import SettingKey
from affect_store.store.vocabulary import LANDMARK_COUNT, VECTOR_LENGTH

Relation = duckdb.DuckDBPyRelation

ENTITY = "image_id"
LABELS = ("subject_id", "emotion", "camera_angle_deg", "gaze", "path")
"""Columns that `labels` adds: who and what a photograph shows, and its file as catalogued."""

FEX = {**{unit: unit.upper() for unit in PROXY_UNITS}, "path": "input"}
"""Columns that mean the same in py-feat's `Fex` (Cheong et al. 2023), with their names there: the action units, which
here are proxies, and the file."""

_NAME = re.compile(r"\s*[A-Za-z_]\w*(\.[A-Za-z_]\w*)*\s*")
_ARRAY = re.compile(r"\w+\[(\d+)\]")
_POSITION = "position of the row"
_VALUES = {"pixels": "rgb"}
"""Columns with the value of views whose value is not `xyz`."""


def relation_of(
    connection: Connection, query: str, *, labels: bool = False, wide: bool = False, fex: bool = False
) -> Relation:
    """Return the rows of a SELECT, of a table or view, of a feature or of a service, which are not computed yet.

    A feature has its labels and the columns of its table; a service has image_id and a column per feature, NULL where
    missing; scalar views have their own columns. `labels` adds those of `LABELS` that are not there yet, by image_id.
    `wide` makes every array of fixed length a column per component, see `component_names`; `fex` gives the columns of
    `FEX` their names in py-feat.

    Raises `QueryError` if the statement is not a single SELECT, for an unknown name, for a service whose thumbnails
    were not published, if `labels` are wanted of rows without image_id, and if `fex` is of rows without proxies.
    """
    relation = _rows(connection, query)
    if labels:
        relation = _labelled(connection, relation)
    if wide:
        relation = _widened(relation)
    return _with_fex_names(relation) if fex else relation


def component_names(column: str, length: int) -> list[str]:
    """Return a name per component of an array: x_0, y_0, z_0, x_1, ... z_467 for landmarks, else COLUMN_0, COLUMN_1.

    Coordinates of a column of another name than `xyz`, such as a feature of a service, begin with that name.
    """
    if length != VECTOR_LENGTH:
        return [f"{column}_{index}" for index in range(length)]
    prefix = "" if column.lower() == "xyz" else f"{column}_"
    return [f"{prefix}{axis}_{landmark}" for landmark in range(LANDMARK_COUNT) for axis in "xyz"]


def _rows(connection: Connection, query: str) -> Relation:
    is_name = bool(_NAME.fullmatch(query))
    text = f"FROM {query}" if is_name else query
    kinds = [statement.type for statement in user_sql.statements_of(connection, text)]
    if kinds != [duckdb.StatementType.SELECT]:
        received = ", ".join(kind.name for kind in kinds) or "nothing"
        hint = "; replace SET VARIABLE by a subquery in the SELECT" if duckdb.StatementType.SET in kinds else ""
        raise QueryError(
            "expected one SELECT statement, or the name of a table, view, feature or service, "
            f"received {received}{hint}"
        )
    try:
        return connection.sql(text)
    except duckdb.CatalogException:
        if is_name and (values := _feature(connection, query.strip()) or _service(connection, query.strip())):
            return connection.sql(values)
        if is_name:
            raise QueryError(_unknown(connection, query.strip())) from None
        raise


def _feature(connection: Connection, name: str) -> str:
    """Return the query of a feature's current values; empty if there is no such feature."""
    views = connection.execute(sql("features/select_view_of_feature"), {"feature": name}).fetchall()
    if not views:
        return ""
    _require_thumbnails(connection, f"feature {name!r}", [name])
    view = views[0][0]
    table = f"{own_views.SCHEMA}.{identifier(name)}" if view == OWN_VALUES else f"features.{view}"
    return sql("features/select_values_of_feature").replace("{table}", table).replace("{feature}", quoted(name))


def _service(connection: Connection, name: str) -> str:
    """Return the query of a service's current values; empty if there is no such service."""
    features = connection.execute(sql("features/select_features_of_service"), {"service": name}).fetchall()
    if not features:
        return ""
    _require_thumbnails(connection, f"service {name!r}", [feature for feature, *_ in features])
    first, *further = (_values_at(connection, *feature) for feature in features)
    joined = "".join([first, *(f" FULL JOIN {values} USING ({ENTITY})" for values in further)])
    columns = ", ".join(name for feature in features for name in _columns_of(connection, *feature))
    return sql("features/select_values_of_service").replace("{features}", joined).replace("{columns}", columns)


def _require_thumbnails(connection: Connection, title: str, features: Sequence[str]) -> None:
    """Raise `QueryError` if there are thumbnails among the features, and they were not published."""
    others = [feature for feature in features if feature not in (PIXELS, BICUBIC_PIXELS)]
    if len(others) < len(features) and get_setting(connection, SettingKey.FACES_PUBLISHED) == "False":
        rest = f". Its other features: {', '.join(others)}" if others else ""
        raise QueryError(
            f"the {title} needs thumbnails, which were not published; the next `affect run` publishes them if it is "
            f"given `--with-faces`{rest}"
        )


def _columns_of(connection: Connection, feature: str, view: str, version: str) -> tuple[str, ...]:
    """Return the columns of a feature in the rows of a service: its name, those of a scalar view, or FEATURE_COLUMN for
    a feature of the user's own, whose columns may have the names of others."""
    if view == OWN_VALUES:
        return tuple(identifier(f"{feature}_{name}") for name in own_views.columns_of(connection, version))
    scalar = SCALAR_VIEW_BY_NAME.get(view)
    return scalar.column_names if scalar else (identifier(feature),)


def _values_at(connection: Connection, feature: str, view: str, version: str) -> str:
    columns = _columns_of(connection, feature, view, version)
    if view == OWN_VALUES:
        columns = tuple(f"numbers[{position}] AS {name}" for position, name in enumerate(columns, 1))
    elif view not in SCALAR_VIEW_BY_NAME:
        columns = (f"{_VALUES.get(view, 'xyz')} AS {columns[0]}",)
    text = sql("feature_views/values_at").replace("{view}", view).replace("{version}", quoted(version))
    return f"({text.replace('{columns}', ', '.join(columns))})"


def _unknown(connection: Connection, name: str) -> str:
    known = connection.execute(sql("describe/select_exportable")).fetchall()
    return unknown_name("table, view, feature or service", name, [row[0] for row in known])


def _labelled(connection: Connection, relation: Relation) -> Relation:
    """Return the rows in their order: image_id, the labels, of which those that they have are theirs, and the rest."""
    present = {name.lower() for name in relation.columns}
    if ENTITY not in present:
        raise QueryError(
            f"--labels needs the column {ENTITY}, which the rows do not have: they have "
            f"{', '.join(relation.columns[:8])}. Add {ENTITY} to the SELECT"
        )
    numbered = relation.project(f"*, row_number() OVER () AS {identifier(_POSITION)}").set_alias("exported")
    labels = connection.sql(sql("catalogue/select_labels")).set_alias("labels")
    joined = numbered.join(labels, f"exported.{ENTITY} = labels.photograph", how="left")
    first = [f"{'exported' if name in present else 'labels'}.{name}" for name in (ENTITY, *LABELS)]
    others = [f"exported.{identifier(name)}" for name in relation.columns if name.lower() not in (ENTITY, *LABELS)]
    return joined.order(identifier(_POSITION)).project(", ".join([*first, *others]))


def _with_fex_names(relation: Relation) -> Relation:
    if set(PROXY_UNITS).isdisjoint(relation.columns):
        raise QueryError(
            f"--fex needs columns of action_unit_proxies ({PROXY_UNITS[0]} to {PROXY_UNITS[-1]}), which the rows do "
            f"not have: they have {', '.join(relation.columns[:8])}"
        )
    names = [f"{identifier(name)} AS {identifier(FEX.get(name, name))}" for name in relation.columns]
    return relation.project(", ".join(names))


def _widened(relation: Relation) -> Relation:
    columns = []
    for name, sql_type in zip(relation.columns, map(str, relation.types), strict=True):
        column, array = identifier(name), _ARRAY.fullmatch(sql_type)
        components = component_names(name, int(array[1])) if array else []
        elements = [f"{column}[{index}] AS {identifier(text)}" for index, text in enumerate(components, 1)]
        columns += elements or [column]
    return relation.project(", ".join(columns))
