"""The audit: Great Expectations runs inside DuckDB, over the tables themselves, and every result becomes a finding.

It writes nothing, not to the store, not to the user's home directory, not to the network. Whether a finding stops a
publication is said in `gate.py`. A check that did not run has failed: Great Expectations tells an exception in
`exception_info`, in two shapes, and calls a column without a count of offending rows a success.
"""

from __future__ import annotations

import logging
import os
import time
import warnings
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import great_expectations as gx
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.datasource.fluent import SQLDatasource
from great_expectations.datasource.fluent.interfaces import TestConnectionError

from store.errors import StoreError, StoreLockedError
from validation.bounds import SHOWN_ROWS
from validation.dialect import reading
from validation.findings import absent, finding_of, unrun
from validation.relations import ROWS_COUNTED
from validation.suites import Suite, suites
from validation.verdict import Finding, Verdict

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")

Account = tuple[list[Finding], Mapping[str, object]]


def audit(work_path: Path, *, audit_id: str, stage: str = "features", tables: Collection[str] | None = None) -> Verdict:
    """Check the store at `work_path`, read-only; nobody may hold it open for writing meanwhile.

    `stage` is 'features' (catalogue, features and splits, before training) or 'results' (the registry, before
    publication); `tables` narrows it to some of its tables, as `schema.table`. Raises `StoreError` where there is no
    store or it cannot be opened.
    """
    started = time.perf_counter()
    if not work_path.is_file():
        raise StoreError(f"there is no store to audit at '{work_path}'")
    findings: list[Finding] = []
    raw: dict[str, object] = {}
    with _silence(), reading(work_path) as connection:
        source = _source(work_path, connection)
        for suite in suites(stage, tables):
            found, raw[suite.table.qualified] = _run(source, suite)
            findings += found
    return Verdict(audit_id, stage, tuple(findings), time.perf_counter() - started, raw)


def _source(work_path: Path, connection: dict[str, Any]) -> SQLDatasource:
    """The store as a data source of a context that lives in memory only."""
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
    )
    context = gx.get_context(mode="ephemeral", project_config=config)
    try:
        return context.data_sources.add_sql(name="store", **connection)
    except TestConnectionError as error:
        kind = StoreLockedError if "Could not set lock" in str(error) else StoreError
        raise kind(f"'{work_path}' cannot be opened for the audit: {error.__cause__ or error}") from error


def _run(source: SQLDatasource, suite: Suite) -> Account:
    """Findings and Great Expectations' own account of one table. Whatever raises becomes a finding."""
    table, expectations = suite.table, suite.suite.expectations
    try:
        asset = source.add_table_asset(table.qualified, table_name=table.name, schema_name=table.schema)
    except TestConnectionError as error:
        return [absent(table.qualified, str(error.__cause__ or error))], {"raised": str(error)}
    try:
        batch = asset.add_batch_definition_whole_table("all rows").get_batch()
        shape = {
            "result_format": "SUMMARY",
            "partial_unexpected_count": SHOWN_ROWS,
            "unexpected_index_column_names": list(table.key),
        }
        result = batch.validate(suite.suite, result_format=shape)
    except Exception as error:  # whatever a check raises is a finding, never a pass
        return [unrun(one, str(error)) for one in expectations], {"raised": str(error)}
    told = {_name(one.expectation_config.meta): one for one in result.results}
    rows = _row_count(told)
    findings = [
        finding_of(one, told[_name(one.meta)], table.key, rows) if _name(one.meta) in told else unrun(one, "no result")
        for one in expectations
    ]
    return findings, result.to_json_dict()


def _row_count(told: Mapping[tuple[str, str], Any]) -> int | None:
    counted = told.get((ROWS_COUNTED, ""))
    return counted.result.get("observed_value") if counted else None


def _name(meta: Mapping[str, Any]) -> tuple[str, str]:
    return meta["check"], meta["column"]


@contextmanager
def _silence() -> Iterator[None]:
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
