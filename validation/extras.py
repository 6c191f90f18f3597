"""What an audit looks at beside the tables: photographs, deltas computed again, and the last publication.

This module is a switch; the work is in `recompute.py` and `drift.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from validation.dialect import Reading
from validation.drift import DRIFT, drift
from validation.recompute import DELTAS_AGAIN, LANDMARKS_AGAIN, deltas_again, photographs_again
from validation.relations import STOP
from validation.verdict import Finding


@dataclass(frozen=True)
class Extras:
    """So many `photographs` are extracted again (0: none); deltas are computed again where `has_deltas`; `published` is
    the last published store, or None where features are compared with none."""

    photographs: int = 0
    published: Path | None = None
    has_deltas: bool = True

    def findings(self, store: Reading, table: str, seed: str) -> list[Finding]:
        """The findings about one table; `seed` chooses the photographs. A check that raises has failed."""
        return [finding for check, run in self._checks(store, table, seed) for finding in _guarded(table, check, run)]

    def _checks(self, store: Reading, table: str, seed: str) -> Iterator[tuple[str, Callable[[], list[Finding]]]]:
        if table == "features.landmarks" and self.photographs:
            yield LANDMARKS_AGAIN, lambda: photographs_again(store, self.photographs, seed)
        if table == "features.deltas" and self.has_deltas:
            yield DELTAS_AGAIN, lambda: deltas_again(store)
        if table in ("features.landmarks", "features.deltas") and self.published:
            published = self.published
            yield DRIFT, lambda: drift(store, published, table)


def _guarded(table: str, check: str, run: Callable[[], list[Finding]]) -> list[Finding]:
    try:
        return run()
    except Exception as error:  # whatever a check raises is a finding, never a pass
        seen = f"the check did not run: {' '.join(str(error).split())[:400]}"
        return [Finding(table, check, "", False, seen, 0, (), STOP)]


NO_EXTRAS = Extras()
