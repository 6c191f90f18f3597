"""Folders of small pictures, ingestion of them, and what the catalogue then holds.

Uses only what every version of the product has, so that the tests of cases run with the code of earlier commits.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from inspect import signature
from pathlib import Path

import duckdb
from PIL import Image

from affect_store.flows.steps.catalogue import ingest_folder
from affect_store.flows.steps.splits import store_splits
from affect_store.store.home import Home
from tests.finished import AFFECT

RAFD, MANIFEST = "rafd", "manifest"
HEADER, LABELS = "path,subject,emotion,angle,gaze,sex,type\n", "90,left,male,Kid"
"""The columns that every version requires, and values of those after the emotion."""

TIMED_OUT = -1000
"""Return code of a command that did not end in time."""


def save(path: Path, shade: int) -> Path:
    """Save a grey picture; each shade has bytes of its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (40, 60), (shade, shade, shade)).save(path)
    return path


def fill(folder: Path, people: Iterable[int], shots: Iterable[str] = ("sad_left", "happy_left", "angry_left")) -> Path:
    """Save the shots of each person with RaFD's file names."""
    for person in people:
        for index, shot in enumerate(shots):
            save(folder / f"Rafd090_{person:02d}_Kid_male_{shot}.jpg", 20 * person + 2 * index)
    return folder


def label(folder: Path, rows: Iterable[tuple[str, str, str]]) -> Path:
    """Save a picture and write a row of the manifest for each (path, subject, emotion)."""
    lines = list(rows)
    for number, (name, _, _) in enumerate(lines):
        save(folder / name, number * 3)
    text = "".join(f"{name},{subject},{emotion},{LABELS}\n" for name, subject, emotion in lines)
    (folder / "manifest.csv").write_text(HEADER + text, encoding="utf-8")
    return folder


def ingest(folder: Path, home: Home, corpus: str | None = None, layout: str = RAFD) -> int:
    """Catalogue a folder as `affect run` does; returns how many photographs changed."""
    return ingest_folder(folder, layout, corpus or folder.name, home)


def split_corpus(home: Home, corpus: str) -> None:
    """Split one corpus, with the parameters of this commit or those of earlier ones."""
    takes_several = "corpora" in signature(store_splits).parameters
    store_splits(home, **({"corpora": [corpus]} if takes_several else {"corpus": corpus}))


def rows(home: Home, query: str) -> list[tuple]:
    """Return rows of the work store."""
    with duckdb.connect(str(home.work), read_only=True) as connection:
        return connection.execute(query).fetchall()


def ended(process: subprocess.Popen[str], timeout_s: float) -> tuple[int, str, str]:
    """Wait for a process; returns its code and output. One that does not end in time is killed (`TIMED_OUT`)."""
    try:
        output, errors = process.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        process.kill()
        output, errors = process.communicate()
        return TIMED_OUT, output, errors
    return process.returncode, output, errors


def start(*arguments: str, **options: object) -> subprocess.Popen[str]:
    """Start the command in a process of its own."""
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
        [*AFFECT, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    )
