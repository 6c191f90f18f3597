"""Flow `publish`: audit the work store and publish a copy of it with its dashboards, atomically."""

from __future__ import annotations

from affect_store.flows.audit import run_audit
from affect_store.flows.runtime import console
from affect_store.flows.runtime.parameters import Count, Share, home_at
from affect_store.flows.runtime.prefect import flow, hold, task
from affect_store.flows.steps import audit_state
from affect_store.flows.steps.comparisons import renew_outdated_metrics
from affect_store.flows.steps.corpus_options import CorpusOptions, corpora_without_faces, options_in_use
from affect_store.flows.steps.erasure import finish_erasures
from affect_store.flows.steps.publication_pages import publish_copy
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import AuditFailedError
from affect_store.store.publication.retention import update_keep

publish_all = task("publish store and dashboards")(publish_copy)


@flow("publish")
def publish(
    *,
    home: str | None = None,
    with_faces: bool | None = None,
    quarantine_share: Share | None = None,
    keep: Count | None = None,
    preliminary: bool = False,
) -> str:
    """Audit and publish everything; returns the publication's folder.

    Contents that have not changed since they passed an audit are not audited again.

    Args:
        home: Directory of the store, its publications and logs; the worker's AFFECT_HOME by default.
        with_faces: Publish the thumbnails of the faces, too; by default as in the last run on the corpus in use, at
            first not.
        quarantine_share: Maximum share of the photographs that audits may quarantine; by default as in the last run on
            the corpus in use, at first 0.05.
        keep: Number of publications to keep from now on; the number that the home remembers by default, at first 3.
        preliminary: Say on the pages that networks are still being trained, and let the next publication replace this
            one.

    Raises `StoreError` if there is no store, and `AuditFailedError`, also if rows are quarantined: models were trained
    on them.
    """
    store_home = home_at(home)
    given = CorpusOptions(with_faces=with_faces, quarantine_share=quarantine_share)
    with hold(store_home):
        finish_erasures(store_home)
        keep = update_keep(store_home, keep)
        options = given.over(options_in_use(store_home))
        if options.publishes_faces and (faceless := corpora_without_faces(store_home)):
            names = ", ".join(map(repr, faceless))
            console.say(f"      thumbnails left out, since the last runs were without faces: {names}", style="yellow")
        if not audit_state.is_audited(store_home):
            outcome = run_audit(store_home, "features", options.quarantine_share)
            if outcome.quarantined:
                raise AuditFailedError(
                    f"Models were trained on rows that are now quarantined: {outcome.reason}. Nothing was published. "
                    f"`affect run` computes deltas, splits and models without them. See {outcome.page}"
                )
        with open_work(store_home) as connection:
            renew_outdated_metrics(connection)
        results = run_audit(store_home, "results", options.quarantine_share)
        return publish_all(
            store_home, results.audit_id, options.publishes_faces, keep, is_audited=True, preliminary=preliminary
        )
