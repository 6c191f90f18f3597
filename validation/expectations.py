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

    `key` names the columns that tell an offending row; `source` the rows that are looked at, by default all.
    """

    column: str
    key: str
    source: str = "{batch}"

    def __init__(self, **told: Any) -> None:
        told.setdefault("unexpected_rows_query", self.query_of({"source": "{batch}", **told}))
        super().__init__(**told)

    @classmethod
    def query_of(cls, told: Mapping[str, Any]) -> str:
        """The query that returns the key of each offending row, from the expectation's arguments."""
        raise NotImplementedError


class ExpectVectorsToBeFinite(_ExpectOfVectors):
    """Expect that no vector of `column` holds NaN, infinity or NULL."""

    @classmethod
    def query_of(cls, told: Mapping[str, Any]) -> str:
        """Looks at every element where it lies."""
        unusable = f"list_filter({told['column']}, lambda x: x IS NULL OR NOT isfinite(x))"
        return f"SELECT {told['key']} FROM {told['source']} WHERE len({unusable}) > 0"


class ExpectVectorsToHaveLength(_ExpectOfVectors):
    """Expect that every vector of `column` has `length` elements."""

    length: int

    @classmethod
    def query_of(cls, told: Mapping[str, Any]) -> str:
        """Counts elements, NULL among them."""
        return f"SELECT {told['key']} FROM {told['source']} WHERE len({told['column']}) <> {int(told['length'])}"


class ExpectVectorsToHaveUnitNorm(_ExpectOfVectors):
    """Expect that every three numbers of `column` have norm 1, within `tolerance`, or are all exactly 0."""

    tolerance: float

    @classmethod
    def query_of(cls, told: Mapping[str, Any]) -> str:
        """Takes the vector apart in triples."""
        triples = ", ".join(
            f"unnest({told['column']}[{place}:-1:3]) AS {axis}" for place, axis in enumerate("xyz", start=1)
        )
        return (
            f"SELECT DISTINCT {told['key']} FROM (SELECT {told['key']}, {triples} FROM {told['source']}) AS triples "
            "WHERE NOT (x = 0 AND y = 0 AND z = 0) "
            f"AND NOT abs(sqrt(x * x + y * y + z * z) - 1) <= {float(told['tolerance'])!r}"
        )
