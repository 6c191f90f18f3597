"""Write the page of an audit: a self-contained HTML file without network access or scripts.

The raw results of Great Expectations are written beside it as JSON.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from affect_store.store.schema.tables import BY_NAME
from affect_store.validation.report.charts import Chart, chart
from affect_store.validation.report.face_drawings import symbols
from affect_store.validation.rules import ROW_COUNT
from affect_store.validation.thresholds import DRAWN_ROWS
from affect_store.validation.verdict import Finding, QuarantineRecord, Verdict

PAGE = "audit.html"
RESULTS = "results.json"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
"""Content security policy of the page, also when it is opened from disk: it needs neither scripts nor other files."""

_VIEWS = {"images": "whole photograph"}
STAGES = {
    "rows": "catalogue and features, before the split",
    "splits": "splits, before training",
    "features": "catalogue, features and splits, before training",
    "results": "runs, predictions and metrics, before publication",
}


@dataclass(frozen=True)
class QuarantinedPhotograph:
    """A photograph with quarantined or released rows: its labels, the views, the failed checks and the time (UTC)."""

    image_id: str
    labels: str
    views: str
    checks: str
    since: str


@dataclass(frozen=True)
class Group:
    """The findings about one table and its grain."""

    table: str
    grain: str
    findings: tuple[Finding, ...]

    @property
    def rows(self) -> str:
        """The number of rows of the table in words."""
        return next((finding.observed for finding in self.findings if finding.check == ROW_COUNT), "not readable")

    @property
    def failed(self) -> int:
        """The number of failed findings."""
        return sum(not finding.success for finding in self.findings)

    @property
    def is_bad(self) -> bool:
        """Whether a finding stops the publication."""
        return any(finding.stops for finding in self.findings)

    @property
    def charts(self) -> list[Chart]:
        """Charts of all findings."""
        return [drawn for finding in self.findings for drawn in charts_of(finding)]


def charts_of(finding: Finding) -> list[Chart]:
    """Draw the distributions behind one check."""
    return [chart(distribution) for distribution in finding.distributions]


def write_page(verdict: Verdict, folder: Path) -> Path:
    """Write the page and the results into `folder`, creating it; return the path of the page."""
    folder.mkdir(parents=True, exist_ok=True)
    results = {"audit_id": verdict.audit_id, "stage": verdict.stage, "passed": verdict.passed, "tables": verdict.raw}
    text = json.dumps(plain(results), indent=1, default=str, allow_nan=False)
    (folder / RESULTS).write_text(text + "\n", encoding="utf-8")
    page = folder / PAGE
    page.write_text(render(verdict), encoding="utf-8")
    return page


def plain(value: object) -> object:
    """Replace NaN and infinity, which JSON lacks, by words."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


def render(verdict: Verdict) -> str:
    """Render the page as HTML: failures, quarantine, warnings, then all tables with their checks."""
    groups = sorted(groups_of(verdict), key=lambda group: (not group.is_bad, not group.failed))
    return _template().render(
        verdict=verdict, groups=groups, results=RESULTS, named_rows=DRAWN_ROWS, about=STAGES[verdict.stage],
        largest_share=verdict.state.largest_share, quarantine=verdict.quarantine, charts_of=charts_of,
        warnings=[finding for finding in verdict.failures if not finding.stops and not finding.quarantines_rows],
        quarantining=[finding for finding in verdict.failures if finding.quarantines_rows], stopping=verdict.stopping,
        quarantined=photographs_of(verdict.state.quarantined), released=photographs_of(verdict.state.released),
        symbols=symbols(verdict.details.faces), policy=POLICY,
    )  # fmt: skip


def photographs_of(records: Iterable[QuarantineRecord]) -> list[QuarantinedPhotograph]:
    """Group quarantined rows by photograph, in the order in which they were quarantined."""
    by_photograph: dict[str, list[QuarantineRecord]] = {}
    for record in records:
        by_photograph.setdefault(record.row[0], []).append(record)
    return [
        QuarantinedPhotograph(
            image_id, rows[0].labels, ", ".join(dict.fromkeys(_VIEWS.get(row.row[1], row.row[1]) for row in rows)),
            "; ".join(dict.fromkeys(check for row in rows for check in row.checks)), rows[0].since,
        )
        for image_id, rows in by_photograph.items()
    ]  # fmt: skip


def groups_of(verdict: Verdict) -> list[Group]:
    """Group findings by table, in the order of the verdict; failed ones come first within a table."""
    return [
        Group(table, BY_NAME[table].grain, tuple(sorted(findings, key=lambda finding: finding.success)))
        for table, findings in groupby(verdict.findings, key=lambda finding: finding.suite)
    ]


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("affect_store.validation", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("audit.html.j2")
