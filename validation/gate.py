"""The gate: an audit that found something that stops lets nothing through, and says where to look.

Rows that are to be set aside pass the gate, as long as they are few; setting them aside is the caller's.
"""

from __future__ import annotations

from pathlib import Path

from store.errors import AuditFailedError
from validation.verdict import Finding, Verdict

_NAMED_CHECKS = 3
_NAMED_ROWS = 3


def require(verdict: Verdict, page: Path) -> None:
    """Raise `AuditFailedError`, naming check, table, rows and the page to open, unless the audit passed.

    It has passed where no finding stops and where no more photographs than `verdict.state.largest_share` would be
    set aside (`verdict.quarantine` lists the rows).
    """
    if verdict.passed:
        return
    stopping = verdict.stopping or tuple(finding for finding in verdict.findings if finding.sets_aside)
    told = "; ".join(sentence(finding) for finding in stopping[:_NAMED_CHECKS]) or "nothing was checked"
    more = len(stopping) - _NAMED_CHECKS
    rest = f"; and {more} more {'check' if more == 1 else 'checks'}" if more > 0 else ""
    too_many = f"{_too_many(verdict)}: " if not verdict.stopping and verdict.sets_too_much_aside else ""
    raise AuditFailedError(
        f"Audit {verdict.audit_id} failed: {too_many}{told}{rest}. Nothing was published. See {page}"
    )


def sentence(finding: Finding) -> str:
    """One finding in a few words: table, check, what was seen, the first keys."""
    subject = f"{finding.place} check '{finding.check}'"
    if not finding.unexpected_count:
        return f"{subject}: {finding.observed}"
    samples = finding.shown_samples(_NAMED_ROWS)
    named = f" (e.g. {', '.join(samples)})" if samples else ""
    counted = "row" if finding.unexpected_count == 1 and finding.counted == "rows" else finding.counted
    return f"{subject} found {finding.unexpected_count} {counted}{named}"


def _too_many(verdict: Verdict) -> str:
    count = round(verdict.share_set_aside * verdict.state.photographs)
    return (
        f"{count} of {verdict.state.photographs} photographs would be set aside "
        f"({verdict.share_set_aside:.1%}, at most {verdict.state.largest_share:.0%} may be)"
    )
