"""A corpus with a class of its own beside a corpus of the eight in one home: each takes two commands to dashboards."""

import csv
import io
import json
from pathlib import Path

import pytest

from affect_store.store.emotion_classes import EIGHT
from affect_store.store.sources.declared_emotions import FILE_NAME
from affect_store.store.vocabulary import EMOTIONS
from tests.finished import affect
from tests.flows.corpus import PEOPLE, SHOTS, SURPRISED, add_person, render

pytestmark = pytest.mark.long
STARTLED = "startled"
"""What the photographs of surprised people are called in the corpus with a class of its own."""

CONFUSION = (
    "select truth, predicted, n from confusion where split = '{split}' and part = 'test' and model = 'lda' order by all"
)


def with_manifest(people: Path, folder: Path, word: str) -> Path:
    """Copy photographs under names without labels; the manifest calls surprise by this word.

    The folder is the name of the corpus, and so part of the ids by which people are assigned to parts.
    """
    folder.mkdir(parents=True)
    rows = []
    for number, path in enumerate(sorted(people.glob("*.jpg"))):
        _, subject, _, _, emotion, gaze = path.stem.split("_")
        (folder / f"{number}.jpg").write_bytes(path.read_bytes())
        rows.append((f"{number}.jpg", subject, word if emotion == SURPRISED else emotion, gaze))
    text = io.StringIO()
    csv.writer(text).writerows([("path", "subject", "emotion", "gaze"), *rows])
    (folder / "manifest.csv").write_text(text.getvalue(), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rendered") / "people"
    render(folder)
    return folder


def run(folder: Path, home: Path, models: str = "lda") -> None:
    """Check and run a folder, the two commands from photographs to dashboards."""
    assert affect("check", str(folder)).returncode == 0
    done = affect("run", "--images", str(folder), "--models", models, "--epochs", "1", home=home)
    assert done.returncode == 0, done.stdout + done.stderr


def answer(home: Path, query: str) -> list[dict[str, object]]:
    """Return the rows of a query on the published store."""
    rows: list[dict[str, object]] = json.loads(affect("sql", query, "--json", home=home).stdout)
    return rows


def test_two_corpora_of_different_classes_live_in_one_home(people: Path, tmp_path: Path) -> None:
    home, own = tmp_path / "home", with_manifest(people, tmp_path / "own" / "lab", STARTLED)
    refused = json.loads(affect("check", str(own), "--json").stdout)
    assert refused["photographs"] == PEOPLE * (len(SHOTS) - 1)
    assert all(FILE_NAME in reject["detail"] for reject in refused["rejects"])
    (own / FILE_NAME).write_text(f'further_emotions = ["{STARTLED}", "bored"]\n', encoding="utf-8")
    run(own, home, "lda,point_mlp")

    confusions = answer(home, CONFUSION.format(split="by_image"))
    assert STARTLED in {row["truth"] for row in confusions} and SURPRISED not in {row["truth"] for row in confusions}
    page = (home / "published" / "dashboards" / "model-lda.html").read_text(encoding="utf-8")
    assert STARTLED in page and "bored" not in page, "a class that is declared and never shown is not on a page"

    photograph, neutral = (str(own / name) for name in ("1.jpg", "0.jpg"))
    text = affect("predict", photograph, "--neutral", neutral, "--model", "lda", "--csv", home=home).stdout
    (row,) = csv.DictReader(io.StringIO(text))
    chances = {name: float(value) for name, value in row.items() if name.endswith("_prob")}
    assert set(chances) == {*EIGHT.probabilities, f"{STARTLED}_prob"}
    assert sum(chances.values()) == pytest.approx(1, abs=1e-4)
    assert chances[f"{row['predicted']}_prob"] == max(chances.values())

    same = tmp_path / "same"
    run(with_manifest(people, tmp_path / "eight" / "lab", SURPRISED), same)
    for split in ("by_person", "by_image"):
        expected = answer(same, CONFUSION.format(split=split))
        renamed = [{k: STARTLED if v == SURPRISED else v for k, v in row.items()} for row in expected]
        received = answer(home, CONFUSION.format(split=split))
        assert sorted(map(str, renamed)) == sorted(map(str, received)), "a name changes no figure"

    plain = tmp_path / "plain"
    plain.mkdir()
    for person in range(PEOPLE + 1, 2 * PEOPLE + 1):
        add_person(plain, person)
    run(plain, home)
    classes = {row["emotion"]: row["label"] for row in answer(home, "from catalogue.emotions")}
    assert classes == {**dict(zip(EMOTIONS, range(8), strict=True)), STARTLED: 8}
    further = answer(home, "select further_emotions from splits.sets order by created_at")
    assert [row["further_emotions"] for row in further][-2:] == [None, None]
    page = (home / "published" / "dashboards" / "model-lda.html").read_text(encoding="utf-8")
    assert SURPRISED in page and STARTLED not in page

    done = affect("train", "--on", "plain", "--test", "lab", "--model", "lda", home=home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Left out of the test: {STARTLED}" in " ".join(done.stdout.split())
    scores = answer(home, "select emotion, n_images, n_people from cross_corpus")
    assert scores[0] == {"emotion": "all", "n_images": PEOPLE * (len(SHOTS) - 1), "n_people": PEOPLE}
    page = (home / "published" / "dashboards" / "cross-corpus.html").read_text(encoding="utf-8")
    assert "Trained on plain, tested on lab" in page
    assert answer(home, "select distinct corpus from splits.current join splits.assignments using (split_id) "
                        "join catalogue.images using (image_id)") == [{"corpus": "plain"}]  # fmt: skip
    again = affect("train", "--on", "plain", "--test", "lab", "--model", "lda", home=home)
    assert "0 models to train, 1 already trained" in again.stdout and "Nothing new" in again.stdout
