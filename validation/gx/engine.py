"""Run suites of Great Expectations inside DuckDB and turn the results into findings.

A check that did not run has failed: Great Expectations reports exceptions in `exception_info`, in two shapes, and calls
a column without a count of offending rows a success.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import great_expectations as gx
from great_expectations import ExpectationSuite
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.datasource.fluent import SQLDatasource
from great_expectations.datasource.fluent.interfaces import TestConnectionError
from great_expectations.expectations.expectation import ColumnMapExpectation, Expectation

from affect_store.validation.gx.dialect import StoreReader, sql
from affect_store.validation.gx.findings import finding_of, unreadable, unrun, without_rows
from affect_store.validation.gx.suites import Suite
from affect_store.validation.rules import ROW_COUNT
from affect_store.validation.thresholds import SHOWN_ROWS
from affect_store.validation.verdict import Finding

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")


def source_of(store: StoreReader) -> SQLDatasource:
    """Return the store as a data source of an in-memory context."""
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
    )
    context = gx.get_context(mode="ephemeral", project_config=config)
    return context.data_sources.add_sql(name="store", **store.source)


def run(source: SQLDatasource, store: StoreReader, suite: Suite) -> tuple[list[Finding], Mapping[str, object]]:
    """Check one table; return the findings and Great Expectations' own results. An exception becomes a finding."""
    table, expectations = suite.table, suite.suite.expectations
    try:
        asset = source.add_table_asset(table.qualified, table_name=table.name, schema_name=table.schema)
    except TestConnectionError as error:
        return [unreadable(table.qualified, str(error.__cause__ or error))], {"raised": str(error)}
    applicable, inapplicable = _by_applicability(store, suite)
    try:
        batch = asset.add_batch_definition_whole_table("all rows").get_batch()
        shape = {
            "result_format": "SUMMARY",
            "partial_unexpected_count": SHOWN_ROWS,
            "unexpected_index_column_names": list(table.key),
        }
        result = batch.validate(ExpectationSuite(name=suite.suite.name, expectations=applicable), result_format=shape)
    except Exception as error:  # an exception is a finding, never a pass
        return [unrun(expectation, str(error)) for expectation in expectations], {"raised": str(error)}
    outcomes = {_name(outcome.expectation_config.meta): outcome for outcome in result.results}
    rows = _row_count(outcomes)
    findings = [
        without_rows(expectation)
        if expectation in inapplicable
        else finding_of(expectation, outcomes[_name(expectation.meta)], table.key, rows)
        if _name(expectation.meta) in outcomes
        else unrun(expectation, "no result")
        for expectation in expectations
    ]
    return findings, _shortened(result.to_json_dict())


def _shortened(raw: dict[str, Any]) -> dict[str, Any]:
    """Keep a few offending rows per check, however many are to be quarantined."""
    for outcome in raw["results"]:
        rows = outcome["result"].get("partial_unexpected_index_list")
        if rows:
            outcome["result"]["partial_unexpected_index_list"] = rows[:SHOWN_ROWS]
    return raw


def _by_applicability(store: StoreReader, suite: Suite) -> tuple[list[Expectation], list[Expectation]]:
    """Separate expectations about column values, which do not apply to an empty table, from the others."""
    expectations = suite.suite.expectations
    try:
        is_empty = not store.arrow(sql("find/any_row").replace("{batch}", suite.table.qualified)).num_rows
    except Exception:  # the suite itself reports what is wrong with the table
        is_empty = False
    inapplicable = [check for check in expectations if is_empty and isinstance(check, ColumnMapExpectation)]
    return [check for check in expectations if check not in inapplicable], inapplicable


def _row_count(outcomes: Mapping[tuple[str, str], Any]) -> int | None:
    outcome = outcomes.get((ROW_COUNT, ""))
    return outcome.result.get("observed_value") if outcome else None


def _name(meta: Mapping[str, Any]) -> tuple[str, str]:
    return meta["check"], meta["column"]


@contextmanager
def silence() -> Iterator[None]:
    """Silence warnings and log lines of the libraries; the findings hold what matters."""
    loggers = [logging.getLogger(name) for name in ("great_expectations", "sqlalchemy")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
