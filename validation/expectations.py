"""The project's own expectations: a query that must return no rows, and three about columns of vectors.

Great Expectations' `UnexpectedRowsExpectation` runs its query twice (rows, then their number) and fetches every
offending row. These ask once, for a few rows and the number of all; for all of them only where they are set aside.
Great Expectations knows no column of vectors: its own checks pass NaN and infinity inside one. Here the vector is
looked into where it lies, in DuckDB.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from great_expectations.compatibility.sqlalchemy import sqlalchemy as sa
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.core import UnexpectedRowsExpectation
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.query_metric_provider import QueryMetricProvider

from validation.bounds import SHOWN_ROWS
from validation.dialect import sql

_COUNT = "offending_rows_in_all"
_METRIC = "offending_rows.sample"


class OffendingRows(QueryMetricProvider):
    """The first rows of a query, each with the number of all rows beside it."""

    metric_name = _METRIC
    value_keys = ("unexpected_rows_query", "most_rows")
    query_param_name: ClassVar[str] = "unexpected_rows_query"

    @metric_value(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(
        cls,
        execution_engine: SqlAlchemyExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        **_: Any,
    ) -> list[dict[str, Any]]:
        batch = execution_engine.batch_manager.batch_data_cache[metric_domain_kwargs["batch_id"]]
        table = f"{batch.source_schema_name}.{batch.source_table_name}"
        query = cls._format_query(cls._get_query_from_metric_value_kwargs(metric_value_kwargs), batch=table)
        limit = f"LIMIT {int(metric_value_kwargs['most_rows'])}" if metric_value_kwargs["most_rows"] else ""
        counted = f"SELECT *, count(*) OVER () AS {_COUNT} FROM ({query}\n) AS offending {limit}"
        return [dict(row) for row in execution_engine.execute_query(sa.text(counted)).mappings()]


class ExpectNoOffendingRows(UnexpectedRowsExpectation):
    """Expect that a query, whose `{batch}` is the table, returns no rows. `observed_value` is their number.

    Keys of `most_rows` of them are kept, of all where it is 0.
    """

    most_rows: int = SHOWN_ROWS
    metric_dependencies: ClassVar[tuple[str, ...]] = (_METRIC,)

    def _validate(self, metrics: dict[str, Any], **_: Any) -> dict[str, Any]:
        rows = metrics[_METRIC]
        count = int(rows[0][_COUNT]) if rows else 0
        keys = [{name: value for name, value in row.items() if name != _COUNT} for row in rows]
        return {
            "success": count == 0,
            "result": {"observed_value": count, "unexpected_count": count, "partial_unexpected_index_list": keys},
        }


class _ExpectOfVectors(ExpectNoOffendingRows):
    """Expect a condition of one column of vectors; a vector that is NULL as a whole is no fault of this kind.

    `key` names the columns that tell an offending row; `source` the rows that are looked at, by default all. The query
    is a file of `validation/sql` in which the expectation's arguments stand in for their names.
    """

    column: str
    key: str
    source: str = "{batch}"
    file: ClassVar[str]

    def __init__(self, **told: Any) -> None:
        told.setdefault("unexpected_rows_query", self.query_of({"source": "{batch}", **told}))
        super().__init__(**told)

    @classmethod
    def query_of(cls, told: Mapping[str, Any]) -> str:
        """The query that returns the key of each offending row, from the expectation's arguments."""
        query = sql(cls.file)
        for name in ("column", "key", "length", "tolerance", "source"):
            query = query.replace(f"{{{name}}}", str(told.get(name, "")))
        return query


class ExpectVectorsToBeFinite(_ExpectOfVectors):
    """Expect that no vector of `column` holds NaN, infinity or NULL."""

    file: ClassVar[str] = "vectors_not_finite"


class ExpectVectorsToHaveLength(_ExpectOfVectors):
    """Expect that every vector of `column` has `length` elements."""

    length: int
    file: ClassVar[str] = "vectors_of_other_length"


class ExpectVectorsToHaveUnitNorm(_ExpectOfVectors):
    """Expect that every three numbers of `column` have norm 1, within `tolerance`, or are all exactly 0."""

    tolerance: float
    file: ClassVar[str] = "vectors_off_unit"
