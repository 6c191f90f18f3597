"""Run all checks of a stage on the tables of a work store and collect their findings.

Nothing is written to the store, the user's home directory or the network. `gate.py` decides whether findings stop a
publication; `gx/engine.py` runs a suite in Great Expectations.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from affect_store.store.engine.duckdb import SCHEMA_VERSION, schema_version, update_advice
from affect_store.store.errors import StoreError
from affect_store.store.schema.tables import BY_NAME
from affect_store.validation.audit_record import AuditRecord
from affect_store.validation.coverage import Coverage
from affect_store.validation.gx import engine
from affect_store.validation.gx.dialect import StoreReader, open_reader
from affect_store.validation.gx.findings import without
from affect_store.validation.gx.suites import STAGES, Suite, suites
from affect_store.validation.recompute.audited_state import read_details, read_state, to_be_recomputed, without_released
from affect_store.validation.recompute.distributions import distributions
from affect_store.validation.recompute.extra_checks import NO_EXTRA_CHECKS, ExtraChecks
from affect_store.validation.rules import OWN_TABLE, SCALAR_TABLES, STOP
from affect_store.validation.verdict import Finding, RowDetails, RowKey, StoreState, Verdict

DERIVED_TABLES = frozenset({"features.deltas", OWN_TABLE, *SCALAR_TABLES})
"""Tables of features that are computed from landmarks."""

QUARANTINE_TABLE = "features.misses"
STATE_CHECK = "quarantine and released rows readable"
"""Name of the finding if what the audit reads besides its checks cannot be read, and the table that it belongs to."""

TO_BE_RECOMPUTED = "to be recomputed because their landmarks are quarantined"
_T = TypeVar("_T")
_ORDER = {name: position for position, name in enumerate(BY_NAME)}


def audit(
    work_path: Path,
    *,
    audit_id: str,
    stage: str = "features",
    tables: Collection[str] | None = None,
    extras: ExtraChecks = NO_EXTRA_CHECKS,
    passed: AuditRecord | None = None,
    is_full: bool = False,
) -> Verdict:
    """Check the store at `work_path`, read-only; no process may hold it open for writing.

    `stage` is one of `suites.STAGES`: 'rows' (catalogue and features, before the split), 'splits', 'features' (both,
    before training) or 'results' (the registry, before publication). `tables` selects some of its tables, as
    `schema.table`. `extras` selects the checks beyond the tables and limits the quarantine. Checks of single rows do
    not look at rows that are as they were in the record `passed` of earlier audits, unless `is_full` or other rules
    passed them; without a record, nothing is compared, and the verdict has none. Raise `StoreError` if there is no
    store, it cannot be opened, or it has another schema version.
    """
    started = time.perf_counter()
    if not work_path.is_file():
        raise StoreError(f"there is no store to audit at '{work_path}'")
    findings: list[Finding] = []
    raw: dict[str, object] = {}
    with engine.silence(), open_reader(work_path) as store:
        _require_version(store)
        reading = _Readings(store)
        coverage = Coverage.of(store, STAGES[stage], passed, is_full=is_full)
        source = engine.source_of(store)
        schemas = STAGES[stage] if tables is None else ()
        contents = coverage.scope.contents
        state = reading.of(read_state, schemas, extras.largest_share, contents, otherwise=StoreState())
        for suite in suites(stage, tables):
            results, raw[suite.table.qualified] = engine.run(source, store, suite)
            results = _with_distributions(store, suite, results)
            results += extras.findings(store, suite.table.qualified, audit_id)
            results += coverage.findings(store, suite.table.qualified)
            results = coverage.counted(suite, results)
            findings += list(_without_accepted(reading, results, state, findings))
        details = reading.of(read_details, findings, otherwise=RowDetails())
        is_recorded = tables is None and not any(finding.stops for finding in findings)
        record = coverage.record(store) if is_recorded else None
    findings += reading.failures
    findings.sort(key=lambda finding: _ORDER[finding.suite])
    duration_s = time.perf_counter() - started
    return Verdict(
        audit_id,
        stage,
        tuple(findings),
        duration_s,
        raw,
        state,
        details,
        coverage.scope.counts,
        coverage.is_full,
        record,
    )


def _require_version(store: StoreReader) -> None:
    """Raise `StoreError` for another schema version, instead of a finding for each table that differs."""
    version = schema_version(store.connection)
    if version not in (None, SCHEMA_VERSION):
        advice = update_advice(version) or ": `affect run` and the flow `audit` migrate it"
        raise StoreError(
            f"expected a store of schema version {SCHEMA_VERSION} to audit, received version {version}{advice}"
        )


class _Readings:
    """Reads what decides about rows besides the checks; whatever cannot be read becomes a finding that stops."""

    def __init__(self, store: StoreReader) -> None:
        self._store = store
        self._reasons: dict[str, None] = {}

    def of(self, read: Callable[..., _T], *arguments: Any, otherwise: _T) -> _T:
        """Return what `read` reads from the store, or `otherwise` and remember why it could not."""
        try:
            return read(self._store, *arguments)
        except Exception as error:  # never a pass
            self._reasons[" ".join(str(error).split())[:400]] = None
            return otherwise

    @property
    def failures(self) -> list[Finding]:
        """One finding per reason."""
        return [
            Finding(QUARANTINE_TABLE, STATE_CHECK, "", False, f"the check did not run: {reason}", 0, (), STOP,
                    "readable tables")
            for reason in self._reasons
        ]  # fmt: skip


def _without_accepted(
    reading: _Readings, findings: list[Finding], state: StoreState, previous: list[Finding]
) -> Iterator[Finding]:
    """Drop the rows of a table that a person released, and deltas and scalar features to be recomputed because of the
    `previous` findings about the tables that they are computed from."""
    is_derived = any(finding.suite in DERIVED_TABLES for finding in findings)
    recomputed = reading.of(to_be_recomputed, previous, otherwise=set[RowKey]()) if is_derived else set()
    for finding in findings:
        accepted = reading.of(without_released, finding, state, otherwise=finding)
        yield without(accepted, recomputed, TO_BE_RECOMPUTED)


def _with_distributions(store: StoreReader, suite: Suite, findings: list[Finding]) -> list[Finding]:
    """Add distributions to the findings of checks with a measure; what cannot be measured gets none."""
    measures = {
        (expectation.meta["check"], expectation.meta["column"]): expectation.meta["measure"]
        for expectation in suite.suite.expectations
    }
    return [_with_distribution(store, finding, measures.get((finding.check, finding.column))) for finding in findings]


def _with_distribution(store: StoreReader, finding: Finding, measure: str | None) -> Finding:
    try:
        return replace(finding, distributions=distributions(store, measure)) if measure else finding
    except Exception:  # the check itself reports what is wrong with the values
        return finding
