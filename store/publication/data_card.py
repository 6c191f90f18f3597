"""The dataset card of a publication, `README.md` and `croissant.json`, written beside the published store.

All figures are read from that store; pure functions turn the frames into text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from affect_store.store.engine import reader
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.settings import get_setting
from affect_store.store.home import STORE_FILE
from affect_store.store.publication import croissant
from affect_store.store.publication.markdown import cell, table
from affect_store.store.schema.setting_keys import SettingKey
from affect_store.store.sources.layouts import RENDERED
from affect_store.store.sources.named_layouts import RAFD
from affect_store.store.vocabulary import HUMAN_AGREEMENT

CARD, CROISSANT = "README.md", "croissant.json"
FRAMES = ("corpora", "people", "ratings", "cells", "features", "splits")

LICENCE = (
    "The photographs are under the corpus's own licence, and data derived from them are subject to the same terms; "
    "ask the owner of the corpus. affect-store itself is licensed under Apache-2.0."
)
PERSONAL_DATA = (
    "Photographs of faces are personal data, and so are facial landmarks, from which a person can be recognised. The "
    "tables contain the corpus's identifier of each subject, sex, population and, if known, age, and the paths of the "
    "files. `affect forget SUBJECT` erases a subject who withdrew consent from every table and publication. (The "
    "people in the embedded corpus of `affect demo` are rendered and do not exist.)"
)
USES = (
    "Research on facial movement in posed expressions, on the geometry of facial landmarks, and on methods for "
    "comparing classifiers of posed expressions."
)
MISUSES = (
    "Not for decisions about people, for example in hiring, education, policing, border control, credit, insurance or "
    "health care; not to infer what a person feels; and not to identify people."
)
RATINGS = (
    "Human raters judged these photographs: `agreement` is the mean share of raters who chose the intended emotion, "
    "`intensity` and `genuineness` are means on scales from 1 to 5 (see `catalogue.ratings`)."
)
LIMITS = (
    "Emotions are posed, not felt: a label is the emotion that the subject was asked to show, which is not always what "
    "others see.",
    "All photographs follow one studio protocol with fixed cameras; scores do not generalise to other photographs.",
    "There are few subjects, in groups named by the corpus; a difference between groups that was measured here "
    "describes these subjects only.",
    "Landmarks come from MediaPipe's FaceMesh, whose errors differ between people and cameras; profile cameras are "
    "excluded, because it does not detect faces reliably in them.",
    "A photograph without a detected face or without a reference has no value of the feature; `features.misses` gives "
    "the reason.",
)
RATED_LIMIT = (
    "Human raters agreed with the intended emotion of frontal photographs of the Radboud Faces Database in "
    f"{HUMAN_AGREEMENT:.0%} of cases (Langner et al. 2010); they saw no others."
)
RENDERED_LIMIT = (
    "People are rendered and do not exist. Scores on them show that the software works, and nothing about the faces of "
    "real people."
)
METHODS = (
    "Photographs are identified by the sha256 of their bytes. Labels are read from file names or a manifest, landmarks "
    "are detected by FaceMesh, and deltas are computed against a neutral photograph of the same subject. Feature "
    "values are versioned by the code, parameters and libraries that produced them. Every table was audited before "
    "publication."
)
NOT_LOADABLE = "Croissant readers cannot open DuckDB files: the record sets describe the tables; read them with SQL."
SOURCE = (
    "Langner, O., Dotsch, R., Bijlstra, G., Wigboldus, D. H. J., Hawk, S. T., and van Knippenberg, A. (2010). "
    "Presentation and validation of the Radboud Faces Database. Cognition and Emotion, 24(8), 1377-1388. "
    "doi 10.1080/02699930903485076. A corpus may follow this protocol without being that database."
)


def limits(origins: Collection[str], *, is_rated: bool = False) -> str:
    """Return the limits as a Markdown list; `origins` are those of the corpora: see `layouts.origin_of`.

    The published agreement of human raters is only given if all photographs are those that were rated, and no ratings
    are stored (`is_rated`).
    """
    is_published = set(origins) == {RAFD} and not is_rated
    own = [RENDERED_LIMIT] if RENDERED in origins else [RATED_LIMIT] if is_published else []
    return "\n".join(f"- {limit}" for limit in (*own, *LIMITS))


FACELESS = "faceless"
"""Entry of `about` that names the corpora whose thumbnails are left out."""


def origins_of(connection: Connection, corpora: Iterable[str]) -> set[str]:
    """Return the origins of corpora."""
    known = (get_setting(connection, SettingKey.CORPUS_LAYOUT.of(corpus)) for corpus in corpora)
    return {origin for origin in known if origin}


def write_card(connection: Connection, folder: Path, about: Mapping[str, str]) -> None:
    """Write `README.md` and `croissant.json` to the folder of a publication whose store is complete.

    `connection` is to that store. Of `about`, only `published_at`, `code_version` and `audit` are used, if given.
    """
    frames = {name: reader.query_frame(connection, f"data_card/{name}") for name in FRAMES}
    has_faces = reader.query_number(connection, "features/count_faces") > 0
    faceless = json.loads(get_setting(connection, SettingKey.FACELESS_CORPORA) or "[]")
    about = {**about, FACELESS: ", ".join(faceless)}
    origins = origins_of(connection, frames["corpora"]["corpus"])
    (folder / CARD).write_text(card(frames, about, has_faces=has_faces, origins=origins), encoding="utf-8")
    store = folder / STORE_FILE
    metadata = croissant.metadata(
        properties(frames, about, has_faces=has_faces, origins=origins),
        sha256=_sha256(store),
        size_bytes=store.stat().st_size,
        has_faces=has_faces,
    )
    text = json.dumps(metadata, indent=2, ensure_ascii=False) + "\n"
    (folder / CROISSANT).write_text(text, encoding="utf-8")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def card(
    frames: Mapping[str, pl.DataFrame], about: Mapping[str, str], *, has_faces: bool, origins: Collection[str] = ()
) -> str:
    """Return the card as Markdown, from the frames named in `FRAMES`; `origins` are those of the corpora."""
    ratings = {"Ratings by people": f"{RATINGS}\n\n{_tables(frames, 'ratings')}"} if len(frames["ratings"]) else {}
    parts = {
        title(frames): _summary(frames, about, has_faces=has_faces, origins=origins),
        "Corpora and people": _tables(frames, "corpora", "people"),
        **ratings,
        "Cells of the design": "A cell is a combination of subject, emotion, camera angle and gaze; `ok` means that "
        "all features are present.\n\n" + _tables(frames, "cells"),
        "Features": _features(frames["features"]),
        "Splits": _tables(frames, "splits"),
        "Methods": METHODS + "\n\n" + _provenance(about),
        "Use": f"{USES}\n\n{MISUSES}",
        "Limits": limits(origins, is_rated=bool(ratings)),
        "People and consent": PERSONAL_DATA,
        "Licence": LICENCE,
        "Source of the protocol": SOURCE,
    }
    first, *others = parts.items()
    return "\n".join([f"# {first[0]}\n\n{first[1]}\n", *(f"## {name}\n\n{text.strip()}\n" for name, text in others)])


def title(frames: Mapping[str, pl.DataFrame]) -> str:
    """Return the title of the dataset."""
    names = ", ".join(cell(name) for name in frames["corpora"]["corpus"])
    return f"Facial-expression features of {names}" if names else "Facial-expression features of no photographs yet"


def _summary(
    frames: Mapping[str, pl.DataFrame], about: Mapping[str, str], *, has_faces: bool, origins: Collection[str]
) -> str:
    corpora = frames["corpora"]
    counts = {name: corpora[name].sum() for name in ("photographs", "active", "people")}
    rendered = " rendered" if set(origins) == {RENDERED} else ""
    faces = "are included" if has_faces else "were computed but are not included"
    if has_faces and about.get(FACELESS):
        faces += f", except those of {cell(about[FACELESS])}"
    published = f", published {cell(about['published_at'])}" if "published_at" in about else ""
    return (
        f"Facial landmarks and their displacement from neutral in {counts['photographs']:,} photographs "
        f"({counts['active']:,} active) of {counts['people']:,}{rendered} people, with labels, splits, models and "
        f"scores, in one DuckDB file{published}. Thumbnails of the faces (the feature `pixels`) {faces}.\n\n"
        f"Open `{STORE_FILE}` read-only with any DuckDB client (`FROM leaderboard`); every table and column has a "
        "comment. Dashboards are in `dashboards/`."
    )


def _provenance(about: Mapping[str, str]) -> str:
    identifiers = {"affect-store": about.get("code_version"), "audit": about.get("audit")}
    return table(("component", "version or id"), [(name, value) for name, value in identifiers.items() if value])


def _tables(frames: Mapping[str, pl.DataFrame], *names: str) -> str:
    return "\n".join(
        table([column.replace("_", " ") for column in frames[name].columns], frames[name].rows()) for name in names
    )


def _features(features: pl.DataFrame) -> str:
    heads = ("feature", "version", "description", "type", "photographs", "without a value")
    rows = [
        (f"`{row['feature']}`", f"`{row['version']}`", row["description"], f"{row['dtype']} {row['shape']}",
         row["with_value"], row["without"])
        for row in features.iter_rows(named=True)
    ]  # fmt: skip
    provenance = [
        (f"`{row['feature']}`", row["transform"], f"`{row['parameters']}`", f"`{row['library_versions']}`")
        for row in features.iter_rows(named=True)
    ]
    return table(heads, rows) + "\n" + table(("feature", "transform", "parameters", "libraries"), provenance)


def properties(
    frames: Mapping[str, pl.DataFrame], about: Mapping[str, str], *, has_faces: bool, origins: Collection[str] = ()
) -> dict[str, Any]:
    """Return the properties of the Croissant metadata that describe the dataset."""
    published = about.get("published_at", "")[:10]
    described = {
        "name": title(frames),
        "description": f"{_summary(frames, about, has_faces=has_faces, origins=origins)} {NOT_LOADABLE}",
        "license": {"@type": "sc:CreativeWork", "name": "the corpus's own", "description": LICENCE},
        "url": CARD,
        "creator": {"@type": "sc:Organization", "name": "the holder of the photographs, with affect-store"},
        "keywords": ["facial expression", "affective computing", "facial landmarks", "posed emotion", "DuckDB"],
        "inLanguage": "en",
        "rai:dataCollection": METHODS,
        "rai:dataUseCases": [USES, MISUSES],
        "rai:dataLimitations": list(LIMITS),
        "rai:personalSensitiveInformation": [PERSONAL_DATA],
    }
    return described | ({"datePublished": published, "version": _version(published)} if published else {})


def _version(day: str) -> str:
    """Return a date as a Croissant version of three numbers: 2026.11.2 for 2026-11-02."""
    return ".".join(str(int(part)) for part in day.split("-"))
