"""A few hundred mutated pictures: none crashes ingestion; `benchmarks/fuzz_pictures.py` tries 20,000."""

from __future__ import annotations

import pytest
from benchmarks.fuzz_pictures import fuzz, seeds


@pytest.mark.parametrize("seed", [0, 1])
def test_every_mutated_picture_becomes_a_photograph_or_a_reject(seed: int) -> None:
    crashes: list[str] = []
    outcomes, written = fuzz(40 * len(seeds()), seed, report=lambda number, text: crashes.append(f"{number}: {text}"))
    assert crashes == [] and written == 0
    assert {kind for kind, _ in outcomes} == set(seeds())
    assert {"photograph", "damaged", "unreadable"} <= {what for _, what in outcomes}
