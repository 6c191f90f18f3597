"""Results of an audit as frozen values, independent of Great Expectations and of the store."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import polars as pl
import pyarrow as pa

from affect_store.store.schema.tables import BY_NAME, arrow_schema
from affect_store.store.types import FloatArray
from affect_store.validation.thresholds import MAX_QUARANTINED_SHARE

if TYPE_CHECKING:
    from affect_store.validation.audit_record import AuditRecord

RowKey = tuple[str, str, str]
"""image_id, view and version of a row that can be quarantined; view `images` is a whole photograph (version '')."""


class RowsLookedAt(NamedTuple):
    """The number of rows of a table that an audit looked at, and of those that an earlier audit had passed."""

    looked_at: int
    covered: int


class QuarantinedRow(NamedTuple):
    """A row to be quarantined, the checks that it failed and the checksum of its values (`select/checksums.sql`)."""

    image_id: str
    view: str
    version: str
    checks: tuple[str, ...]
    checksum: str = ""

    @property
    def reason(self) -> str:
        """The reason in words, for `features.misses` and `catalogue.images`; no code parses it."""
        return f"quarantined: {'; '.join(self.checks)}"


@dataclass(frozen=True)
class Distribution:
    """Histogram of the values behind a check: `counts` between `edges`, with the limits `low` and `high`, if any."""

    name: str
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    least: float
    greatest: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Finding:
    """The result of one check on the table `suite`.

    `samples` are keys of some offending rows, `offending` are all rows to be quarantined, and `counted` names the unit
    of `unexpected_count`.
    """

    suite: str
    check: str
    column: str
    success: bool
    observed: str
    unexpected_count: int
    samples: tuple[Mapping[str, object], ...]
    severity: str
    expected: str = ""
    offending: tuple[RowKey, ...] = ()
    distributions: tuple[Distribution, ...] = ()
    counted: str = "rows"

    @property
    def stops(self) -> bool:
        """Whether this finding alone stops a publication."""
        return not self.success and (self.severity == "stop" or (self.severity == "quarantine" and not self.offending))

    @property
    def quarantines_rows(self) -> bool:
        """Whether this finding quarantines rows."""
        return not self.success and self.severity == "quarantine" and not self.stops

    @property
    def location(self) -> str:
        """The table and the checked column, feature or view."""
        if self.column in BY_NAME[self.suite].columns:
            return f"{self.suite}.{self.column}"
        return f"{self.suite} ({self.column})" if self.column and "," not in self.column else self.suite

    def shown_samples(self, count: int) -> list[str]:
        """Return the first keys as short words: identifiers are cut to eight characters."""
        return ["/".join(_short(value) for value in sample.values()) for sample in self.samples[:count]]


@dataclass(frozen=True)
class QuarantineRecord:
    """A row that an earlier audit quarantined.

    The failed checks, the checksum of its values at that time ('' in rows of older versions), the labels of the
    photograph, and the times (UTC) at which it was quarantined and released ('' if it was not). `counts` tells whether
    it counts towards the limit: rows of old versions, and of corpora that the last run did not use, do not.
    """

    row: RowKey
    checks: tuple[str, ...]
    checksum: str
    since: str
    labels: str = ""
    released: str = ""
    counts: bool = True


@dataclass(frozen=True)
class StoreState:
    """The store before the audit.

    The number of active photographs of the corpora in use, quarantined and released rows, the largest share of
    photographs that may be quarantined, and a hash of each audited table (`affect_store.store.engine.table_hashes`).
    """

    photographs: int = 0
    records: tuple[QuarantineRecord, ...] = ()
    largest_share: float = MAX_QUARANTINED_SHARE
    contents: Mapping[str, str] = field(default_factory=dict)

    @property
    def quarantined(self) -> tuple[QuarantineRecord, ...]:
        """The rows that are quarantined now."""
        return tuple(record for record in self.records if not record.released)

    @property
    def released(self) -> tuple[QuarantineRecord, ...]:
        """The rows that a person has released."""
        return tuple(record for record in self.records if record.released)


@dataclass(frozen=True)
class RowDetails:
    """Details of rows that failed checks.

    Labels of photographs as text, landmarks to be drawn (468 x 2, see `audited_state.faces_of`), checksums of the
    values of rows to be quarantined, and those of their photographs that belong to a corpus in use (None: all).
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    faces: Mapping[str, FloatArray] = field(default_factory=dict)
    checksums: Mapping[RowKey, str] = field(default_factory=dict)
    in_use: frozenset[str] | None = None


@dataclass(frozen=True)
class Verdict:
    """All findings of one audit, in the order of the schema; `raw` holds Great Expectations' own results by table.

    `rows` counts the rows of tables of which checks of single rows did not look at all; `is_full` tells whether they
    looked at every row of every table. `record` is what later audits need not look at if this one passed.
    """

    audit_id: str
    stage: str
    findings: tuple[Finding, ...]
    duration_s: float
    raw: Mapping[str, object] = field(default_factory=dict)
    state: StoreState = StoreState()
    details: RowDetails = RowDetails()
    rows: Mapping[str, RowsLookedAt] = field(default_factory=dict)
    is_full: bool = True
    record: AuditRecord | None = None

    @property
    def looked_at(self) -> int:
        """Number of rows that checks of single rows looked at, of tables of which they did not look at all."""
        return sum(counts.looked_at for counts in self.rows.values())

    @property
    def covered(self) -> int:
        """Number of rows that passed an earlier audit, and which checks of single rows did not look at."""
        return sum(counts.covered for counts in self.rows.values())

    @property
    def passed(self) -> bool:
        """Whether the store may be published without the rows to be quarantined; false for an audit without checks."""
        return bool(self.findings) and not self.stopping and not self.exceeds_quarantine_limit

    @property
    def failures(self) -> tuple[Finding, ...]:
        """Findings of failed checks: first those that stop, then those that quarantine rows, then warnings."""
        failed = [finding for finding in self.findings if not finding.success]
        return tuple(sorted(failed, key=lambda finding: (not finding.stops, not finding.quarantines_rows)))

    @property
    def stopping(self) -> tuple[Finding, ...]:
        """Findings that stop the publication."""
        return tuple(finding for finding in self.findings if finding.stops)

    @property
    def quarantine(self) -> list[QuarantinedRow]:
        """Each row to be quarantined, with all the checks that it failed."""
        checks: dict[RowKey, list[str]] = {}
        for finding in self.findings:
            if finding.quarantines_rows:
                for row in finding.offending:
                    checks.setdefault(row, []).append(finding.check)
        return [
            QuarantinedRow(*row, tuple(dict.fromkeys(names)), self.details.checksums.get(row, ""))
            for row, names in checks.items()
        ]

    @property
    def quarantined_share(self) -> float:
        """Share of the active photographs with rows quarantined by this or an earlier audit.

        Only photographs of the corpora in use count.
        """
        image_ids = {row.image_id for row in self.quarantine}
        image_ids = image_ids if self.details.in_use is None else image_ids & self.details.in_use
        image_ids |= {record.row[0] for record in self.state.quarantined if record.counts}
        return len(image_ids) / self.state.photographs if self.state.photographs else float(bool(image_ids))

    @property
    def exceeds_quarantine_limit(self) -> bool:
        """Whether this audit quarantines rows and too many photographs have quarantined rows."""
        return bool(self.quarantine) and self.quarantined_share > self.state.largest_share

    @property
    def results(self) -> pl.DataFrame:
        """One row per check, with the columns of `quality.results`; `sample_ids` is JSON, a list of keys."""
        rows = [
            {
                "audit_id": self.audit_id, "suite": finding.suite, "check_name": finding.check,
                "column_name": finding.column, "success": finding.success, "observed": finding.observed,
                "unexpected_count": finding.unexpected_count, "severity": finding.severity,
                "sample_ids": json.dumps([dict(sample) for sample in finding.samples], default=str),
            }
            for finding in self.findings
        ]  # fmt: skip
        frame = pl.from_arrow(pa.Table.from_pylist(rows, schema=arrow_schema(BY_NAME["quality.results"])))
        assert isinstance(frame, pl.DataFrame)
        return frame


def _short(value: object) -> str:
    """Shorten long identifiers to their first characters; text with spaces stays as it is."""
    text = str(value)
    return text if len(text) <= 24 or " " in text else f"{text[:8]}..."
