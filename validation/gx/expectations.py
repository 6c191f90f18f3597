"""Custom expectations: a query that must return no rows, one for words and three for columns of vectors.

Great Expectations' `UnexpectedRowsExpectation` runs its query twice (rows, then their number) and fetches every
offending row. These run it once and fetch a few rows with the total; all rows only if they are to be quarantined.
Great Expectations does not check vector columns: its own checks pass NaN and infinity inside a vector. These check
vectors inside DuckDB.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from great_expectations.compatibility.sqlalchemy import sqlalchemy as sa
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.core import UnexpectedRowsExpectation
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.query_metric_provider import QueryMetricProvider

from affect_store.validation.gx.dialect import sql
from affect_store.validation.thresholds import SHOWN_ROWS

_COUNT = "offending_rows_in_all"
_METRIC = "offending_rows.sample"


class OffendingRows(QueryMetricProvider):  # type: ignore[misc]  # types of Great Expectations are not followed
    """The first rows of a query in the order of their columns, each with the total number of rows."""

    metric_name = _METRIC
    value_keys = ("unexpected_rows_query", "max_rows")
    query_param_name: ClassVar[str] = "unexpected_rows_query"

    @metric_value(engine=SqlAlchemyExecutionEngine)  # type: ignore[untyped-decorator]
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
        limit = f"LIMIT {int(metric_value_kwargs['max_rows'])}" if metric_value_kwargs["max_rows"] else ""
        counted = (  # not by a window: tests/test_sql_files.py says why
            f"WITH offending AS MATERIALIZED ({query}\n), "
            f"total AS (SELECT count(*) AS {_COUNT} FROM offending) FROM offending, total ORDER BY ALL {limit}"
        )
        return [dict(row) for row in execution_engine.execute_query(sa.text(counted)).mappings()]


class ExpectNoOffendingRows(UnexpectedRowsExpectation):  # type: ignore[misc]
    """Expect a query, in which `{batch}` stands for the table, to return no rows; `observed_value` is their number.

    Keys of at most `max_rows` rows are kept, of all rows if it is 0.
    """

    max_rows: int = SHOWN_ROWS
    metric_dependencies: ClassVar[tuple[str, ...]] = (_METRIC,)

    def _validate(self, metrics: dict[str, Any], **_: Any) -> dict[str, Any]:
        rows = metrics[_METRIC]
        count = int(rows[0][_COUNT]) if rows else 0
        keys = [{name: value for name, value in row.items() if name != _COUNT} for row in rows]
        return {
            "success": count == 0,
            "result": {"observed_value": count, "unexpected_count": count, "partial_unexpected_index_list": keys},
        }


class _ExpectOfColumn(ExpectNoOffendingRows):
    """Expect a condition of a column; NULL passes.

    `key` names the columns that identify an offending row, `source` the checked rows (default: all). The query is a
    file of `validation/sql` in which the expectation's arguments replace placeholders.
    """

    column: str
    key: str
    source: str = "{batch}"
    file: ClassVar[str]

    def __init__(self, **arguments: Any) -> None:
        arguments.setdefault("unexpected_rows_query", self.query_of({"source": "{batch}", **arguments}))
        super().__init__(**arguments)

    @classmethod
    def query_of(cls, arguments: Mapping[str, Any]) -> str:
        """Return the query for the keys of offending rows, given the expectation's arguments."""
        query = sql(cls.file)
        for name in ("column", "key", "length", "tolerance", "source"):
            query = query.replace(f"{{{name}}}", str(arguments.get(name, "")))
        return query


class ExpectEmotionsToBeKnown(_ExpectOfColumn):
    """Expect every word of `column` to be a class of the home, one of the eight or one that a corpus declared, or
    `unknown`."""

    file: ClassVar[str] = "find/unknown_emotions"


class ExpectVectorsToBeFinite(_ExpectOfColumn):
    """Expect no vector of `column` to hold NaN, infinity or NULL."""

    file: ClassVar[str] = "find/vectors_not_finite"


class ExpectVectorsToHaveLength(_ExpectOfColumn):
    """Expect every vector of `column` to have `length` elements."""

    length: int
    file: ClassVar[str] = "find/vectors_of_other_length"


class ExpectVectorsToHaveUnitNorm(_ExpectOfColumn):
    """Expect each triple of `column` to have norm 1, within `tolerance`, or to be exactly 0."""

    tolerance: float
    file: ClassVar[str] = "find/vectors_off_unit"
