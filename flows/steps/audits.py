"""Audit the work store: run the checks, write the page, record the findings, quarantine rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from affect_store.flows.runtime import console
from affect_store.flows.steps import audit_state, audited_rows, quarantine, repairs
from affect_store.flows.steps.corpus_options import options_in_use
from affect_store.store.engine import clock, reader, write
from affect_store.store.engine.settings import get_setting, put_setting
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from affect_store.store.schema.setting_keys import SettingKey

if TYPE_CHECKING:
    from affect_store.validation.recompute.extra_checks import ExtraChecks
    from affect_store.validation.verdict import Verdict


FULL_AUDIT_AFTER = timedelta(days=7)
"""Time after which `retrain` audits all rows again."""


@dataclass(frozen=True)
class AuditOutcome:
    """An audit that passed: how many rows it quarantined, the reason, and the path of its page."""

    audit_id: str
    quarantined: int = 0
    reason: str = ""
    page: str = ""


def audit_stage(
    home: Home, stage: str, quarantine_share: float | None = None, *, is_full: bool = False
) -> AuditOutcome:
    """Audit one stage, record the findings and quarantine the rows that failed row-level checks.

    Checks of single rows skip rows that passed an earlier audit as they are now, unless `is_full`. Raises
    `AuditFailedError` if a finding stops the publication.
    """
    from affect_store.validation import gate
    from affect_store.validation.audit import audit
    from affect_store.validation.report.page import write_page
    from affect_store.validation.similar_photographs import explanation

    if home.work.exists():
        with open_work(home):  # migrates a store of an older version, which the audit itself only reads
            pass
    audit_id = f"{clock.now():%Y%m%dT%H%M%S%f}-{stage}"
    with console.step(f"audit {stage}") as (step, _):
        verdict = audit(
            home.work, audit_id=audit_id, stage=stage, extras=_extra_checks(home, quarantine_share),
            passed=audited_rows.load(home), is_full=is_full,
        )  # fmt: skip
        page = write_page(verdict, home.audits / audit_id)
        _record(home, verdict)
        step.remark = _summary(verdict)
    gate.require(verdict, page)
    for finding in verdict.failures:
        consequence = "quarantined" if finding.quarantines_rows else "warning"
        console.say(f"      {consequence}: {gate.sentence(finding)}", style="yellow")
        if finding.quarantines_rows:
            for line in explanation(finding, verdict.details.labels, is_quarantined=True):
                console.say(f"        {line}", style="yellow")
    if not verdict.quarantine:
        return AuditOutcome(audit_id, page=str(page))
    with open_work(home) as connection:
        count = quarantine.quarantine_rows(connection, verdict.quarantine)
    rows = "1 row" if count == 1 else f"{count} rows"
    console.say(f"      {rows} quarantined; `affect quarantine` lists them. See {page}", style="yellow")
    reason = "; ".join(gate.sentence(finding) for finding in verdict.failures if finding.quarantines_rows)
    return AuditOutcome(audit_id, count, reason, str(page))


def audit_home(home: Home, *, is_full: bool) -> AuditOutcome:
    """Audit the rows of the corpora in use, and their splits if there are any; raises what `audit_stage` does."""
    with open_work(home) as connection:
        has_splits = not reader.query_frame(connection, "splits/select_newest_splits").is_empty()
    share = options_in_use(home).quarantine_share
    return audit_stage(home, "features" if has_splits else "rows", share, is_full=is_full)


def _summary(verdict: Verdict) -> str:
    """'231 checks, 1 failed, 1 warned; 648 rows looked at, 43,416 passed earlier audits'."""
    failed = sum(finding.stops for finding in verdict.failures)
    quarantining = sum(finding.quarantines_rows for finding in verdict.failures)
    counts = {"quarantined rows": quarantining, "warned": len(verdict.failures) - failed - quarantining}
    others = "".join(f", {count} {effect}" for effect, count in counts.items() if count)
    part = f"; {verdict.looked_at:,} rows looked at, {verdict.covered:,} passed earlier audits" if verdict.rows else ""
    return f"{len(verdict.findings)} checks, {failed} failed{others}{part}"


def _extra_checks(home: Home, quarantine_share: float | None) -> ExtraChecks:
    """Select what an audit reads besides the tables: files, the last publication and artifacts."""
    from affect_store.validation.recompute.extra_checks import ExtraChecks
    from affect_store.validation.thresholds import MAX_QUARANTINED_SHARE, REEXTRACTED_PHOTOGRAPHS

    published = home.published_store.resolve() if home.published.is_symlink() else None
    share = MAX_QUARANTINED_SHARE if quarantine_share is None else quarantine_share
    return ExtraChecks(REEXTRACTED_PHOTOGRAPHS, published, home.root, share)


def _record(home: Home, verdict: Verdict) -> None:
    """Append the findings to `quality.results`; record the audited contents if models may be trained on them."""
    results = verdict.results
    columns = {name: results[name].to_list() for name in results.columns}
    with open_work(home) as connection:
        write.append(connection, "quality.results", write.batch("quality.results", columns))
        repairs.prepare(connection, verdict.stopping)
        if verdict.passed and not verdict.quarantine:
            audit_state.record_audited(connection, verdict.state.contents)
            if verdict.is_full and verdict.stage in ("rows", "features"):
                put_setting(connection, SettingKey.FULL_AUDIT, clock.now().isoformat())
    if verdict.passed and not verdict.quarantine and verdict.record:
        audited_rows.save(home, verdict.record)


def full_audit_due(home: Home) -> datetime:
    """Return the time from which a full audit of the rows is due: seven days after the last one that passed."""
    with open_work(home) as connection:
        last = get_setting(connection, SettingKey.FULL_AUDIT)
    return datetime.fromisoformat(last) + FULL_AUDIT_AFTER if last else clock.now()
