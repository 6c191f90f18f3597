"""Flow `audit`: Great Expectations over the work store. What fails gets a page of its own and is published nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows import audited, quarantine, terminal
from flows.engine import flow, hold, task
from store.tables import write
from store.tables.connection import open_work
from store.tables.home import Home


@dataclass(frozen=True)
class Audited:
    """An audit that passed: how many rows it has set aside, why, and the page that tells more."""

    audit_id: str
    set_aside: int = 0
    because: str = ""
    page: str = ""


def audit_stage(home: Home, stage: str, quarantine_share: float | None = None) -> Audited:
    """Audit one stage, keep the findings, set aside what is to be, and raise `AuditFailedError` where nothing may be
    published."""
    from validation import gate
    from validation.audit import audit
    from validation.page import write_page

    audit_id = f"{write.now():%Y%m%dT%H%M%S%f}-{stage}"
    with terminal.step(f"audit {stage}") as (step, _):
        verdict = audit(home.work, audit_id=audit_id, stage=stage, extras=_extras(home, quarantine_share))
        page = write_page(verdict, home.audits / audit_id)
        _keep(home, verdict)
        step.remark = _in_short(verdict)
    gate.require(verdict, page)
    for finding in verdict.failures:
        follows = "set aside" if finding.sets_aside else "warning"
        terminal.say(f"      {follows}: {gate.sentence(finding)}", style="yellow")
    if not verdict.quarantine:
        return Audited(audit_id, page=str(page))
    with open_work(home) as connection:
        count = quarantine.set_aside(connection, verdict.quarantine)
    rows = "1 row" if count == 1 else f"{count} rows"
    terminal.say(f"      {rows} set aside; `affect quarantine` lists them. See {page}", style="yellow")
    because = "; ".join(gate.sentence(finding) for finding in verdict.failures if finding.sets_aside)
    return Audited(audit_id, count, because, str(page))


def _in_short(verdict: Any) -> str:
    """'231 checks, 1 failed, 1 warned'."""
    failed, aside = (sum(getattr(one, told) for one in verdict.failures) for told in ("stops", "sets_aside"))
    told = {"set rows aside": aside, "warned": len(verdict.failures) - failed - aside}
    more = "".join(f", {number} {what}" for what, number in told.items() if number)
    return f"{len(verdict.findings)} checks, {failed} failed{more}"


def _extras(home: Home, quarantine_share: float | None) -> Any:
    """What is looked at beside the tables."""
    from validation.bounds import LARGEST_QUARANTINED_SHARE, REEXTRACTED_PHOTOGRAPHS
    from validation.extras import Extras

    published = home.published_store.resolve() if home.published_store.exists() else None
    share = LARGEST_QUARANTINED_SHARE if quarantine_share is None else quarantine_share
    return Extras(REEXTRACTED_PHOTOGRAPHS, published, home.root, share)


def _keep(home: Home, verdict: Any) -> None:
    """The findings as rows of `quality.results`; and what was seen, where it may be trained on and published so."""
    results = verdict.results
    columns = {name: results[name].to_list() for name in results.columns}
    with open_work(home) as connection:
        write.append(connection, "quality.results", write.batch("quality.results", columns))
        if verdict.passed and not verdict.quarantine:
            audited.note(connection, verdict.state.contents)


run_audit = task("audit the work store", "audit {stage}")(audit_stage)


@flow("audit")
def audit(home: str = ".affect", stage: str = "features", quarantine_share: float | None = None) -> Audited:
    """Audit the 'rows' (catalogue and features), the 'splits', both ('features') or the 'results' (registry).

    Tells how many rows were set aside: then deltas and splits must be made again. `quarantine_share` of the
    photographs may be set aside, 0.05 by default.

    Raises `AuditFailedError`.
    """
    place = Home(Path(home).absolute())
    with hold(place):
        done: Audited = run_audit(place, stage, quarantine_share)
    return done
