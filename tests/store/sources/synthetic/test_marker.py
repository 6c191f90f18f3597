"""A folder belongs to one seed and one version of the corpus."""

from __future__ import annotations

from pathlib import Path

import pytest

from affect_store.store.errors import CorpusError
from affect_store.store.sources.synthetic.marker import MARKER_NAME, Marker, claim_folder, read_marker

OURS = Marker(seed=7, people=8)


@pytest.mark.parametrize(
    ("other", "named"),
    [(Marker(seed=8, people=8), "seed 7"), (Marker(seed=7, people=8, renderer=1), "version 1")],
)
def test_another_corpus_in_the_folder_is_refused(tmp_path: Path, other: Marker, named: str) -> None:
    claim_folder(tmp_path, OURS)
    with pytest.raises(CorpusError, match=named):
        claim_folder(tmp_path, other)
    assert read_marker(tmp_path) == OURS


def test_more_people_are_noted_and_fewer_change_nothing(tmp_path: Path) -> None:
    for people, noted in ((8, 8), (12, 12), (4, 12)):
        claim_folder(tmp_path, Marker(seed=7, people=people))
        assert read_marker(tmp_path) == Marker(seed=7, people=noted)


def test_photographs_of_unknown_origin_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "Rafd090_01.jpg").write_bytes(b"someone's")
    with pytest.raises(CorpusError, match=MARKER_NAME):
        claim_folder(tmp_path, OURS)
    assert [path.name for path in tmp_path.iterdir()] == ["Rafd090_01.jpg"]


@pytest.mark.parametrize("text", ["", "{}", '{"seed": "x", "people": 1, "renderer": 1}', "[1]"])
def test_a_note_that_cannot_be_read_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / MARKER_NAME).write_text(text)
    with pytest.raises(CorpusError, match="cannot be read"):
        claim_folder(tmp_path, OURS)
