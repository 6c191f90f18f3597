"""The gate: an audit that found something that stops lets nothing through, and says where to look."""

from __future__ import annotations

from pathlib import Path

from store.errors import AuditFailedError
from validation.verdict import Finding, Verdict

_NAMED_CHECKS = 3
_NAMED_ROWS = 3


def require(verdict: Verdict, page: Path) -> None:
    """Raise `AuditFailedError`, naming check, table, rows and the page to open, unless the audit passed."""
    if verdict.passed:
        return
    stopping = [finding for finding in verdict.failures if finding.stops]
    told = "; ".join(sentence(finding) for finding in stopping[:_NAMED_CHECKS]) or "nothing was checked"
    more = len(stopping) - _NAMED_CHECKS
    rest = f"; and {more} more {'check' if more == 1 else 'checks'}" if more > 0 else ""
    raise AuditFailedError(f"Audit {verdict.audit_id} failed: {told}{rest}. Nothing was published. See {page}")


def sentence(finding: Finding) -> str:
    """One finding in a few words: table, check, what was seen, the first keys."""
    subject = f"{finding.place} check '{finding.check}'"
    if not finding.unexpected_count:
        return f"{subject}: {finding.observed}"
    samples = finding.shown_samples(_NAMED_ROWS)
    named = f" (e.g. {', '.join(samples)})" if samples else ""
    rows = "row" if finding.unexpected_count == 1 else "rows"
    return f"{subject} found {finding.unexpected_count} {rows}{named}"
