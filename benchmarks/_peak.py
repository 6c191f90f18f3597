"""Memory of a process that does nothing but read from a published store; run by `benchmarks/store.py`.

    python -m benchmarks._peak CASE FILE

The case is one of `CASES`, the file JSON with the home, the moment, a split and all ids. Prints one line of JSON:
resident bytes once imports, opening and a read of one photograph are done; the most that the process ever held; and the
size of the values read. The most comes from VmHWM, as `ru_maxrss` starts at the parent's.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from store.tables.store import Store
from store.vocabulary import VECTOR_LENGTH

FLOAT_BYTES = 4


def resident(line: str) -> int:
    """Bytes that /proc/self/status tells in one of its lines."""
    found = re.search(rf"^{line}:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) * 1024


def matrix(store: Store, told: dict[str, Any]) -> int:
    """Every photograph's aligned vector in one matrix."""
    return store.features("aligned", as_of=told["moment"]).matrix()[1].nbytes


def misses(store: Store, told: dict[str, Any]) -> int:
    """Of the photographs named, some have no such feature: the references themselves."""
    ids, values = store.features("frontal_unit", told["ids"], as_of=told["moment"]).matrix()
    assert len(ids) < len(told["ids"])
    return values.nbytes


def training(store: Store, told: dict[str, Any]) -> int:
    """The training part of a split, batch by batch, none of which is kept."""
    rows = sum(batch.num_rows for batch in store.training(told["split_id"], "train", ["aligned"]))
    return rows * VECTOR_LENGTH * FLOAT_BYTES


CASES: dict[str, Callable[[Store, dict[str, Any]], int]] = {
    "matrix": matrix, "matrix, some without": misses, "training, streamed": training,
}  # fmt: skip


def main() -> None:
    """Read, and print what it took."""
    case, file = sys.argv[1:]
    told = json.loads(Path(file).read_text())
    with Store.open(told["home"]) as store:
        store.latest(told["ids"][0], "aligned")
        idle = resident("VmRSS")
        size = CASES[case](store, told)
        print(json.dumps({"idle": idle, "peak": resident("VmHWM"), "result": size}))


if __name__ == "__main__":
    main()
