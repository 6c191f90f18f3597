"""The project's own expectation: a SQL file that returns the offending rows, and must return none.

Great Expectations' `UnexpectedRowsExpectation` runs its query twice (rows, then their number) and fetches every
offending row. This one asks once, for a few rows and the number of all.
"""

from __future__ import annotations

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
    value_keys = ("unexpected_rows_query",)
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
        counted = f"SELECT *, count(*) OVER () AS {_COUNT} FROM ({query}\n) AS offending LIMIT {SHOWN_ROWS}"
        return [dict(row) for row in execution_engine.execute_query(sa.text(counted)).mappings()]


class ExpectNoOffendingRows(UnexpectedRowsExpectation):
    """Expect that a query, whose `{batch}` is the table, returns no rows. `observed_value` is their number."""

    metric_dependencies: ClassVar[tuple[str, ...]] = (_METRIC,)

    def _validate(self, metrics: dict[str, Any], **_: Any) -> dict[str, Any]:
        rows = metrics[_METRIC]
        count = int(rows[0][_COUNT]) if rows else 0
        keys = [{name: value for name, value in row.items() if name != _COUNT} for row in rows]
        return {
            "success": count == 0,
            "result": {"observed_value": count, "unexpected_count": count, "partial_unexpected_index_list": keys},
        }
