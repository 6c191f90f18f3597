"""Memory of a process that does nothing but read one matrix from a published store; run by `benchmarks/store.py`.

    python -m benchmarks._peak HOME FEATURE MOMENT IMAGE_ID

Prints one line of JSON: resident bytes once imports, opening and a read of one photograph are done; the most that the
process ever held; and the size of the matrix. The most comes from VmHWM, as `ru_maxrss` starts at the parent's.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from store.tables.store import Store


def resident(line: str) -> int:
    """Bytes that /proc/self/status tells in one of its lines."""
    found = re.search(rf"^{line}:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) * 1024


def main() -> None:
    """Read, and print what it took."""
    home, feature, moment, image_id = sys.argv[1:]
    with Store.open(home) as store:
        store.latest(image_id, feature)
        idle = resident("VmRSS")
        _, matrix = store.features(feature, as_of=moment).matrix(feature)
        print(json.dumps({"idle": idle, "peak": resident("VmHWM"), "result": matrix.nbytes}))


if __name__ == "__main__":
    main()
