"""A home with three people and one of everything that can name them: rows, logs, audits, weights, two publications."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

from typer.testing import CliRunner

from affect_store.flows.cli.app import app
from affect_store.flows.steps.publication_pages import fill
from affect_store.store.engine import clock, reader, write
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from affect_store.store.publication import publish
from affect_store.store.types import FloatArray
from affect_store.store.vocabulary import EMOTIONS, FRONTAL_DEG, FRONTAL_GAZE, NEUTRAL
from tests.stores import build
from tests.stores.design import Cell, Design, PlannedRun, image_id, numbered
from tests.stores.faces import faces

CORPUS = "lab"
PEOPLE = numbered(CORPUS, 3)
"""One each in the parts train, validate and test, by the seed of the design."""

FEELINGS = (NEUTRAL, EMOTIONS[0])
TRAINED, UNTRAINED = "trained-by-person", "without-weights"
FIRST, SECOND = "20261120T060000000000", "20261121T060000000000"
"""The two publications."""

DESIGN = Design(
    CORPUS,
    PEOPLE,
    FEELINGS,
    (FRONTAL_DEG,),
    (FRONTAL_GAZE,),
    sexes=("female",),
    populations=("Caucasian",),
    seed=9,
    is_rated=True,
    runs=(
        PlannedRun("lda", "corrected", name=TRAINED),
        PlannedRun("vector_mlp", "corrected", name=UNTRAINED, has_weights=False, failure="one class cannot be learnt"),
    ),
)


def cell(person: str, emotion: str) -> Cell:
    """Return the cell of a photograph."""
    return person, emotion, FRONTAL_DEG, FRONTAL_GAZE


def photograph(person: str, emotion: str) -> str:
    """Return the identifier of a photograph."""
    return image_id(cell(person, emotion))


def path_of(person: str, emotion: str) -> str:
    """Return the path of the photograph's file, which does not exist."""
    return DESIGN.path(cell(person, emotion))


def vectors(person: str) -> FloatArray:
    """Return the landmarks of a person's photographs, (2, 468, 3)."""
    return faces([cell(person, emotion) for emotion in FEELINGS])


def home_without_publications() -> Home:
    """Return the home before its first publication, built once per process; read-only."""
    return build.built(_build)


def home_with_publications() -> Home:
    """Return the home with two publications and their pages, built once per process; read-only."""
    return build.built(_build_published)


def copy(folder: Path, *, published: bool = True) -> Home:
    """Return a copy of the home that a test may change."""
    return build.copy(home_with_publications() if published else home_without_publications(), folder)


def _build(home: Home) -> Home:
    build.build(home, DESIGN)
    (home.artifacts / TRAINED).mkdir(parents=True)
    (home.artifacts / TRAINED / "weights.npz").write_bytes(b"weights")
    with open_work(home) as connection:
        _store_rejects(connection)
        _store_audits(connection, home)
    home.logs.mkdir(exist_ok=True)
    name = Path(path_of(PEOPLE[0], NEUTRAL)).name
    lines = (f"cannot read {name}", "all is well", f"seen {PEOPLE[1]}", f"{PEOPLE[0]}0")
    (home.logs / "run.log").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return home


def _build_published(home: Home) -> Home:
    shutil.copytree(home_without_publications().root, home.root, symlinks=True)
    for name in (FIRST, SECOND):
        day = f"{name[:4]}-{name[4:6]}-{name[6:8]} 06:00 UTC"
        about = {"published_at": day, "audit": f"{name}-results"}
        publish.publish(home, name, partial(fill, home=home, about=about, with_faces=False))
    return home


def _store_rejects(connection: Connection) -> None:
    person = PEOPLE[0]
    rows = (
        (path_of(person, EMOTIONS[2]), "unreadable", "cannot be read"),
        ("/photographs/copy.jpg", "duplicate bytes", f"holds the same bytes as '{path_of(person, NEUTRAL)}'"),
        ("/photographs/odd.jpg", "contradicts the person", f"{person} is male here"),
        ("/photographs/other.jpg", "contradicts the person", f"{person}0 is another person"),
    )
    for path, reason, detail in rows:
        build.insert(connection, "catalogue.rejects", corpus=CORPUS, path=path, reason=reason, detail=detail,
                     seen_at=clock.now())  # fmt: skip


def _store_audits(connection: Connection, home: Home) -> None:
    """Store an audit that names a photograph for each publication."""
    audits = {f"{SECOND}-results": photograph(PEOPLE[0], NEUTRAL), f"{FIRST}-results": photograph(PEOPLE[1], NEUTRAL)}
    for audit_id, sample in audits.items():
        (home.audits / audit_id).mkdir(parents=True)
        (home.audits / audit_id / "audit.html").write_text(f"<code>{sample}</code>", encoding="utf-8")
        build.insert(
            connection, "quality.results", audit_id=audit_id, suite="s", check_name="c", column_name="",
            observed=sample, success=True, unexpected_count=0, sample_ids=write.as_json([sample]), severity="warn",
        )  # fmt: skip


def people_in(connection: Connection) -> list[str]:
    """Return the people in the catalogue."""
    return sorted(set(reader.query_frame(connection, "catalogue/select_known_people")["subject_id"]))


def affect(home: Home, *arguments: str, answer: str = "") -> tuple[int, str]:
    """Return exit code and output of a command."""
    environment = {"COLUMNS": "200", "AFFECT_HOME": str(home.root)}
    result = CliRunner().invoke(app, list(arguments), input=answer, env=environment)
    return result.exit_code, result.output
