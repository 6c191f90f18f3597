"""The audit: every check of a stage over the tables themselves, and every result becomes a finding.

It writes nothing, not to the store, not to the user's home directory, not to the network. Whether a finding stops a
publication is said in `gate.py`; how Great Expectations runs a suite in `engine.py`.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from store.errors import StoreError
from store.tables.catalog import BY_NAME
from validation import engine
from validation.bounds import LARGEST_QUARANTINED_SHARE
from validation.dialect import Reading, reading, sql
from validation.distributions import distributions
from validation.extras import NO_EXTRAS, Extras
from validation.findings import without_released
from validation.suites import Suite, suites
from validation.verdict import QUARANTINED, Finding, Verdict


def audit(
    work_path: Path,
    *,
    audit_id: str,
    stage: str = "features",
    tables: Collection[str] | None = None,
    extras: Extras = NO_EXTRAS,
    largest_share: float = LARGEST_QUARANTINED_SHARE,
) -> Verdict:
    """Check the store at `work_path`, read-only; nobody may hold it open for writing meanwhile.

    `stage` is one of `suites.STAGES`: 'rows' (catalogue and features, before they are split), 'splits', 'features'
    (both, before training) or 'results' (the registry, before publication); `tables` narrows it to some of its tables,
    as `schema.table`; `extras` says what is looked at beside the tables; `largest_share` of the photographs may be set
    aside. Raises `StoreError` where there is no store or it cannot be opened.
    """
    started = time.perf_counter()
    if not work_path.is_file():
        raise StoreError(f"there is no store to audit at '{work_path}'")
    findings: list[Finding] = []
    raw: dict[str, object] = {}
    with engine.silence(), reading(work_path) as store:
        source = engine.source_of(store)
        for suite in suites(stage, tables):
            found, raw[suite.table.qualified] = engine.run(source, store, suite)
            findings += _measured(store, suite, found) + extras.findings(store, suite.table.qualified, audit_id)
        state = _state(store)
        findings = [without_released(finding, state.released) for finding in sorted(findings, key=_place)]
        labels = _labels(store, findings)
    return Verdict(
        audit_id, stage, tuple(findings), time.perf_counter() - started, raw,
        state.photographs, state.set_aside, labels, largest_share,
    )  # fmt: skip


def _place(finding: Finding) -> int:
    """Where the finding's table stands in the catalogue."""
    return list(BY_NAME).index(finding.suite)


@dataclass(frozen=True)
class _State:
    """What the store knew of quarantine before this audit."""

    photographs: int = 0
    set_aside: frozenset[str] = frozenset()
    released: frozenset[tuple[str, str, str, str]] = frozenset()


def _state(store: Reading) -> _State:
    """Nothing, where the tables cannot be read: their own findings say so."""
    bound = {"quarantined": QUARANTINED}
    try:
        row = store.arrow(sql("select_state"), bound).to_pylist()[0]
        released = store.arrow(sql("select_released"), bound).to_pylist()
    except Exception:  # a broken table is a finding of its suite
        return _State()
    return _State(row["photographs"], frozenset(row["set_aside"]), frozenset(tuple(one.values()) for one in released))


def _labels(store: Reading, findings: list[Finding]) -> dict[str, str]:
    """Labels of every photograph that a failed check names."""
    named = {str(sample[key]) for one in findings if not one.success for sample in one.samples for key in sample}
    try:
        rows = store.arrow(sql("select_labels"), {"image_ids": sorted(named)}).to_pylist()
    except Exception:  # a broken table is a finding of its suite
        return {}
    return {row["image_id"]: row["labels"] for row in rows}


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
