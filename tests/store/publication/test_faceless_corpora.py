"""Thumbnails are published of those corpora only whose runs publish faces."""

import json
from pathlib import Path

import polars as pl
import pytest

from affect_store.store.engine.work_store import open_work
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.offline.feature_store import FeatureStore
from affect_store.store.publication import publish
from affect_store.store.publication.manifest import FILE
from tests.stores import clean

MOVED = "UPDATE catalogue.images SET corpus = 'rest' WHERE subject_id IN (SELECT unnest($people))"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with half of the people in another corpus."""
    home = clean.copy(tmp_path)
    with open_work(home) as connection:
        connection.execute(MOVED, {"people": list(clean.PEOPLE[::2])})
    return home


def publish_without(home: Home, faceless: list[str]) -> None:
    def fill(folder: Path) -> None:
        publish.write_store(home.work, folder / STORE_FILE, with_faces=True, faceless=faceless)

    publish.publish(home, "1", fill)


@pytest.mark.long
@pytest.mark.parametrize("faceless", [[], [clean.CORPUS], ["rest"], [clean.CORPUS, "rest"]])
def test_thumbnails_of_a_corpus_are_left_out_and_everything_else_is_published(home: Home, faceless: list[str]) -> None:
    publish_without(home, faceless)
    with open_work(home) as connection:
        pixels = connection.execute(
            "SELECT image_id, corpus, rgb FROM features.pixels JOIN catalogue.images USING (image_id)"
        ).pl()
        ((split_id, fingerprint), *_) = connection.execute("SELECT split_id, fingerprint FROM splits.sets").fetchall()
    expected = pixels.filter(~pl.col("corpus").is_in(faceless))
    with FeatureStore.open(home) as store:
        published = store.get_features("pixels").polars()
        every = store.get_features("pixels", pixels["image_id"].to_list()).polars()
        landmarks = store.get_features("landmarks").polars()
        assert store.fingerprint(split_id) == fingerprint, "withheld thumbnails count by their stored checksums"
    assert dict(published.rows()) == dict(expected.select("image_id", "rgb").rows())
    assert every["pixels"].is_null().to_list() == pixels["corpus"].is_in(faceless).to_list()
    assert {"clean", "rest"} == set(pixels.filter(pl.col("image_id").is_in(landmarks["image_id"].implode()))["corpus"])


def test_the_bytes_of_a_withheld_thumbnail_are_not_in_the_file(home: Home) -> None:
    with open_work(home) as connection:
        thumbnails = dict(
            connection.execute(
                "SELECT corpus, any_value(rgb) FROM features.pixels JOIN catalogue.images USING (image_id) GROUP BY ALL"
            ).fetchall()
        )
    publish_without(home, ["rest"])
    content = home.published_store.read_bytes()
    assert thumbnails[clean.CORPUS][:256] in content
    assert thumbnails["rest"][:256] not in content


def test_a_publication_is_current_only_with_the_same_corpora_left_out(home: Home) -> None:
    publish_without(home, ["rest"])
    assert publish.is_current(home, with_faces=True, faceless=["rest"])
    assert not publish.is_current(home, with_faces=True)
    assert not publish.is_current(home, with_faces=True, faceless=["rest", "other"])
    assert not publish.is_current(home, faceless=["rest"])


def test_a_publication_of_an_earlier_version_left_nothing_out(home: Home) -> None:
    publish_without(home, [])
    manifest = home.published / FILE
    entries = json.loads(manifest.read_text(encoding="utf-8"))
    del entries["faceless"]
    manifest.write_text(json.dumps(entries), encoding="utf-8")
    assert publish.is_current(home, with_faces=True)
    assert not publish.is_current(home, with_faces=True, faceless=["rest"])
