"""A home with three people and one of everything that can name them, made in a second; nobody is shown in it."""

import atexit
import hashlib
import shutil
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import typer
from typer.testing import CliRunner

from flows import commands_keep
from flows.publish import fill
from store.tables import publish, read, write
from store.tables.connection import Connection, open_work
from store.tables.home import Home
from store.tables.write import batch
from store.types import seal_of
from store.vocabulary import EMOTIONS, FRONTAL_DEG, FRONTAL_GAZE, NEUTRAL, PARTS, VECTOR_LENGTH

CORPUS = "lab"
PEOPLE = ("lab-01", "lab-02", "lab-03")
"""In this order in the parts train, validate and test."""

FEELINGS = (NEUTRAL, EMOTIONS[0])
TRAINED, UNTRAINED = "trained-by-person", "without-weights"
FIRST, SECOND = "20261120T060000000000", "20261121T060000000000"
"""The two publications."""


def image_id(person: str, emotion: str) -> str:
    """The identifier of a photograph."""
    return hashlib.sha256(f"{person}/{emotion}".encode()).hexdigest()


def path_of(person: str, emotion: str) -> str:
    """Where the photograph's file is said to be."""
    return f"/photographs/Rafd090_{person[-2:]}_Caucasian_female_{emotion}_frontal.jpg"


def vectors(person: str) -> np.ndarray:
    """The landmarks of a person's photographs, (2, 1404) float32."""
    return np.random.default_rng(PEOPLE.index(person)).normal(size=(len(FEELINGS), VECTOR_LENGTH)).astype(np.float32)


def build(root: Path, *, published: bool = True) -> Home:
    """The home; with `published`, two publications with their pages."""
    home = Home(root)
    with open_work(home) as connection:
        for person in PEOPLE:
            _store_person(connection, person)
        _store_rejects(connection)
        _store_split(connection)
        _store_runs(connection, home)
    _store_texts(home)
    for name in (FIRST, SECOND) if published else ():
        day = f"{name[:4]}-{name[4:6]}-{name[6:8]} 06:00 UTC"
        about = {"published_at": day, "audit": f"{name}-results"}
        publish.publish(home, name, lambda folder, told=about: fill(folder, home, told, with_faces=False))
    return home


@cache
def built() -> Path:
    """The home, made once for all tests of a session."""
    root = Path(tempfile.mkdtemp(prefix="keep_home_"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    return build(root / "home").root


def copy(folder: Path) -> Home:
    """A copy of the home, below a folder, to be changed."""
    shutil.copytree(built(), folder / "home", symlinks=True)
    return Home(folder / "home")


def _append(connection: Connection, table: str, columns: dict[str, list[object]]) -> None:
    write.append(connection, table, batch(table, columns))


def _store_person(connection: Connection, person: str) -> None:
    ids = [image_id(person, emotion) for emotion in FEELINGS]
    many, moment, xyz = len(ids), write.now(), vectors(person)
    labels = {
        "image_id": ids, "subject_id": [person] * many, "sex": ["female"] * many, "population": ["Caucasian"] * many,
        "emotion": list(FEELINGS), "camera_angle_deg": [FRONTAL_DEG] * many, "gaze": [FRONTAL_GAZE] * many,
    }  # fmt: skip
    paths = [path_of(person, emotion) for emotion in FEELINGS]
    sizes = {name: [1] * many for name in ("width_px", "height_px", "size_bytes")}
    image = {**labels, **sizes, "corpus": [CORPUS] * many, "path": paths, "ingested_at": [moment] * many}
    _append(connection, "catalogue.images", image)
    _append(connection, "catalogue.labels", {**labels, "known_at": [moment] * many})
    shared = {"image_id": ids, "version": ["v1"] * many, "created_at": [moment] * many}
    seals = [seal_of(one, row.tobytes()) for one, row in zip(ids, xyz, strict=True)]
    _append(connection, "features.landmarks", {**shared, "xyz": xyz, "seal": seals})
    delta = {**shared, "version": ["d1"] * many, "reference_image_id": ids[::-1], "reference_rule": ["other"] * many}
    magnitude = np.abs(xyz[:, : VECTOR_LENGTH // 3])
    values = {"xyz": xyz, "magnitude": magnitude, "zero_norm_count": [0] * many, "seal": seals}
    _append(connection, "features.deltas", {**delta, **values})


def _store_rejects(connection: Connection) -> None:
    person = PEOPLE[0]
    rows = (
        (path_of(person, EMOTIONS[2]), "unreadable", "cannot be read"),
        ("/photographs/copy.jpg", "duplicate bytes", f"holds the same bytes as '{path_of(person, NEUTRAL)}'"),
        ("/photographs/odd.jpg", "contradicts the person", f"{person} is male here"),
        ("/photographs/other.jpg", "contradicts the person", f"{person}0 is another person"),
    )
    paths, reasons, details = (list(one) for one in zip(*rows, strict=True))
    columns = {"corpus": [CORPUS] * len(rows), "path": paths, "reason": reasons, "detail": details}
    _append(connection, "catalogue.rejects", {**columns, "seen_at": [write.now()] * len(rows)})


def _store_split(connection: Connection) -> None:
    moment = write.now()
    _append(connection, "splits.sets", {
        "split_id": ["by_person-1"], "strategy": ["by_person"], "seed": [1], "fractions": ["{}"],
        "fingerprint": ["f"], "feature_versions": ["{}"], "as_of": [moment], "created_at": [moment],
        "requested_at": [moment],
    })  # fmt: skip
    placed = [(image_id(one, feeling), part) for one, part in zip(PEOPLE, PARTS, strict=True) for feeling in FEELINGS]
    ids, parts = (list(one) for one in zip(*placed, strict=True))
    _append(connection, "splits.assignments", {"split_id": ["by_person-1"] * len(ids), "image_id": ids, "part": parts})


def _store_runs(connection: Connection, home: Home) -> None:
    for run_id, path in ((TRAINED, f"artifacts/{TRAINED}"), (UNTRAINED, None)):
        moment = write.now()
        _append(connection, "registry.runs", {
            "run_id": [run_id], "configuration": [run_id], "model": [run_id], "recipe": ["corrected"],
            "split_id": ["by_person-1"],
            "service": ["s"], "service_version": ["v"], "feature_versions": ["{}"], "seed": [1],
            "code_version": ["0"], "library_versions": ["{}"], "started_at": [moment], "requested_at": [moment],
            "duration_s": [1.0], "status": ["completed" if path else "untrainable"], "parameters": ["{}"],
            "artifact_path": [path], "artifact_sha256": ["0" * 64 if path else None],
            "status_detail": [None if path else "one class cannot be learnt"],
        })  # fmt: skip
    (home.artifacts / TRAINED).mkdir(parents=True)
    (home.artifacts / TRAINED / "weights.npz").write_bytes(b"weights")


def _store_texts(home: Home) -> None:
    told = {f"{SECOND}-results": image_id(PEOPLE[0], NEUTRAL), f"{FIRST}-results": image_id(PEOPLE[1], NEUTRAL)}
    with open_work(home) as connection:
        for audit_id, named in told.items():
            folder = home.audits / audit_id
            folder.mkdir(parents=True)
            (folder / "audit.html").write_text(f"<code>{named}</code>", encoding="utf-8")
            row = {"audit_id": audit_id, "suite": "s", "check_name": "c", "column_name": "", "observed": named}
            row |= {"success": True, "unexpected_count": 0, "sample_ids": write.as_json([named]), "severity": "warn"}
            _append(connection, "quality.results", {name: [value] for name, value in row.items()})
    home.logs.mkdir()
    lines = (
        f"cannot read {Path(path_of(PEOPLE[0], NEUTRAL)).name}",
        "all is well",
        f"seen {PEOPLE[1]}",
        PEOPLE[0] + "0",
    )
    (home.logs / "run.log").write_text("\n".join(lines) + "\n", encoding="utf-8")


def people_in(connection: Connection) -> list[str]:
    """The people in the catalogue."""
    return sorted(set(read.frame(connection, "select_known_people")["subject_id"]))


def affect(home: Home, *arguments: str, answer: str = "") -> tuple[int, str]:
    """Exit code and output of a command."""
    app = typer.Typer(pretty_exceptions_enable=False)
    commands_keep.add_to(app)
    environment = {"COLUMNS": "200", "AFFECT_HOME": str(home.root)}
    done = CliRunner().invoke(app, list(arguments), input=answer, env=environment)
    return done.exit_code, done.output
