"""The audit's page: what was checked and what was seen, from disk and without a network or a script.

It shows a verdict; it checks nothing itself. Great Expectations' own results lie beside it as JSON.
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

from store.tables.catalog import BY_NAME
from validation.bounds import DRAWN_ROWS
from validation.charts import Chart, chart
from validation.faces import symbols
from validation.relations import ROWS_COUNTED
from validation.verdict import Finding, Held, Verdict, checks_in

PAGE = "audit.html"
RESULTS = "results.json"
_VIEWS = {"images": "the whole photograph"}
STAGES = {
    "rows": "catalogue and features, before they are split",
    "splits": "splits, before training",
    "features": "catalogue, features and splits, before training",
    "results": "runs, predictions and metrics, before publication",
}


@dataclass(frozen=True)
class Aside:
    """A photograph of which rows are set aside, or were: its labels, which rows and why, and since when."""

    image_id: str
    labels: str
    views: str
    checks: str
    since: str


@dataclass(frozen=True)
class Group:
    """The findings about one table, and what one of its rows is."""

    table: str
    grain: str
    findings: tuple[Finding, ...]

    @property
    def rows(self) -> str:
        """How many rows the table has, in words, where they could be counted."""
        return next((finding.observed for finding in self.findings if finding.check == ROWS_COUNTED), "not readable")

    @property
    def failed(self) -> int:
        """How many of them failed."""
        return sum(not finding.success for finding in self.findings)

    @property
    def is_bad(self) -> bool:
        """Whether one of them stops the publication."""
        return any(finding.stops for finding in self.findings)

    @property
    def charts(self) -> list[Chart]:
        """The distributions behind its checks."""
        return [one for finding in self.findings for one in charts_of(finding)]


def charts_of(finding: Finding) -> list[Chart]:
    """The distributions behind one check."""
    return [chart(one) for one in finding.distributions]


def write_page(verdict: Verdict, folder: Path) -> Path:
    """Write the page and the results into `folder`, which is made; returns the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    told = {"audit_id": verdict.audit_id, "stage": verdict.stage, "passed": verdict.passed, "tables": verdict.raw}
    text = json.dumps(plain(told), indent=1, default=str, allow_nan=False)
    (folder / RESULTS).write_text(text + "\n", encoding="utf-8")
    page = folder / PAGE
    page.write_text(render(verdict), encoding="utf-8")
    return page


def plain(value: object) -> object:
    """The same with NaN and infinity in words, which JSON has no numbers for."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value


def render(verdict: Verdict) -> str:
    """The page as HTML: failures first, then what is set aside, then every table with its checks."""
    groups = sorted(groups_of(verdict), key=lambda group: (not group.is_bad, not group.failed))
    return _template().render(
        verdict=verdict, groups=groups, results=RESULTS, named_rows=DRAWN_ROWS, about=STAGES[verdict.stage],
        largest_share=verdict.state.largest_share, quarantine=verdict.quarantine, charts_of=charts_of,
        warnings=[one for one in verdict.failures if not one.stops and not one.sets_aside],
        aside=[one for one in verdict.failures if one.sets_aside],
        stopping=[one for one in verdict.failures if one.stops],
        held=photographs_of(verdict.state.set_aside), released=photographs_of(verdict.state.released),
        symbols=symbols(verdict.named.faces),
    )  # fmt: skip


def photographs_of(held: Iterable[Held]) -> list[Aside]:
    """One row a photograph, in the order in which they were set aside."""
    found: dict[str, list[Held]] = {}
    for one in held:
        found.setdefault(one.row[0], []).append(one)
    return [
        Aside(
            image_id, rows[0].labels, ", ".join(dict.fromkeys(_VIEWS.get(one.row[1], one.row[1]) for one in rows)),
            "; ".join(dict.fromkeys(check for one in rows for check in checks_in(one.reason))), rows[0].since,
        )
        for image_id, rows in found.items()
    ]  # fmt: skip


def groups_of(verdict: Verdict) -> list[Group]:
    """The findings by table, in the verdict's order; within a table those that failed come first."""
    return [
        Group(table, BY_NAME[table].grain, tuple(sorted(found, key=lambda finding: finding.success)))
        for table, found in groupby(verdict.findings, key=lambda finding: finding.suite)
    ]


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("validation", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("audit.html.j2")
