"""What an audit found, as frozen values: nothing here knows Great Expectations or opens a store."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True)
class Finding:
    """One check, what it expected and what it saw. `suite` is the table, `samples` are keys of a few offending rows."""

    suite: str
    check: str
    column: str
    success: bool
    observed: str
    unexpected_count: int
    samples: tuple[Mapping[str, object], ...]
    severity: str
    expected: str = ""

    @property
    def stops(self) -> bool:
        """Whether nothing may be published because of this finding."""
        return not self.success and self.severity == "stop"

    @property
    def place(self) -> str:
        """The table, or the column of it that the check looked at."""
        return f"{self.suite}.{self.column}" if self.column and "," not in self.column else self.suite

    def shown_samples(self, count: int) -> list[str]:
        """The first keys, each as one short word: identifiers are cut to eight characters."""
        return ["/".join(_short(value) for value in sample.values()) for sample in self.samples[:count]]


@dataclass(frozen=True)
class Verdict:
    """All findings of one audit, in the order of the catalogue. `raw` is Great Expectations' own account, by table."""

    audit_id: str
    stage: str
    findings: tuple[Finding, ...]
    duration_s: float
    raw: Mapping[str, object] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether the state that was audited may be published; an audit that checked nothing has not passed."""
        return bool(self.findings) and not any(finding.stops for finding in self.findings)

    @property
    def failures(self) -> tuple[Finding, ...]:
        """The findings of checks that failed, those that stop first."""
        failed = [finding for finding in self.findings if not finding.success]
        return tuple(sorted(failed, key=lambda finding: not finding.stops))

    @property
    def results(self) -> pl.DataFrame:
        """One row a check, with the columns of `quality.results`; `sample_ids` is JSON, a list of keys."""
        schema = {
            "audit_id": pl.String, "suite": pl.String, "check_name": pl.String, "column_name": pl.String,
            "success": pl.Boolean, "observed": pl.String, "unexpected_count": pl.UInt64, "sample_ids": pl.String,
            "severity": pl.String,
        }  # fmt: skip
        rows = [
            (self.audit_id, one.suite, one.check, one.column, one.success, one.observed, one.unexpected_count,
             json.dumps([dict(sample) for sample in one.samples], default=str), one.severity)
            for one in self.findings
        ]  # fmt: skip
        return pl.DataFrame(rows, schema=schema, orient="row")


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 24 else f"{text[:8]}..."
