"""Flow `audit`: Great Expectations over the work store. What fails gets a page of its own and is published nowhere."""

from __future__ import annotations

from pathlib import Path

from flows import terminal
from flows.engine import flow, task
from store.tables import write
from store.tables.connection import open_work
from store.tables.home import Home


def audit_stage(home: Home, stage: str) -> str:
    """Audit one stage, keep the findings, and raise `AuditFailedError` where nothing may be published."""
    from validation import gate
    from validation.audit import audit
    from validation.page import write_page

    audit_id = f"{write.now():%Y%m%dT%H%M%S%f}-{stage}"
    with terminal.step(f"audit {stage}") as (step, _):
        verdict = audit(home.work, audit_id=audit_id, stage=stage)
        page = write_page(verdict, home.audits / audit_id)
        rows = verdict.results
        with open_work(home) as connection:
            columns = {name: rows[name].to_list() for name in rows.columns}
            write.append(connection, "quality.results", write.batch("quality.results", columns))
        failed = rows.filter(~rows["success"]).height
        step.remark = f"{rows.height} checks, {failed} failed"
    gate.require(verdict, page)
    return audit_id


run_audit = task("audit the work store")(audit_stage)


@flow("audit")
def audit(home: str = ".affect", stage: str = "features") -> str:
    """Audit the 'features' (catalogue, features, splits) or the 'results' (registry); returns the audit's id.

    Raises `AuditFailedError`.
    """
    audit_id: str = run_audit(Home(Path(home).absolute()), stage)
    return audit_id
