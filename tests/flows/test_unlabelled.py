"""Unlabelled photographs: catalogued, with features and predictions, in no split and no score; labelled later."""

import csv
import json
from pathlib import Path

import pytest

from affect_store.store.engine.published_store import open_published
from affect_store.store.home import Home
from affect_store.store.sources.manifest import FILE_NAME
from affect_store.store.sources.rafd import parse
from tests.finished import affect
from tests.flows.corpus import HAPPY, PEOPLE, render

pytestmark = pytest.mark.long
MODEL = "lda"


def write_manifest(folder: Path, unlabelled: set[str]) -> None:
    """Write a manifest of rendered photographs; the happy ones of these people have no label."""
    with (folder / FILE_NAME).open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("path", "subject", "emotion", "gaze", "sex"))
        for path in sorted(folder.glob("*.jpg")):
            labels = parse(path.name, "lab")
            is_unlabelled = labels.emotion == HAPPY and labels.subject_id in unlabelled
            emotion = "" if is_unlabelled else labels.emotion
            writer.writerow((path.name, labels.subject_id, emotion, labels.gaze, labels.sex))


def run(folder: Path, home: Path) -> str:
    done = affect("run", "--images", str(folder), "--models", MODEL, home=home)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def rows(home: Path, query: str) -> list[tuple]:
    with open_published(Home(home)) as connection:
        return connection.execute(query).fetchall()


def test_unlabelled_photographs_are_predicted_and_not_scored_until_they_have_a_label(tmp_path: Path) -> None:
    folder, home = tmp_path / "lab", tmp_path / "home"
    render(folder)
    people = sorted({parse(path.name, "lab").subject_id for path in folder.glob("*.jpg")})
    write_manifest(folder, set(people[:3]))
    checked = json.loads(affect("check", str(folder), "--json").stdout)
    assert any("3 photographs without a label" in finding for finding in checked["findings"])
    assert checked["emotions"]["unknown"] == 3 and not [
        cell for cell in checked["missing_cells"] if cell["emotion"] == "unknown"
    ]
    assert "predict unlabelled photographs" in run(folder, home)
    unknown = "(FROM catalogue.images WHERE emotion = 'unknown')"
    assert rows(home, f"SELECT count(*) FROM {unknown}") == [(3,)]
    assert rows(home, f"SELECT count(*) FROM features.present SEMI JOIN {unknown} USING (image_id) "
                      "WHERE feature IN ('landmarks', 'aligned', 'frontal_unit')") == [(9,)]  # fmt: skip
    for table in ("splits.assignments", "registry.predictions"):
        assert rows(home, f"SELECT count(*) FROM {table} SEMI JOIN {unknown} USING (image_id)") == [(0,)]
    predicted = rows(home, "SELECT model, recipe, count(*), count(DISTINCT image_id) FROM unlabelled GROUP BY ALL")
    assert {model for model, *_ in predicted} == {MODEL}
    assert {(n, photographs) for *_, n, photographs in predicted} == {(3, 3)}
    assert all(0 < confidence <= 1 for (confidence,) in rows(home, "SELECT confidence FROM unlabelled"))
    page = (home / "published" / "dashboards" / "data.html").read_text(encoding="utf-8")
    assert "Unlabelled photographs" in page
    assert "Nothing new" in run(folder, home)
    write_manifest(folder, set(people[:1]))
    run(folder, home)
    assert rows(home, f"SELECT count(*) FROM {unknown}") == [(1,)]
    assert rows(home, "SELECT DISTINCT count(*) FROM unlabelled GROUP BY run_id") == [(1,)]
    write_manifest(folder, set())
    run(folder, home)
    assert rows(home, "SELECT count(*) FROM registry.unlabelled_predictions") == [(0,)]
    members = "splits.assignments JOIN splits.current USING (split_id) WHERE strategy = 'by_person'"
    assert rows(home, f"SELECT count(*) FROM {members}") == [(4 * PEOPLE,)]
