"""Dispatch of the checks beyond the tables: recomputed values, files, models and the last publication.

The checks themselves are in the other modules of this folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from affect_store.validation.gx.dialect import StoreReader
from affect_store.validation.recompute.declarations import HASH_CHECK, check_declarations
from affect_store.validation.recompute.deltas import DELTAS_CHECK, REFERENCES_CHECK, check_deltas, check_references
from affect_store.validation.recompute.drift import DRIFT, UNCHANGED, check_drift, check_published_rows
from affect_store.validation.recompute.files import LANDMARKS_CHECK, check_files
from affect_store.validation.recompute.labels import LABELS_CHECK, check_labels
from affect_store.validation.recompute.metrics import COMPARISONS_CHECK, METRICS_CHECK, check_comparisons, check_metrics
from affect_store.validation.recompute.own_values import RECOMPUTED_CHECK, check_own_values
from affect_store.validation.recompute.predictions import ARTIFACTS_CHECK, check_models
from affect_store.validation.recompute.scalars import VALUES_CHECK, check_checksums, check_values
from affect_store.validation.recompute.splits import FINGERPRINTS_CHECK, check_fingerprints
from affect_store.validation.rules import CHECKSUM, FEATURE_TABLES, OWN_TABLE, SCALAR_TABLES, STOP
from affect_store.validation.thresholds import MAX_QUARANTINED_SHARE
from affect_store.validation.verdict import Finding

Check = Callable[[], list[Finding]]


@dataclass(frozen=True)
class ExtraChecks:
    """Settings of the checks.

    The number of `photographs` to re-extract, the last `published` store to compare with (None: no comparison), the
    `home` with the models' files (None: not checked), and the `largest_share` of photographs that may be quarantined.
    """

    photographs: int = 0
    published: Path | None = None
    home: Path | None = None
    largest_share: float = MAX_QUARANTINED_SHARE

    def findings(self, store: StoreReader, table: str, seed: str) -> list[Finding]:
        """Run the checks of one table; `seed` selects the photographs. A check that raises has failed."""
        return [finding for check, run in self._checks(store, table, seed) for finding in _guarded(table, check, run)]

    def _checks(self, store: StoreReader, table: str, seed: str) -> Iterator[tuple[str, Check]]:
        if table == "catalogue.images":
            yield LABELS_CHECK, lambda: check_labels(store)
        if table == "features.landmarks" and self.photographs:
            yield LANDMARKS_CHECK, lambda: check_files(store, self.photographs, seed)
        if table == "features.deltas":
            yield DELTAS_CHECK, lambda: check_deltas(store)
            yield REFERENCES_CHECK, lambda: check_references(store)
        if view := SCALAR_TABLES.get(table):
            yield CHECKSUM, lambda: check_checksums(store, view)
            yield VALUES_CHECK, lambda: check_values(store, view)
        if table == OWN_TABLE and (root := self.home):
            yield RECOMPUTED_CHECK, lambda: check_own_values(store, root, seed)
        if table in FEATURE_TABLES and (published := self.published):
            yield DRIFT, lambda: check_drift(store, published, table)
            yield UNCHANGED, lambda: check_published_rows(store, published, table)
        if table == "splits.sets":
            yield FINGERPRINTS_CHECK, lambda: check_fingerprints(store)
        if table == "registry.runs" and (home := self.home):
            yield ARTIFACTS_CHECK, lambda: check_models(store, home, seed)
        if table == "registry.metrics":
            yield METRICS_CHECK, lambda: check_metrics(store, seed)
        if table == "registry.comparisons":
            yield COMPARISONS_CHECK, lambda: check_comparisons(store)
        if table == "registry.declarations":
            yield HASH_CHECK, lambda: check_declarations(store)


def _guarded(table: str, check: str, run: Check) -> list[Finding]:
    try:
        return run()
    except Exception as error:  # an exception is a finding, never a pass
        observed = f"the check did not run: {' '.join(str(error).split())[:400]}"
        return [Finding(table, check, "", False, observed, 0, (), STOP)]


NO_EXTRA_CHECKS = ExtraChecks()
