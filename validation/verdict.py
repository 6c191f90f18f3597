"""What an audit found, as frozen values: nothing here knows Great Expectations or opens a store."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

from validation.bounds import LARGEST_QUARANTINED_SHARE

QUARANTINED = "quarantined: "
"""Begins the reason of a miss by which an audit sets a row aside."""


class Quarantined(NamedTuple):
    """A row to be set aside. `view` is landmarks, deltas or pixels, or images for a whole photograph (no version)."""

    image_id: str
    view: str
    version: str
    check_name: str
    sentence: str

    @property
    def reason(self) -> str:
        """What `features.misses` says of it."""
        return QUARANTINED + self.check_name


@dataclass(frozen=True)
class Distribution:
    """How the values behind a check are spread: `counts` between `edges`, beside the bounds, where there are any."""

    name: str
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    least: float
    greatest: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Finding:
    """One check, what it expected and what it saw. `suite` is the table, `samples` are keys of a few offending rows;
    `offending` are all of them where they are to be set aside, as (image_id, view, version)."""

    suite: str
    check: str
    column: str
    success: bool
    observed: str
    unexpected_count: int
    samples: tuple[Mapping[str, object], ...]
    severity: str
    expected: str = ""
    offending: tuple[tuple[str, str, str], ...] = ()
    distributions: tuple[Distribution, ...] = ()

    @property
    def stops(self) -> bool:
        """Whether nothing may be published because of this finding alone."""
        return not self.success and (self.severity == "stop" or (self.severity == "quarantine" and not self.offending))

    @property
    def sets_aside(self) -> bool:
        """Whether rows are set aside because of this finding."""
        return not self.success and self.severity == "quarantine" and not self.stops

    @property
    def place(self) -> str:
        """The table, or the column of it that the check looked at."""
        return f"{self.suite}.{self.column}" if self.column and "," not in self.column else self.suite

    @property
    def sentence(self) -> str:
        """The check in a few words: where, what, what was seen."""
        return f"{self.place} check '{self.check}': {self.observed}"

    def shown_samples(self, count: int) -> list[str]:
        """The first keys, each as one short word: identifiers are cut to eight characters."""
        return ["/".join(_short(value) for value in sample.values()) for sample in self.samples[:count]]


@dataclass(frozen=True)
class Verdict:
    """All findings of one audit, in the order of the catalogue. `raw` is Great Expectations' own account, by table;
    `photographs` are in use, `set_aside` were set aside before; `labels` describes the photographs that are named;
    `largest_share` of the photographs may be set aside."""

    audit_id: str
    stage: str
    findings: tuple[Finding, ...]
    duration_s: float
    raw: Mapping[str, object] = field(default_factory=dict)
    photographs: int = 0
    set_aside: frozenset[str] = frozenset()
    labels: Mapping[str, str] = field(default_factory=dict)
    largest_share: float = LARGEST_QUARANTINED_SHARE

    @property
    def passed(self) -> bool:
        """Whether the state that was audited may be published, once its quarantine has been set aside; an audit that
        checked nothing has not passed."""
        return bool(self.findings) and not self.stopping and not self.sets_too_much_aside

    @property
    def failures(self) -> tuple[Finding, ...]:
        """The findings of checks that failed: those that stop first, then those that set rows aside, then warnings."""
        failed = [finding for finding in self.findings if not finding.success]
        return tuple(sorted(failed, key=lambda finding: (not finding.stops, not finding.sets_aside)))

    @property
    def stopping(self) -> tuple[Finding, ...]:
        """The findings because of which nothing may be published."""
        return tuple(finding for finding in self.findings if finding.stops)

    @property
    def quarantine(self) -> list[Quarantined]:
        """Every row to be set aside, once, with all the checks that it failed."""
        checks: dict[tuple[str, str, str], list[Finding]] = {}
        for finding in self.findings:
            if finding.sets_aside:
                for row in finding.offending:
                    checks.setdefault(row, []).append(finding)
        return [
            Quarantined(*row, "; ".join(dict.fromkeys(one.check for one in found)), found[0].sentence)
            for row, found in checks.items()
        ]

    @property
    def share_set_aside(self) -> float:
        """Share of the photographs in use that have a row set aside, before or by this audit."""
        everyone = self.set_aside | {row.image_id for row in self.quarantine}
        return len(everyone) / self.photographs if self.photographs else float(bool(everyone))

    @property
    def sets_too_much_aside(self) -> bool:
        """Whether more is set aside than `largest_share` of the photographs, some of it by this audit."""
        return bool(self.quarantine) and self.share_set_aside > self.largest_share

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
