"""A short run of `benchmarks/fuzz_manifests.py`: hostile manifests and file names."""

import warnings
from collections import Counter
from pathlib import Path

from benchmarks import fuzz_manifests

SEED = 1


def test_hostile_manifests_are_rows_and_rejects_or_one_expected_error(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of openpyxl, which writes the workbooks
        cases = [fuzz_manifests.sample(SEED, number) for number in range(150)]
    outcomes = Counter(fuzz_manifests.outcome(tmp_path, case) for case in cases)
    assert set(outcomes) == {"rows", "error"}
    assert list(tmp_path.iterdir()) == []


def test_hostile_file_names_are_rows_or_rejects(tmp_path: Path) -> None:
    outcomes = fuzz_manifests.fuzz_names(tmp_path, SEED, 200)
    assert not [outcome for outcome in outcomes if outcome.startswith("rule broken")]
    assert outcomes["row"] and outcomes["reject"] and outcomes["named in a manifest"]
