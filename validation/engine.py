"""How Great Expectations runs one suite inside DuckDB, and what is believed of its answers.

A check that did not run has failed: Great Expectations tells an exception in `exception_info`, in two shapes, and calls
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

from validation.bounds import SHOWN_ROWS
from validation.dialect import Reading, sql
from validation.findings import absent, finding_of, unrun, without_rows
from validation.relations import ROWS_COUNTED
from validation.suites import Suite
from validation.verdict import Finding

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")

Account = tuple[list[Finding], Mapping[str, object]]


def source_of(store: Reading) -> SQLDatasource:
    """The store as a data source of a context that lives in memory only."""
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
    )
    context = gx.get_context(mode="ephemeral", project_config=config)
    return context.data_sources.add_sql(name="store", **store.source)


def run(source: SQLDatasource, store: Reading, suite: Suite) -> Account:
    """Findings and Great Expectations' own account of one table. Whatever raises becomes a finding."""
    table, expectations = suite.table, suite.suite.expectations
    try:
        asset = source.add_table_asset(table.qualified, table_name=table.name, schema_name=table.schema)
    except TestConnectionError as error:
        return [absent(table.qualified, str(error.__cause__ or error))], {"raised": str(error)}
    asked, spared = _worth_asking(store, suite)
    try:
        batch = asset.add_batch_definition_whole_table("all rows").get_batch()
        shape = {
            "result_format": "SUMMARY",
            "partial_unexpected_count": SHOWN_ROWS,
            "unexpected_index_column_names": list(table.key),
        }
        result = batch.validate(ExpectationSuite(name=suite.suite.name, expectations=asked), result_format=shape)
    except Exception as error:  # whatever a check raises is a finding, never a pass
        return [unrun(one, str(error)) for one in expectations], {"raised": str(error)}
    told = {_name(one.expectation_config.meta): one for one in result.results}
    rows = _row_count(told)
    findings = [
        without_rows(one)
        if one in spared
        else finding_of(one, told[_name(one.meta)], table.key, rows)
        if _name(one.meta) in told
        else unrun(one, "no result")
        for one in expectations
    ]
    return findings, _account(result.to_json_dict())


def _account(told: dict[str, Any]) -> dict[str, Any]:
    """Great Expectations' own account with a few offending rows a check, however many are to be set aside."""
    for one in told["results"]:
        rows = one["result"].get("partial_unexpected_index_list")
        if rows:
            one["result"]["partial_unexpected_index_list"] = rows[:SHOWN_ROWS]
    return told


def _worth_asking(store: Reading, suite: Suite) -> tuple[list[Expectation], list[Expectation]]:
    """The expectations to be validated, and those about the values of a column of a table that has no rows."""
    expectations = suite.suite.expectations
    try:
        is_empty = not store.arrow(sql("find_any_row").replace("{batch}", suite.table.qualified)).num_rows
    except Exception:  # the suite itself tells what is wrong with the table
        is_empty = False
    spared = [one for one in expectations if is_empty and isinstance(one, ColumnMapExpectation)]
    return [one for one in expectations if one not in spared], spared


def _row_count(told: Mapping[tuple[str, str], Any]) -> int | None:
    counted = told.get((ROWS_COUNTED, ""))
    return counted.result.get("observed_value") if counted else None


def _name(meta: Mapping[str, Any]) -> tuple[str, str]:
    return meta["check"], meta["column"]


@contextmanager
def silence() -> Iterator[None]:
    """No warning and no log line of the libraries: what matters of them is in the findings."""
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
