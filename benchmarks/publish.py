"""Time publications: a first one against Parquet, and one after a new person against a plain copy of the file.

A store is fabricated as in `benchmarks/store.py`: aligned and frontal-unit deltas of 72 photographs a person, split by
person, optionally with the vectors in the tables of the split. The first publication is compared with Polars writing
the aligned vectors to Parquet (zstd, one array column), the second, after one new person, with a plain copy of the
published file on the same disk, brought to the disk like a publication (fsync). Both are measured in the same run, the
copy before and after, of which the mean counts.

    python -m benchmarks.publish [--photographs 96480] [--with-split-tables]

Prints one line per goal at the end and exits with 1 if a goal is missed. With 96,480 photographs it writes about 12 GB
of temporary files.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

if __name__ == "__main__" and __package__ is None:  # run as a file: import from the repository's root
    sys.path[0] = str(Path(__file__).parents[1])

from affect_store.store.engine import durable_files
from affect_store.store.home import STORE_FILE
from affect_store.store.publication import publish
from affect_store.store.publication.manifest import read_manifest
from benchmarks._goals import Goal
from benchmarks._stores import ARRAY, FORMS, PUBLICATION, Stores, add_person, fill, seconds

COPY_BOUND = 3.0
PARQUET_BOUND = 20.0


def plain_copy_s(store: Path, target: Path) -> float:
    """Return the seconds that a copy of the file takes until it is on the disk."""

    def copy() -> None:
        shutil.copyfile(store, target)
        durable_files.flush(target)

    duration_s = seconds(copy)
    target.unlink()
    return duration_s


def following(stores: Stores, *, has_split_tables: bool) -> tuple[float, float]:
    """Return the seconds of a publication after one new person, and of a plain copy of the file before."""
    home, copied = stores.home, stores.folder / "copy.duckdb"
    first = home.published.resolve()
    add_person(stores, has_split_tables=has_split_tables)
    before_s = plain_copy_s(first / STORE_FILE, copied)

    def publish_again() -> None:
        publish.publish(
            home, "following", lambda folder: publish.write_store(home.work, folder / STORE_FILE, previous=first)
        )

    publication_s = seconds(publish_again)
    copy_s = (before_s + plain_copy_s(first / STORE_FILE, copied)) / 2
    manifest = read_manifest(home.published.resolve())
    if manifest is None or manifest.n_shared != 1:
        raise RuntimeError(f"made anew: {manifest and manifest.made_anew_because}")
    return publication_s, copy_s


def main() -> int:
    """Measure, print the goals, and return 1 if one is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photographs", type=int, default=96_480, help="in the store; rounded to multiples of 4,824")
    parser.add_argument("--with-split-tables", action="store_true", help="fill the tables of the split, too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="affect-benchmark-") as temporary:
        scale = max(1, round(options.photographs / 4824))
        stores = fill(Path(temporary), scale, has_split_tables=options.with_split_tables)
        title, _ = FORMS[f"{ARRAY}-zstd"]
        first_s, parquet_s = stores.written_s[PUBLICATION], stores.written_s[title]
        size = stores.home.published_store.stat().st_size
        print(
            f"{len(stores.ids):,} vectors: publication {first_s:.2f} s, {size / 1e6:,.0f} MB; {title} {parquet_s:.2f} s"
        )
        following_s, copy_s = following(stores, has_split_tables=options.with_split_tables)
        print(f"one new person: publication {following_s:.2f} s; plain copy {copy_s:.2f} s")
    goals = {
        f"first_publication_over_parquet_{scale}x": Goal(first_s / parquet_s, PARQUET_BOUND),
        f"following_publication_over_copy_{scale}x": Goal(following_s / copy_s, COPY_BOUND),
    }
    for name, goal in goals.items():
        print(f"goal {name} {goal.figure:.4g} {goal.bound:.4g} {'met' if goal.is_met else 'missed'}")
    return 0 if all(goal.is_met for goal in goals.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
