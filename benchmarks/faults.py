"""Plant every known fault in the store of a real run, and test that the check meant for it reports it.

Takes the work store of a home (from `affect run` on a few people, with both recipes of a model), plants each fault of
`tests/validation/faults.py` in a copy without database constraints, audits the table, and prints a Markdown table with
one row per fault: the fault, its table, the severity, and the message that a user sees.

    python -m benchmarks.faults HOME

Prints one line per goal at the end and exits with 1 if a goal is missed.
"""

from __future__ import annotations

import argparse
import importlib
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

if __name__ == "__main__" and __package__ is None:  # run as a file: import from the repository's root
    sys.path[0] = str(Path(__file__).parents[1])

from affect_store.store.engine.duckdb import open_file
from affect_store.store.home import Home
from affect_store.validation.audit import audit
from affect_store.validation.gate import sentence
from affect_store.validation.verdict import Finding

FAULTS: Any = [fault for fault in importlib.import_module("tests.validation.faults").FAULTS if not fault.needs_run]
photographs_of: Any = importlib.import_module("tests.validation.planting").photographs_of
without_guards: Any = importlib.import_module("tests.stores.clean").without_guards


def caught(store: Path, fault: Any) -> Finding | None:
    """Return the finding of the check that is meant for the fault, or None where it reports nothing."""
    connection = open_file(store)
    try:
        fault.plant(connection, photographs_of(connection))
    finally:
        connection.close()
    verdict = audit(store, audit_id="planted", stage=fault.stage, tables=[fault.table])
    return next((finding for finding in verdict.failures if fault.is_found_by(finding)), None)


def main() -> int:
    """Plant, audit and print every fault; return 1 if one is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path, help="a home with a finished run")
    options = parser.parse_args()
    missed = 0
    print("| fault | table | severity | message |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary:
        clean = without_guards(Home(options.home).work, Path(temporary) / "clean.duckdb")
        for fault in FAULTS:
            store = Path(shutil.copy(clean, Path(temporary) / "work.duckdb"))
            finding = caught(store, fault)
            missed += finding is None
            message = "not caught" if finding is None else sentence(finding)
            print(f"| {fault.what} | {fault.table} | {finding.severity if finding else ''} | {message} |", flush=True)
    print(f"goal faults_missed {missed} 0 {'missed' if missed else 'met'} ({len(FAULTS)} planted)")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
