"""The audit: every check of a stage over the tables themselves, and every result becomes a finding.

It writes nothing, not to the store, not to the user's home directory, not to the network. Whether a finding stops a
publication is said in `gate.py`; how Great Expectations runs a suite in `engine.py`.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

from store.errors import StoreError
from store.tables.catalog import BY_NAME
from validation import engine
from validation.dialect import Reading, reading
from validation.distributions import distributions
from validation.extras import NO_EXTRAS, Extras
from validation.findings import without
from validation.state import named_by, state_of, to_be_made_again, without_released
from validation.suites import STAGES, Suite, suites
from validation.verdict import Finding, State, Verdict

OF_BAD_LANDMARKS = "of landmarks that are set aside, to be made again"
_ORDER = {name: place for place, name in enumerate(BY_NAME)}


def audit(
    work_path: Path,
    *,
    audit_id: str,
    stage: str = "features",
    tables: Collection[str] | None = None,
    extras: Extras = NO_EXTRAS,
) -> Verdict:
    """Check the store at `work_path`, read-only; nobody may hold it open for writing meanwhile.

    `stage` is one of `suites.STAGES`: 'rows' (catalogue and features, before they are split), 'splits', 'features'
    (both, before training) or 'results' (the registry, before publication); `tables` narrows it to some of its tables,
    as `schema.table`; `extras` says what is looked at beside the tables and how much may be set aside. Raises
    `StoreError` where there is no store or it cannot be opened.
    """
    started = time.perf_counter()
    if not work_path.is_file():
        raise StoreError(f"there is no store to audit at '{work_path}'")
    findings: list[Finding] = []
    raw: dict[str, object] = {}
    with engine.silence(), reading(work_path) as store:
        source = engine.source_of(store)
        state = state_of(store, STAGES[stage] if tables is None else (), extras.largest_share)
        for suite in suites(stage, tables):
            found, raw[suite.table.qualified] = engine.run(source, store, suite)
            found = _measured(store, suite, found) + extras.findings(store, suite.table.qualified, audit_id)
            findings += _to_be_set_aside(store, found, state, findings)
        named = named_by(store, findings)
    findings.sort(key=lambda finding: _ORDER[finding.suite])
    return Verdict(audit_id, stage, tuple(findings), time.perf_counter() - started, raw, state, named)


def _to_be_set_aside(store: Reading, found: list[Finding], state: State, before: list[Finding]) -> Iterator[Finding]:
    """The findings of a table without what a person let back in, and without deltas that are made again because of what
    was found `before`, in the tables that they are made of."""
    again = to_be_made_again(store, before) if any(one.suite == "features.deltas" for one in found) else set()
    for finding in found:
        yield without(without_released(store, finding, state), again, OF_BAD_LANDMARKS)


def _measured(store: Reading, suite: Suite, findings: list[Finding]) -> list[Finding]:
    """The findings with the distributions of those that have a measure; one that cannot be measured has none."""
    measures = {(one.meta["check"], one.meta["column"]): one.meta["measure"] for one in suite.suite.expectations}
    found = []
    for finding in findings:
        measure = measures.get((finding.check, finding.column))
        try:
            found.append(replace(finding, distributions=distributions(store, measure)) if measure else finding)
        except Exception:  # the check itself tells what is wrong with the values
            found.append(finding)
    return found
