"""The gate: raise an error if an audit failed, naming the checks and the page.

An audit with a small quarantine passes; the caller quarantines the rows.
"""

from __future__ import annotations

import math
from pathlib import Path

from affect_store.store.errors import AuditFailedError
from affect_store.validation.rules import REMEDIES
from affect_store.validation.similar_photographs import explanation
from affect_store.validation.verdict import Finding, Verdict

_NAMED_CHECKS = 3
_NAMED_ROWS = 3


def require(verdict: Verdict, page: Path) -> None:
    """Raise `AuditFailedError`, naming check, table, rows and page, unless the audit passed.

    It passed if no finding stops the publication and at most `verdict.state.largest_share` of the photographs would
    have quarantined rows (`verdict.quarantine` lists them).
    """
    if verdict.passed:
        return
    stopping = verdict.stopping or tuple(finding for finding in verdict.findings if finding.quarantines_rows)
    failures = "; ".join(sentence(finding) for finding in stopping[:_NAMED_CHECKS]) or "nothing was checked"
    more = len(stopping) - _NAMED_CHECKS
    rest = f"; and {more} more {'check' if more == 1 else 'checks'}" if more > 0 else ""
    too_many = f"{_too_many(verdict)}: " if not verdict.stopping and verdict.exceeds_quarantine_limit else ""
    explanations = [
        line
        for finding in stopping[:_NAMED_CHECKS]
        for line in explanation(finding, verdict.details.labels, is_quarantined=False)
    ]
    raise AuditFailedError(
        f"Audit {verdict.audit_id} failed: {too_many}{failures}{rest}. Nothing was published. {remedy(verdict)} "
        f"See {page}" + "".join(f"\n  {line}" for line in dict.fromkeys(explanations))
    )


def remedy(verdict: Verdict) -> str:
    """Say what to do after a failed audit, in one sentence."""
    if verdict.exceeds_quarantine_limit and not verdict.stopping:
        if verdict.quarantined_share >= 1:
            return "No photograph would be left: correct them, or add others to the folder, and run again."
        accepted = min(1.0, math.ceil(100 * verdict.quarantined_share) / 100)
        return (
            f"`affect run` with `--quarantine-share {accepted:g}` continues without these photographs, and later runs "
            "keep this share until another is given; or correct them, or remove them from the folder, and run again."
        )
    if any(finding.check in REMEDIES for finding in verdict.stopping):
        return next(REMEDIES[finding.check] for finding in verdict.stopping if finding.check in REMEDIES)
    schemas = {finding.suite.partition(".")[0] for finding in verdict.stopping}
    if schemas == {"registry"}:
        return "Run again: the runs that failed are trained again."
    if schemas == {"splits"}:
        return "`affect run` makes the splits again."
    return "Run again; if the same checks fail, the store is damaged: run with a new `--home`."


def sentence(finding: Finding) -> str:
    """Describe one finding in a sentence: table, check, observation, first keys."""
    subject = f"{finding.location} check '{finding.check}'"
    if not finding.unexpected_count:
        return f"{subject}: {finding.observed}"
    samples = finding.shown_samples(_NAMED_ROWS)
    named = f" (e.g. {', '.join(samples)})" if samples else ""
    counted = "row" if finding.unexpected_count == 1 and finding.counted == "rows" else finding.counted
    return f"{subject} found {finding.unexpected_count} {counted}{named}"


def _too_many(verdict: Verdict) -> str:
    count = round(verdict.quarantined_share * verdict.state.photographs)
    return (
        f"{count} of {verdict.state.photographs} photographs would be quarantined "
        f"({verdict.quarantined_share:.1%}, limit {verdict.state.largest_share:.0%})"
    )
