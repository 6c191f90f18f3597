"""What an audit found, as frozen values: nothing here knows Great Expectations or opens a store."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

from store.tables.catalog import BY_NAME
from store.types import FloatArray
from validation.bounds import LARGEST_QUARANTINED_SHARE

QUARANTINED = "quarantined: "
"""Begins the reason of a miss by which an audit sets a row aside."""

Row = tuple[str, str, str]
"""image_id, view and version of a row that can be set aside; view images, without a version, is a whole photograph."""


class Quarantined(NamedTuple):
    """A row to be set aside, the checks that it failed, and the checksum of its values (see `marks.py`)."""

    image_id: str
    view: str
    version: str
    check_name: str
    mark: str = ""

    @property
    def excluded_reason(self) -> str:
        """What `catalogue.images` says of a photograph that is set aside as a whole."""
        return QUARANTINED + self.check_name

    @property
    def reason(self) -> str:
        """What `features.misses` says of it; `checks_in` and `mark_in` read it, and views leave the checksum out."""
        return self.excluded_reason + (f" (values {self.mark})" if self.mark else "")


def checks_in(reason: str) -> list[str]:
    """The checks that the reason of a quarantined row names."""
    return reason.removeprefix(QUARANTINED).partition(" (values ")[0].split("; ")


def mark_in(reason: str) -> str:
    """The checksum of the values that the row had, or nothing where an older version set it aside."""
    return reason.partition(" (values ")[2].rstrip(")")


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
    `offending` are all of them where they are to be set aside. `counted` is what `unexpected_count` counts."""

    suite: str
    check: str
    column: str
    success: bool
    observed: str
    unexpected_count: int
    samples: tuple[Mapping[str, object], ...]
    severity: str
    expected: str = ""
    offending: tuple[Row, ...] = ()
    distributions: tuple[Distribution, ...] = ()
    counted: str = "rows"

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
        """The table, or the column of it that the check looked at, or the table with the feature or view."""
        if self.column in BY_NAME[self.suite].columns:
            return f"{self.suite}.{self.column}"
        return f"{self.suite} ({self.column})" if self.column and "," not in self.column else self.suite

    def shown_samples(self, count: int) -> list[str]:
        """The first keys, each as one short word: identifiers are cut to eight characters."""
        return ["/".join(_short(value) for value in sample.values()) for sample in self.samples[:count]]


@dataclass(frozen=True)
class Held:
    """A row that was set aside before: the photograph in words, why, since when, and when a person released it."""

    row: Row
    reason: str
    since: str
    labels: str = ""
    released: str = ""


@dataclass(frozen=True)
class State:
    """What was known before the audit: how many photographs are in use, which rows are or were set aside, what share of
    the photographs may be; and what the audited tables hold, in a hash each (`store.tables.contents`)."""

    photographs: int = 0
    held: tuple[Held, ...] = ()
    largest_share: float = LARGEST_QUARANTINED_SHARE
    contents: Mapping[str, str] = field(default_factory=dict)

    @property
    def set_aside(self) -> tuple[Held, ...]:
        """Those that are set aside now."""
        return tuple(one for one in self.held if not one.released)

    @property
    def released(self) -> tuple[Held, ...]:
        """Those that a person has let back in."""
        return tuple(one for one in self.held if one.released)


@dataclass(frozen=True)
class Named:
    """What was looked up of the rows that failed checks name: the labels of photographs in words, their landmarks to
    be drawn (468 x 2, see `state.faces_of`), and checksums of the values of rows to be set aside."""

    labels: Mapping[str, str] = field(default_factory=dict)
    faces: Mapping[str, FloatArray] = field(default_factory=dict)
    marks: Mapping[Row, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """All findings of one audit, in the order of the catalogue. `raw` is Great Expectations' own account, by table."""

    audit_id: str
    stage: str
    findings: tuple[Finding, ...]
    duration_s: float
    raw: Mapping[str, object] = field(default_factory=dict)
    state: State = State()
    named: Named = Named()

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
        checks: dict[Row, list[str]] = {}
        for finding in self.findings:
            if finding.sets_aside:
                for row in finding.offending:
                    checks.setdefault(row, []).append(finding.check)
        return [
            Quarantined(*row, "; ".join(dict.fromkeys(found)), self.named.marks.get(row, ""))
            for row, found in checks.items()
        ]

    @property
    def share_set_aside(self) -> float:
        """Share of the photographs in use that have a row set aside, before or by this audit."""
        everyone = {one.row[0] for one in self.state.set_aside} | {row.image_id for row in self.quarantine}
        return len(everyone) / self.state.photographs if self.state.photographs else float(bool(everyone))

    @property
    def sets_too_much_aside(self) -> bool:
        """Whether more is set aside than the state's `largest_share` of the photographs, some of it by this audit."""
        return bool(self.quarantine) and self.share_set_aside > self.state.largest_share

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
    """Words stay as they are; what is one long word is an identifier, of which the beginning tells it from others."""
    text = str(value)
    return text if len(text) <= 24 or " " in text else f"{text[:8]}..."
