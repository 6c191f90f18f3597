"""A small published store whose answers are known: made-up faces that move as planned, predictions that err as planned.

Eight people show all emotions to two cameras with two gazes. It is written by the product's own functions, in the
order of a real run: catalogue, features, split, a run, a corrected label, the split again, more runs, publication.
"""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np

from flows import services
from flows.deltas import compute_missing
from flows.landmarks import store_misses
from flows.split import store_splits
from store.features.perceptual import perceptual_hash
from store.features.references import NO_FACE
from store.mesh import mean_face
from store.tables import publish, read, write
from store.tables.connection import Connection, open_work
from store.tables.home import STORE_FILE, Home
from store.types import seal_of
from store.vocabulary import (
    AXES,
    EMOTIONS,
    FRONTAL_DEG,
    FRONTAL_GAZE,
    GAZES,
    LANDMARK_COUNT,
    LANDMARK_GROUPS,
    NEUTRAL,
    PIXEL_BYTES,
    PIXEL_CHANNELS,
    PIXEL_HEIGHT_PX,
    PIXEL_WIDTH_PX,
    RAFD_HEIGHT_PX,
    RAFD_POPULATIONS,
    RAFD_WIDTH_PX,
    SEXES,
    USED_ANGLES_DEG,
)
from tests.faces import normalised, rotation
from tests.store.tables import small_runs

PEOPLE = tuple(f"small{number:02d}" for number in range(8))
SIDE_DEG = USED_ANGLES_DEG[0]
ANGLES = (SIDE_DEG, FRONTAL_DEG)
LOOKS = GAZES[:2]
ANGRY, CONTEMPTUOUS, DISGUSTED, FEARFUL, HAPPY, _, SAD, SURPRISED = EMOTIONS
CORPUS = "small"
LEFT_MOUTH_CORNER = 291

NOT_TAKEN = {(PEOPLE[3], FEARFUL, SIDE_DEG, LOOKS[1]), (PEOPLE[7], NEUTRAL, FRONTAL_DEG, FRONTAL_GAZE)}
"""Cells without a photograph; the second is the reference of a whole person."""

FACELESS = (PEOPLE[5], HAPPY, SIDE_DEG, LOOKS[1])
MISLABELLED = (PEOPLE[2], SAD, FRONTAL_DEG, FRONTAL_GAZE)
"""Catalogued as sad; corrected to `CORRECTED_TO` after the first split and run."""

CORRECTED_TO = DISGUSTED
PICTURED = PEOPLE[:1]
"""The people whose thumbnails are stored."""

Cell = tuple[str, str, int, str]


def image_id(cell: Cell) -> str:
    """The identifier of a cell's photograph."""
    return hashlib.sha256("/".join(map(str, cell)).encode()).hexdigest()


def cells() -> list[Cell]:
    """Every cell with a photograph, in order."""
    return [cell for cell in product(PEOPLE, EMOTIONS, ANGLES, LOOKS) if cell not in NOT_TAKEN]


def sex(person: str) -> str:
    """Every second person is of the other sex."""
    return SEXES[PEOPLE.index(person) % len(SEXES)]


def movement(emotion: str) -> np.ndarray:
    """What an expression adds to the face (468, 3), inter-ocular distances: x to the picture's right, y down."""
    moved = np.zeros((LANDMARK_COUNT, AXES))
    mouth, brows = list(LANDMARK_GROUPS["mouth"]), [*LANDMARK_GROUPS["left eyebrow"], *LANDMARK_GROUPS["right eyebrow"]]
    if emotion == HAPPY:
        moved[mouth, 0] = 0.3 * mean_face()[mouth, 0]
    if emotion == SURPRISED:
        moved[brows, 1] = -0.2
    if emotion == ANGRY:
        moved[brows, 1] = 0.1
    if emotion == CONTEMPTUOUS:
        moved[LEFT_MOUTH_CORNER, 1] = -0.15
    if emotion in (DISGUSTED, FEARFUL, SAD):
        moved[mouth, 1] = 0.02
    return moved


def faces() -> tuple[list[str], np.ndarray]:
    """Ids and landmarks (n, 468, 3) of every photograph with a face, image-normalised."""
    rng = np.random.default_rng(7)
    own = {person: mean_face() * rng.uniform(0.9, 1.1, AXES) for person in PEOPLE}
    shown = [cell for cell in cells() if cell != FACELESS]
    found = np.empty((len(shown), LANDMARK_COUNT, AXES), np.float32)
    for place, (person, emotion, angle, _) in enumerate(shown):
        face = own[person] + movement(emotion) + rng.normal(0, 0.002, (LANDMARK_COUNT, AXES))
        turned = face @ rotation(np.array([0.0, 1.0, 0.0]), np.radians(FRONTAL_DEG - angle)).T
        found[place] = normalised(turned * 160 + np.array([340, 512, 0]), (RAFD_WIDTH_PX, RAFD_HEIGHT_PX))
    return [image_id(cell) for cell in shown], found


@cache
def small_home() -> Home:
    """The home with the publication, made once for all tests of a session: only read it."""
    root = Path(tempfile.mkdtemp(prefix="small_store_"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    return build(Home(root / ".affect"))


def build(home: Home) -> Home:
    """Write and publish the store."""
    with open_work(home) as connection:
        versions = services.make_current(connection, services.views.chosen())
        _catalogue(connection)
        _features(connection, versions)
    compute_missing(home)
    first = store_splits(home, seed=1, corpus=CORPUS)
    with open_work(home) as connection:
        small_runs.store_early_run(connection, first["by_person"])
        _correct(connection)
    current = store_splits(home, seed=1, corpus=CORPUS)
    with open_work(home) as connection:
        small_runs.store_runs(connection, current)
    publish.publish(home, "1", lambda folder: publish.write_store(home.work, folder / STORE_FILE))
    return home


def _catalogue(connection: Connection) -> None:
    moment = write.now()
    rows = [_image(cell) | {"ingested_at": moment, "known_at": moment} for cell in cells()]
    for table in ("catalogue.images", "catalogue.labels"):
        names = [name for name in write.BY_NAME[table].columns if name in rows[0]]
        write.append(connection, table, write.batch(table, {name: [row[name] for row in rows] for name in names}))
    reject = {"corpus": [CORPUS], "path": ["notes.jpg"], "reason": ["unreadable"], "detail": ["no picture"]}
    rows_ = write.batch("catalogue.rejects", {**reject, "seen_at": [moment]})
    write.append(connection, "catalogue.rejects", rows_)


def _image(cell: Cell) -> dict[str, object]:
    person, emotion, angle, gaze = cell
    population = RAFD_POPULATIONS[PEOPLE.index(person) % len(RAFD_POPULATIONS)]
    return {
        "image_id": image_id(cell), "corpus": CORPUS, "subject_id": person, "sex": sex(person),
        "path": f"{person}_{emotion}_{angle:03d}_{gaze}.jpg", "population": population, "emotion": emotion,
        "camera_angle_deg": angle, "gaze": gaze, "width_px": RAFD_WIDTH_PX, "height_px": RAFD_HEIGHT_PX,
        "size_bytes": 1234,
    }  # fmt: skip


def _features(connection: Connection, versions: dict[str, str]) -> None:
    ids, xyz = faces()
    stored = {"image_id": ids, "version": [versions["landmarks"]] * len(ids), "created_at": [write.now()] * len(ids)}
    seals = [seal_of(one, row.tobytes()) for one, row in zip(ids, xyz, strict=True)]
    columns = {**stored, "xyz": xyz.reshape(len(ids), -1), "seal": seals}
    write.append(connection, "features.landmarks", write.batch("features.landmarks", columns))
    store_misses(connection, [(image_id(FACELESS), "landmarks", versions["landmarks"], NO_FACE)])
    _pixels(connection, versions["pixels"], [image_id(cell) for cell in cells() if cell[0] in PICTURED])


def _pixels(connection: Connection, version: str, ids: list[str]) -> None:
    rgb = np.random.default_rng(7).integers(0, 256, (len(ids), PIXEL_BYTES), dtype=np.uint8)
    shape = (PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, PIXEL_CHANNELS)
    columns = {
        "image_id": ids, "version": [version] * len(ids), "created_at": [write.now()] * len(ids),
        "rgb": [one.tobytes() for one in rgb], "perceptual_hash": [perceptual_hash(one.reshape(shape)) for one in rgb],
        "seal": [seal_of(one, row.tobytes()) for one, row in zip(ids, rgb, strict=True)],
    }  # fmt: skip
    write.append(connection, "features.pixels", write.batch("features.pixels", columns))


def _correct(connection: Connection) -> None:
    known = read.frame(connection, "select_known_photos").rows_by_key("image_id", named=True, unique=True)
    columns = write.BY_NAME["catalogue.labels"].columns
    row = {name: value for name, value in known[image_id(MISLABELLED)].items() if name in columns}
    row |= {"image_id": image_id(MISLABELLED), "emotion": CORRECTED_TO, "known_at": write.now()}
    write.append(
        connection, "catalogue.labels", write.batch("catalogue.labels", {name: [row[name]] for name in columns})
    )
    labels = {name: value for name, value in row.items() if name not in ("image_id", "known_at")}
    write.correct_labels(connection, image_id(MISLABELLED), {**labels, "excluded_reason": None})
