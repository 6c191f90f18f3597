"""A corpus whose cameras stand at degrees of their own, none of them frontal: from folder to dashboards."""

import csv
from pathlib import Path

import pytest

from affect_store.store.engine.published_store import open_published
from affect_store.store.home import Home
from affect_store.store.sources.manifest import FILE_NAME
from affect_store.store.sources.rafd import parse
from affect_store.store.sources.synthetic.corpus import ShotRequest, render_shot
from affect_store.store.sources.synthetic.shot import INTERNAL_SCALE
from affect_store.store.vocabulary import FRONTAL_GAZE
from tests.finished import affect
from tests.flows.corpus import PEOPLE, SHOTS

pytestmark = pytest.mark.long
RENDERED_DEG = {45: 60, 135: 120}
"""The camera that each rendered photograph is said to be from."""


def corpus(folder: Path) -> None:
    """Render people from two sides; the manifest says that the cameras are less turned."""
    folder.mkdir()
    emotions = [emotion for emotion, gaze in SHOTS if gaze == FRONTAL_GAZE]
    for person in range(1, PEOPLE + 1):
        for emotion in emotions:
            angles = tuple(RENDERED_DEG)
            render_shot(ShotRequest(folder, 7, person, emotion, FRONTAL_GAZE, angles, INTERNAL_SCALE))
    labels = [(path.name, parse(path.name, "lab")) for path in sorted(folder.glob("*.jpg"))]
    with (folder / FILE_NAME).open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("path", "subject", "emotion", "angle"))
        for name, own in labels:
            writer.writerow((name, own.subject_id, own.emotion, RENDERED_DEG[own.camera_angle_deg]))


def test_cameras_of_their_own_are_references_slices_and_pages(tmp_path: Path) -> None:
    folder, home = tmp_path / "lab", tmp_path / "home"
    corpus(folder)
    assert affect("check", str(folder)).returncode == 0
    done = affect("run", "--images", str(folder), "--models", "lda", home=home)
    assert done.returncode == 0, done.stdout + done.stderr
    with open_published(Home(home)) as store:
        rules = store.execute("SELECT DISTINCT reference_rule FROM features.deltas").fetchall()
        angles = store.execute(
            "FROM features.present JOIN catalogue.images USING (image_id) SELECT camera_angle_deg, count(*) "
            "WHERE feature = 'aligned' GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        slices = store.execute("SELECT DISTINCT slice FROM registry.metrics WHERE slice LIKE 'camera%' ORDER BY 1")
        assert [name for (name,) in slices.fetchall()] == ["camera_angle_deg=120", "camera_angle_deg=60"]
    assert rules == [("neutral, same camera, unknown gaze",)]
    assert angles == [(60, 2 * PEOPLE), (120, 2 * PEOPLE)]
    features = (home / "published" / "dashboards" / "features.html").read_text(encoding="utf-8")
    assert "60°" in features and "120°" in features
