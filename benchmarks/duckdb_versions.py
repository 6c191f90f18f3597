"""Read a publication with other versions of DuckDB, the oldest and the newest that the documentation names among them.

`python benchmarks/duckdb_versions.py HOME` installs each version in a folder of its own, reads every table, view and
macro of the home's current publication with it, and prints a goal line per version. It exits 1 where a statement fails.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

VERSIONS = ("1.1.3", "1.2.2", "1.3.2", "1.4.5", "1.5.6", "2.0.1")
"""The oldest that reads a publication (1.0 cannot open the file), the last of each series, and the newest."""

READER = """
import sys
sys.path.insert(0, sys.argv[1])
import duckdb
assert duckdb.__version__ == sys.argv[3], duckdb.__version__
failed = read = 0
def run(statement):
    global failed, read
    with duckdb.connect(sys.argv[2], read_only=True) as connection:  # an internal error closes the database
        try:
            read += 1
            return connection.execute(statement).fetchall()
        except Exception as error:
            failed += 1
            print(f"  {duckdb.__version__}: {statement}: {str(error).splitlines()[0]}", file=sys.stderr)
            return []
RELATIONS = "SELECT schema_name || '.' || view_name FROM duckdb_views() WHERE NOT internal UNION ALL " \\
    "SELECT schema_name || '.' || table_name FROM duckdb_tables()"
MACROS = "SELECT schema_name || '.' || function_name, parameters FROM duckdb_functions() " \\
    "WHERE function_type = 'table_macro' AND NOT internal"
for (name,) in run(RELATIONS):
    run(f"SELECT count(*), max(row::VARCHAR) FROM (FROM {name} LIMIT 20) AS row")  # as text: no client type is needed
for name, parameters in run(MACROS):
    run(f"SELECT count(*) FROM {name}({', '.join('now()' if p == 'moment' else repr(p) for p in parameters)})")
for statement in ("SHOW TABLES", "SHOW ALL TABLES", "DESCRIBE leaderboard", "SUMMARIZE leaderboard"):
    run(statement)
print(read, failed)
"""


def read_with(version: str, store: Path) -> tuple[int, int]:
    """Read the store with a version of DuckDB; returns the numbers of statements that ran and that failed."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*pip, "--target", folder, f"duckdb=={version}", "pytz"], check=True)
        done = subprocess.run(
            [sys.executable, "-I", "-c", READER, folder, str(store), version], stdout=subprocess.PIPE, text=True
        )
    read, failed = map(int, done.stdout.split()) if done.returncode == 0 else (0, 1)
    return read, failed


def main() -> int:
    """Read with every version, print the goals, and return 1 if one is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path, nargs="?", default=Path(".affect"))
    parser.add_argument("--versions", nargs="+", default=VERSIONS)
    arguments = parser.parse_args()
    store = (arguments.home / "published" / "feature_store.duckdb").resolve(strict=True)
    is_met = True
    for version in arguments.versions:
        read, failed = read_with(version, store)
        print(
            f"goal duckdb-{version}-failed-statements {failed} 0 {'missed' if failed else 'met'} ({read} ran)",
            flush=True,
        )
        is_met &= not failed
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
