"""Flow `audit`: Great Expectations over the work store. What fails gets a page of its own and is published nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows import quarantine, terminal
from flows.engine import flow, task
from store.tables import write
from store.tables.connection import open_work
from store.tables.home import Home
from store.tables.lock import hold


@dataclass(frozen=True)
class Audited:
    """An audit that passed, and how many rows it has set aside."""

    audit_id: str
    set_aside: int = 0


def audit_stage(home: Home, stage: str, quarantine_share: float | None = None) -> Audited:
    """Audit one stage, keep the findings, set aside what is to be, and raise `AuditFailedError` where nothing may be
    published."""
    from validation import gate

    audit_id = f"{write.now():%Y%m%dT%H%M%S%f}-{stage}"
    with terminal.step(f"audit {stage}") as (step, _):
        verdict, page = _audited(home, stage, audit_id, quarantine_share)
        step.remark = f"{verdict.results.height} checks, {len(verdict.failures)} failed"
    gate.require(verdict, page)
    for finding in verdict.failures:
        terminal.say(
            f"      {'set aside' if finding.sets_aside else 'warning'}: {gate.sentence(finding)}", style="yellow"
        )
    if not verdict.quarantine:
        return Audited(audit_id)
    with open_work(home) as connection:
        count = quarantine.set_aside(connection, verdict.quarantine)
    terminal.say(f"      {count} rows set aside; `affect quarantine` lists them. See {page}", style="yellow")
    return Audited(audit_id, count)


def _audited(home: Home, stage: str, audit_id: str, quarantine_share: float | None) -> tuple[Any, Path]:
    """The verdict and its page, both written down."""
    from validation.audit import audit
    from validation.bounds import LARGEST_QUARANTINED_SHARE, REEXTRACTED_PHOTOGRAPHS
    from validation.extras import Extras
    from validation.page import write_page

    published = home.published_store.resolve() if home.published_store.exists() else None
    share = LARGEST_QUARANTINED_SHARE if quarantine_share is None else quarantine_share
    extras = Extras(REEXTRACTED_PHOTOGRAPHS, published)
    verdict = audit(home.work, audit_id=audit_id, stage=stage, extras=extras, largest_share=share)
    page = write_page(verdict, home.audits / audit_id)
    rows = verdict.results
    with open_work(home) as connection:
        columns = {name: rows[name].to_list() for name in rows.columns}
        write.append(connection, "quality.results", write.batch("quality.results", columns))
    return verdict, page


run_audit = task("audit the work store")(audit_stage)


@flow("audit")
def audit(home: str = ".affect", stage: str = "features", quarantine_share: float | None = None) -> int:
    """Audit the 'rows' (catalogue and features), the 'splits', both ('features') or the 'results' (registry).

    Returns how many rows were set aside, after which deltas and splits must be made again. `quarantine_share` of the
    photographs may be set aside, 0.05 by default.

    Raises `AuditFailedError`.
    """
    place = Home(Path(home).absolute())
    with hold(place):
        done: Audited = run_audit(place, stage, quarantine_share)
    return done.set_aside
