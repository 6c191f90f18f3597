"""What an audit looks at beside the tables: names, photographs, the last publication, models; and what it makes again.

This module is a switch; the work is in `sources.py`, `reextract.py`, `recompute.py`, `drift.py`, `resplit.py`,
`remeasure.py` and `repredict.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from validation.bounds import LARGEST_QUARANTINED_SHARE
from validation.dialect import Reading
from validation.drift import DRIFT, UNCHANGED, drift, unchanged
from validation.recompute import DELTAS_AGAIN, REFERENCES_AGAIN, deltas_again, references_again
from validation.reextract import LANDMARKS_AGAIN, photographs_again
from validation.relations import STOP
from validation.remeasure import COMPARISONS_AGAIN, METRICS_AGAIN, comparisons_again, metrics_again
from validation.repredict import ARTIFACTS_AGAIN, models_again
from validation.resplit import FINGERPRINTS_AGAIN, fingerprints_again
from validation.sources import LABELS_AGAIN, labels_again
from validation.suites import SET_ASIDE
from validation.verdict import Finding

Check = Callable[[], list[Finding]]


@dataclass(frozen=True)
class Extras:
    """So many `photographs` are extracted again (0: none); `published` is the last published store, or None where
    features are compared with none; `home` is where the models' files are (None: they are not looked at);
    `largest_share` of the photographs may be set aside."""

    photographs: int = 0
    published: Path | None = None
    home: Path | None = None
    largest_share: float = LARGEST_QUARANTINED_SHARE

    def findings(self, store: Reading, table: str, seed: str) -> list[Finding]:
        """The findings about one table; `seed` chooses the photographs. A check that raises has failed."""
        return [finding for check, run in self._checks(store, table, seed) for finding in _guarded(table, check, run)]

    def _checks(self, store: Reading, table: str, seed: str) -> Iterator[tuple[str, Check]]:
        if table == "catalogue.images":
            yield LABELS_AGAIN, lambda: labels_again(store)
        if table == "features.landmarks" and self.photographs:
            yield LANDMARKS_AGAIN, lambda: photographs_again(store, self.photographs, seed)
        if table == "features.deltas":
            yield DELTAS_AGAIN, lambda: deltas_again(store)
            yield REFERENCES_AGAIN, lambda: references_again(store)
        if table in SET_ASIDE and (published := self.published):
            yield DRIFT, lambda: drift(store, published, table)
            yield UNCHANGED, lambda: unchanged(store, published, table)
        if table == "splits.sets":
            yield FINGERPRINTS_AGAIN, lambda: fingerprints_again(store)
        if table == "registry.runs" and (home := self.home):
            yield ARTIFACTS_AGAIN, lambda: models_again(store, home, seed)
        if table == "registry.metrics":
            yield METRICS_AGAIN, lambda: metrics_again(store, seed)
        if table == "registry.comparisons":
            yield COMPARISONS_AGAIN, lambda: comparisons_again(store)


def _guarded(table: str, check: str, run: Check) -> list[Finding]:
    try:
        return run()
    except Exception as error:  # whatever a check raises is a finding, never a pass
        seen = f"the check did not run: {' '.join(str(error).split())[:400]}"
        return [Finding(table, check, "", False, seen, 0, (), STOP)]


NO_EXTRAS = Extras()
