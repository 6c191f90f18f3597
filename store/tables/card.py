"""The dataset card of a publication: `README.md` for people and `croissant.json` for machines, beside the store.

Everything is read from the published store itself; the texts are made from frames by pure functions.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from store.tables import croissant, read
from store.tables.duck import Connection
from store.tables.home import STORE_FILE
from store.tables.markdown import cell, table
from store.vocabulary import HUMAN_AGREEMENT

CARD, CROISSANT = "README.md", "croissant.json"
FRAMES = ("corpora", "people", "cells", "features", "splits")

LICENCE = (
    "The licence of the photographs is their corpus's own, and what was computed from them may be used under no wider "
    "terms: ask the owner of the corpus. affect-store itself is under Apache-2.0."
)
PERSONAL = (
    "Photographs of faces are personal data, and so are the landmarks of a face: a person can be recognised from them. "
    "The tables hold the corpus's identifier of each person, sex, population and, where it is told, age, and the paths "
    "of the files. `affect forget SUBJECT` takes a person who withdrew consent out of every table and publication. "
    "(The people of the embedded corpus of `affect demo` are rendered and do not exist.)"
)
USES = (
    "Research on how faces move in posed expressions, on the geometry of landmarks, and on how classifiers of posed "
    "expressions should be compared."
)
MISUSES = (
    "Not for decisions about people: not in hiring, teaching, policing, border control, credit, insurance or health, "
    "and not to infer what somebody feels. Not to recognise persons."
)
LIMITS = (
    "Emotions are posed, not felt: a label is what the person was asked to show, and not always what others see in it "
    f"(human raters agreed with the intended emotion in {HUMAN_AGREEMENT:.0%} of the cases, Langner et al. 2010).",
    "The design is that of one studio protocol with fixed cameras; scores do not carry over to other pictures.",
    "The people are few, and in groups that the corpus names in its own words; a gap between groups that was measured "
    "here describes these people.",
    "Landmarks come from MediaPipe's FaceMesh, whose errors differ between people and cameras; profile cameras are "
    "left out, because it finds no reliable face in them.",
    "A photograph without a face or without a reference has no row of the feature: `features.misses` says why.",
)
MADE = (
    "Photographs were identified by the sha256 of their bytes, labels read from file names or a manifest, landmarks "
    "found by FaceMesh, and deltas taken against the same person's neutral face. Values are versioned by the code, "
    "parameters and libraries that made them; the audit looked at every table before it was published."
)
UNREAD = "Croissant readers cannot open DuckDB files: the record sets describe the tables, and SQL reads them."
SOURCE = (
    "Langner, O., Dotsch, R., Bijlstra, G., Wigboldus, D. H. J., Hawk, S. T., and van Knippenberg, A. (2010). "
    "Presentation and validation of the Radboud Faces Database. Cognition and Emotion, 24(8), 1377-1388. "
    "doi 10.1080/02699930903485076. A corpus may follow this protocol without being that database."
)


def write_card(connection: Connection, folder: Path, about: Mapping[str, str]) -> None:
    """Write `README.md` and `croissant.json` to the folder of a publication whose store is there and complete.

    `connection` is to that store. Of `about`, only `published_at`, `code_version` and `audit` are used, where told.
    """
    frames = {name: read.frame(connection, f"card_{name}") for name in FRAMES}
    has_faces = read.number(connection, "count_faces") > 0
    (folder / CARD).write_text(card(frames, about, has_faces=has_faces), encoding="utf-8")
    store = folder / STORE_FILE
    found = croissant.metadata(
        properties(frames, about, has_faces=has_faces), sha256=_sha256(store), size_bytes=store.stat().st_size,
        has_faces=has_faces,
    )  # fmt: skip
    text = json.dumps(found, indent=2, ensure_ascii=False) + "\n"
    (folder / CROISSANT).write_text(text, encoding="utf-8")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def card(frames: Mapping[str, pl.DataFrame], about: Mapping[str, str], *, has_faces: bool) -> str:
    """The card, Markdown, from the frames of `FRAMES`."""
    parts = {
        title(frames): _what(frames, about, has_faces=has_faces),
        "Corpora and people": _tables(frames, "corpora", "people"),
        "Cells of the design": "A cell is a person, emotion, camera angle and gaze; `ok` has every feature.\n\n"
        + _tables(frames, "cells"),
        "Features": _features(frames["features"]),
        "Splits": _tables(frames, "splits"),
        "How it was made": MADE + "\n\n" + _made_by(about),
        "Use": f"{USES}\n\n{MISUSES}",
        "Limits": "\n".join(f"- {one}" for one in LIMITS),
        "People and consent": PERSONAL,
        "Licence": LICENCE,
        "Source of the protocol": SOURCE,
    }
    first, *others = parts.items()
    return "\n".join([f"# {first[0]}\n\n{first[1]}\n", *(f"## {name}\n\n{text.strip()}\n" for name, text in others)])


def title(frames: Mapping[str, pl.DataFrame]) -> str:
    """The name of the dataset."""
    names = ", ".join(cell(name) for name in frames["corpora"]["corpus"])
    return f"Facial-expression features of {names}" if names else "Facial-expression features of no photographs yet"


def _what(frames: Mapping[str, pl.DataFrame], about: Mapping[str, str], *, has_faces: bool) -> str:
    corpora = frames["corpora"]
    counted = {name: corpora[name].sum() for name in ("photographs", "in_use", "people")}
    faces = "are included" if has_faces else "were made but are not included"
    when = f", published {cell(about['published_at'])}" if "published_at" in about else ""
    return (
        f"Landmarks and their movement in {counted['photographs']:,} photographs ({counted['in_use']:,} in use) of "
        f"{counted['people']:,} people, with labels, splits, models and their scores, in one DuckDB file{when}. "
        f"Pictures of the faces (the feature `pixels`) {faces}.\n\n"
        f"Open `{STORE_FILE}` read-only with any DuckDB client (`FROM leaderboard`); every table and column carries a "
        "comment. Dashboards are in `dashboards/`."
    )


def _made_by(about: Mapping[str, str]) -> str:
    told = {"affect-store": about.get("code_version"), "audit": about.get("audit")}
    return table(("what", "which"), [(name, value) for name, value in told.items() if value])


def _tables(frames: Mapping[str, pl.DataFrame], *names: str) -> str:
    return "\n".join(
        table([one.replace("_", " ") for one in frames[name].columns], frames[name].rows()) for name in names
    )


def _features(features: pl.DataFrame) -> str:
    heads = ("feature", "version", "what it is", "type", "photographs", "without a value")
    rows = [
        (f"`{row['feature']}`", f"`{row['version']}`", row["description"], f"{row['dtype']} {row['shape']}",
         row["with_value"], row["without"])
        for row in features.iter_rows(named=True)
    ]  # fmt: skip
    made = [
        (f"`{row['feature']}`", row["transform"], f"`{row['parameters']}`", f"`{row['library_versions']}`")
        for row in features.iter_rows(named=True)
    ]
    return table(heads, rows) + "\n" + table(("feature", "transform", "parameters", "libraries"), made)


def properties(frames: Mapping[str, pl.DataFrame], about: Mapping[str, str], *, has_faces: bool) -> dict[str, Any]:
    """What the Croissant metadata tells people."""
    published = about.get("published_at", "")[:10]
    told = {
        "name": title(frames),
        "description": f"{_what(frames, about, has_faces=has_faces)} {UNREAD}",
        "license": {"@type": "sc:CreativeWork", "name": "the corpus's own", "description": LICENCE},
        "url": CARD,
        "creator": {"@type": "sc:Organization", "name": "made with affect-store by the holder of the photographs"},
        "keywords": ["facial expression", "affective computing", "facial landmarks", "posed emotion", "DuckDB"],
        "inLanguage": "en",
        "rai:dataCollection": MADE,
        "rai:dataUseCases": [USES, MISUSES],
        "rai:dataLimitations": list(LIMITS),
        "rai:personalSensitiveInformation": [PERSONAL],
    }
    return told | ({"datePublished": published, "version": _version(published)} if published else {})


def _version(day: str) -> str:
    """2026-11-02 as the three numbers that a Croissant version has."""
    return ".".join(str(int(part)) for part in day.split("-"))
