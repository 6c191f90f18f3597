"""Flow `audit`: check the work store with Great Expectations; a failed audit stops the publication."""

from __future__ import annotations

from affect_store.flows.runtime.parameters import Share, StageName, home_at
from affect_store.flows.runtime.prefect import flow, hold, task
from affect_store.flows.steps.audits import AuditOutcome, audit_stage
from affect_store.flows.steps.corpus_options import CorpusOptions, options_in_use

run_audit = task("audit the work store", "audit {stage}")(audit_stage)


@flow("audit")
def audit(
    *,
    home: str | None = None,
    stage: StageName = "features",
    quarantine_share: Share | None = None,
    is_full: bool = False,
) -> AuditOutcome:
    """Audit one stage of the work store.

    Checks of single rows skip rows that are as they were when they passed an earlier audit with the same rules. Returns
    the number of quarantined rows; if there are any, deltas and splits must be computed again.

    Args:
        home: Directory of the store, its publications and logs; the worker's AFFECT_HOME by default.
        stage: 'rows' (catalogue and features), 'splits', 'features' (both of these) or 'results' (registry).
        quarantine_share: Maximum share of the photographs that may be quarantined; by default as in the last run on the
            corpus in use, at first 0.05.
        is_full: Look at all rows, also at those that passed an earlier audit.

    Raises `AuditFailedError`.
    """
    store_home = home_at(home)
    with hold(store_home):
        options = CorpusOptions(quarantine_share=quarantine_share).over(options_in_use(store_home))
        return run_audit(store_home, stage, options.quarantine_share, is_full=is_full)
