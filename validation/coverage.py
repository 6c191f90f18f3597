"""What an audit looks at, in view of what earlier audits passed; and what it found to have changed since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from affect_store.validation.audit_record import AuditRecord
from affect_store.validation.gx import scope
from affect_store.validation.gx.dialect import StoreReader
from affect_store.validation.gx.rules_version import rules_of
from affect_store.validation.gx.scope import Scope
from affect_store.validation.gx.scope_views import CHECKED_IN_PART, EVERYTHING, SPLIT_TABLES
from affect_store.validation.gx.suites import Suite
from affect_store.validation.recompute.deltas import DELTAS_CHECK, REFERENCES_CHECK
from affect_store.validation.recompute.scalars import VALUES_CHECK
from affect_store.validation.rules import CHECKSUM, FEATURE_TABLES, QUARANTINE, SCALAR_TABLES, STOP
from affect_store.validation.thresholds import SHOWN_ROWS
from affect_store.validation.verdict import Finding

UNCHANGED_CHECK = "values as they passed an earlier audit"
_RECOMPUTED_IN_PART = frozenset({DELTAS_CHECK, REFERENCES_CHECK, VALUES_CHECK})


@dataclass(frozen=True)
class Coverage:
    """The scope of an audit of these schemas, the version of its rules, and whether it looks at all rows."""

    schemas: tuple[str, ...] = ()
    scope: Scope = Scope()
    rules: str = ""

    @classmethod
    def of(cls, store: StoreReader, schemas: tuple[str, ...], passed: AuditRecord | None, *, is_full: bool) -> Coverage:
        """Compare the rows with the record `passed`; a store that cannot be compared is audited as a whole."""
        if passed is None or "registry" in schemas:
            return cls(schemas)
        try:
            rules = rules_of(store)
            known = passed.photographs if passed.rules == rules else AuditRecord().photographs
            return cls(schemas, scope.compare(store, schemas, known, is_full=is_full), rules)
        except Exception:  # the checks report what is wrong with the store
            store.limit(EVERYTHING)
            return cls(schemas)

    @property
    def is_full(self) -> bool:
        """Whether checks of single rows look at every row."""
        return not self.scope.counts

    def findings(self, store: StoreReader, table: str) -> list[Finding]:
        """Return the finding about rows of a feature table whose values have changed since they passed an audit."""
        is_compared = self.scope.passed and "features" in self.schemas
        if not is_compared or table not in CHECKED_IN_PART or table in SPLIT_TABLES:
            return []
        rows = scope.changed_in_place(store, table)
        view = table.partition(".")[2]
        is_quarantined = table in FEATURE_TABLES
        offending = tuple((row["image_id"], view, row["version"]) for row in rows) if is_quarantined else ()
        return [
            Finding(
                table, UNCHANGED_CHECK, "", not rows, f"{len(rows)} rows have other values than those that passed",
                len(rows), tuple(rows[:SHOWN_ROWS]), QUARANTINE if is_quarantined else STOP,
                "stored rows never change", offending,
            )
        ]  # fmt: skip

    def counted(self, suite: Suite, findings: Iterable[Finding]) -> list[Finding]:
        """Say in the findings of checks of single rows how many rows they looked at."""
        counts = self.scope.counts.get(suite.table.qualified)
        if not counts:
            return list(findings)
        in_part = {
            (expectation.meta["check"], expectation.meta["column"])
            for expectation in suite.suite.expectations
            if "rows_to_check(" in getattr(expectation, "unexpected_rows_query", "")
        }
        remark = f"looked at {counts.looked_at:,} rows; {counts.covered:,} more are as they passed an earlier audit"
        return [
            replace(finding, observed=f"{finding.observed}; {remark}")
            if (finding.check, finding.column) in in_part or _is_in_part(finding)
            else finding
            for finding in findings
        ]

    def record(self, store: StoreReader) -> AuditRecord | None:
        """Return what later audits need not look at if this one passes; None if the rows were not compared."""
        if not self.scope.is_marked or ("features" not in self.schemas and not self.scope.passed):
            return None
        try:
            return AuditRecord(self.rules, scope.record(store, self.schemas))
        except Exception:  # without a record the next audit looks at all rows
            return None


def _is_in_part(finding: Finding) -> bool:
    """Whether a check outside of the suites looks at some rows only."""
    return finding.check in _RECOMPUTED_IN_PART or (finding.check == CHECKSUM and finding.suite in SCALAR_TABLES)
