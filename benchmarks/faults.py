"""Is every planted fault caught by the check that is meant for it, in the store of a real run?

Takes the work store of a home (from `affect run` on a few people, both recipes of a model trained), plants each fault
of `tests/validation/faults.py` in a copy without the data base's guards, audits the table, and prints one row of a
Markdown table a fault: what was planted, where, what follows, and the message that a user sees.

    python -m benchmarks.faults HOME

Closes with one line a goal, and exits with 1 if one is missed.
"""

from __future__ import annotations

import argparse
import importlib
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

if __name__ == "__main__" and __package__ is None:  # run as a file: this folder's `store.py` must not hide the package
    sys.path[0] = str(Path(__file__).parents[1])

from store.tables.catalog import BY_NAME
from store.tables.connection import open_file
from store.tables.home import Home
from validation.audit import audit
from validation.gate import sentence
from validation.suites import STAGES
from validation.verdict import Finding

FAULTS: Any = importlib.import_module("tests.validation.faults").FAULTS
without_guards: Any = importlib.import_module("tests.validation.fabricate").without_guards


def caught(store: Path, fault: Any) -> Finding | None:
    """The finding of the check that is meant for the fault, or None where it does not see it."""
    connection = open_file(store)
    try:
        connection.execute(fault.sql)
    finally:
        connection.close()
    stages = (name for name, schemas in STAGES.items() if BY_NAME[fault.table].schema in schemas)
    verdict = audit(store, audit_id="planted", stage=next(stages), tables=[fault.table])
    found = [
        one
        for one in verdict.failures
        if (one.suite, one.check) == (fault.table, fault.check) and fault.column in (None, one.column)
    ]
    return found[0] if found else None


def main() -> int:
    """Plant, audit, print, and say whether all were caught."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path, help="a home with a finished run")
    asked = parser.parse_args()
    missed = 0
    print("| fault | table | what follows | message |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary:
        clean = without_guards(Home(asked.home).work, Path(temporary) / "clean.duckdb")
        for fault in FAULTS:
            store = Path(shutil.copy(clean, Path(temporary) / "work.duckdb"))
            found = caught(store, fault)
            missed += found is None
            told = "not caught" if found is None else sentence(found)
            print(f"| {fault.what} | {fault.table} | {found.severity if found else ''} | {told} |", flush=True)
    print(f"goal faults_missed {missed} 0 {'missed' if missed else 'met'} ({len(FAULTS)} planted)")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
