"""Measure the memory of a process that only reads from a published store; run by `benchmarks/store.py`.

    python -m benchmarks._peak_memory CASE FILE

CASE is one of `CASES`; FILE is JSON with home, moment, split_id and ids. Prints one line of JSON: resident bytes after
imports, opening and a read of one photograph (`idle`), peak resident bytes (`peak`), and the size of the values read
(`result`). The peak is VmHWM, since `ru_maxrss` starts at the parent's value.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from affect_store.store.offline.feature_store import FeatureStore
from affect_store.store.vocabulary import VECTOR_LENGTH

FLOAT_BYTES = 4


def resident(name: str, process: str = "self") -> int:
    """Return a field of a process's /proc/PID/status, such as VmRSS, in bytes."""
    match = re.search(rf"^{name}:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text(), re.MULTILINE)
    assert match is not None
    return int(match[1]) * 1024


def matrix(store: FeatureStore, parameters: dict[str, Any]) -> int:
    """Read the aligned vectors of all photographs into one matrix."""
    return store.get_features("aligned", as_of=parameters["moment"]).matrix()[1].nbytes


def partly_missing(store: FeatureStore, parameters: dict[str, Any]) -> int:
    """Read a feature that some of the photographs lack: references have no delta to themselves."""
    ids, values = store.get_features("frontal_unit", parameters["ids"], as_of=parameters["moment"]).matrix()
    assert len(ids) < len(parameters["ids"])
    return values.nbytes


def training(store: FeatureStore, parameters: dict[str, Any]) -> int:
    """Stream the training part of a split, batch by batch."""
    rows: int = sum(batch.num_rows for batch in store.training_batches(parameters["split_id"], "train", ["aligned"]))
    return rows * VECTOR_LENGTH * FLOAT_BYTES


CASES: dict[str, Callable[[FeatureStore, dict[str, Any]], int]] = {
    "matrix": matrix, "matrix, some without": partly_missing, "training, streamed": training,
}  # fmt: skip


def main() -> None:
    """Run one case and print its memory."""
    case, file = sys.argv[1:]
    parameters = json.loads(Path(file).read_text())
    with FeatureStore.open(parameters["home"]) as store:
        store.latest(parameters["ids"][0], "aligned")
        idle = resident("VmRSS")
        size = CASES[case](store, parameters)
        print(json.dumps({"idle": idle, "peak": resident("VmHWM"), "result": size}))


if __name__ == "__main__":
    main()
