"""The written folder: names, bytes, what is kept, what is refused. Pictures are rendered at a tenth of the scale."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import cv2
import pytest

from affect_store.store.errors import CorpusError
from affect_store.store.sources.synthetic import corpus, marker
from affect_store.store.sources.synthetic.corpus import ShotRequest, file_name, render_corpus, render_shot
from affect_store.store.sources.synthetic.person.sampling import population_and_sex
from affect_store.store.vocabulary import (
    ANGLES_DEG,
    EMOTIONS,
    FRONTAL_DEG,
    FRONTAL_GAZE,
    GAZES,
    NEUTRAL,
    RAFD_HEIGHT_PX,
    RAFD_WIDTH_PX,
)

SCALE = 0.1
GOLDEN_BRIGHTNESS = ((213, 171, 214), (196, 195, 199), (218, 155, 218), (67, 55, 67))
"""Mean grey levels of a 4 x 3 grid over the first person's neutral photograph."""

SEED = 7
PER_PERSON = len(EMOTIONS) * len(GAZES) * len(ANGLES_DEG)


@pytest.fixture(autouse=True)
def low_resolution(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "INTERNAL_SCALE", SCALE)


@pytest.fixture
def small_design(monkeypatch: pytest.MonkeyPatch) -> int:
    """Reduce the design to two emotions and one gaze; return the number of photographs per person."""
    monkeypatch.setattr(corpus, "EMOTIONS", EMOTIONS[:2])
    monkeypatch.setattr(corpus, "GAZES", GAZES[:1])
    return 2 * len(ANGLES_DEG)


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.jpg")}


def request(folder: Path, person: int, angles: tuple[int, ...], gaze: str = FRONTAL_GAZE) -> ShotRequest:
    return ShotRequest(folder, SEED, person, NEUTRAL, gaze, angles, SCALE)


def test_name_of_a_photograph_is_rafd_s() -> None:
    population, sex = population_and_sex(1)
    assert file_name(1, EMOTIONS[0], GAZES[0], FRONTAL_DEG) == (
        f"Rafd090_01_{population}_{sex}_{EMOTIONS[0]}_{GAZES[0]}.jpg"
    )


def test_a_person_has_every_cell_of_the_design_once(tmp_path: Path) -> None:
    requests = list(corpus._missing_shots(tmp_path, marker.Marker(SEED, 1)))
    cells = {(shot.emotion, shot.gaze, angle) for shot in requests for angle in shot.angles_deg}
    assert len(requests) == len(EMOTIONS) * len(GAZES)
    assert len(cells) == PER_PERSON


def test_photograph_is_a_jpeg_of_rafd_s_size(tmp_path: Path) -> None:
    render_shot(request(tmp_path, 1, (FRONTAL_DEG,)))
    (path,) = tmp_path.glob("*.jpg")
    assert cv2.imread(str(path)).shape == (RAFD_HEIGHT_PX, RAFD_WIDTH_PX, 3)
    assert path.read_bytes()[:3] == b"\xff\xd8\xff"


def test_the_first_photograph_of_the_first_version_is_as_it_was(tmp_path: Path) -> None:
    """After an intended change add a version, so that old and new pictures never mix in a folder."""
    render_shot(request(tmp_path, 1, (FRONTAL_DEG,)))
    (path,) = tmp_path.glob("*.jpg")
    brightness = cv2.resize(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE), (3, 4), interpolation=cv2.INTER_AREA)
    assert abs(brightness.astype(int) - GOLDEN_BRIGHTNESS).max() <= 2  # platforms round JPEG differently


def test_order_and_company_do_not_change_a_byte(tmp_path: Path) -> None:
    forward, backward = tmp_path / "forward", tmp_path / "backward"
    forward.mkdir(), backward.mkdir()
    people = (1, 2)
    for person in people:
        render_shot(request(forward, person, ANGLES_DEG))
    for person in reversed(people):
        render_shot(request(backward, person, ANGLES_DEG[:1], GAZES[1]))  # a shot that the other folder does not have
        for angle in reversed(ANGLES_DEG):
            render_shot(request(backward, person, (angle,)))
    assert len(digests(forward)) == len(people) * len(ANGLES_DEG)
    assert digests(forward).items() <= digests(backward).items()


def test_processes_do_not_change_a_byte_and_progress_reaches_the_end(tmp_path: Path) -> None:
    claimed = marker.Marker(seed=SEED, people=1)
    marker.claim_folder(tmp_path, claimed)
    for shot in list(corpus._missing_shots(tmp_path, claimed))[2:]:  # little is left for the processes to draw
        for angle in shot.angles_deg:
            (tmp_path / file_name(1, shot.emotion, shot.gaze, angle)).write_bytes(b"kept")
    steps: list[tuple[int, int]] = []
    result = render_corpus(tmp_path, people=1, seed=SEED, processes=2, on_progress=lambda *step: steps.append(step))
    alone = tmp_path / "alone"
    alone.mkdir()
    for shot in list(corpus._missing_shots(alone, claimed))[:2]:
        render_shot(shot)
    assert (result.written, result.kept) == (2 * len(ANGLES_DEG), PER_PERSON - 2 * len(ANGLES_DEG))
    assert steps[0] == (result.kept, PER_PERSON) and steps[-1] == (PER_PERSON, PER_PERSON)
    assert digests(alone).items() <= digests(tmp_path).items()


def test_second_call_writes_nothing_and_says_so(tmp_path: Path, small_design: int) -> None:
    first = render_corpus(tmp_path, people=1, seed=SEED, processes=1)
    times = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.jpg")}
    second = render_corpus(tmp_path, people=1, seed=SEED, processes=1)
    assert (first.written, first.kept) == (small_design, 0)
    assert (second.written, second.kept) == (0, small_design)
    assert times == {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.jpg")}


def test_only_the_missing_photograph_is_drawn_again_with_the_same_bytes(tmp_path: Path, small_design: int) -> None:
    render_corpus(tmp_path, people=1, seed=SEED, processes=1)
    before = digests(tmp_path)
    lost = sorted(tmp_path.glob("*.jpg"))[3]
    lost.write_bytes(b"")  # what a full disk leaves
    result = render_corpus(tmp_path, people=1, seed=SEED, processes=1)
    assert (result.written, result.kept) == (1, small_design - 1)
    assert digests(tmp_path) == before


def test_a_corpus_may_grow_by_people(tmp_path: Path, small_design: int) -> None:
    render_corpus(tmp_path, people=1, seed=SEED, processes=1)
    result = render_corpus(tmp_path, people=2, seed=SEED, processes=1)
    assert (result.written, result.kept) == (small_design, small_design)
    assert json.loads((tmp_path / marker.MARKER_NAME).read_text())["people"] == 2


def test_interruption_leaves_whole_files_only(
    tmp_path: Path, small_design: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt_in_the_middle(self: Path, content: bytes) -> int:
        if ".jpg" in self.name and len(list(tmp_path.glob("*.jpg"))) == 3:
            self.open("wb").write(content[: len(content) // 2])
            raise KeyboardInterrupt
        return whole_write(self, content)

    whole_write = Path.write_bytes
    monkeypatch.setattr(Path, "write_bytes", interrupt_in_the_middle)
    with pytest.raises(KeyboardInterrupt):
        render_corpus(tmp_path, people=1, seed=SEED, processes=1)
    monkeypatch.undo()
    assert len(list(tmp_path.glob("*.jpg"))) == 3
    assert all(cv2.imread(str(path)) is not None for path in tmp_path.glob("*.jpg"))
    assert not list(tmp_path.glob(f".*{marker.PART_SUFFIX}"))


def test_parts_of_a_killed_run_are_removed(tmp_path: Path, small_design: int) -> None:
    (tmp_path / f".Rafd090.jpg{marker.PART_SUFFIX}").write_bytes(b"half")
    render_corpus(tmp_path, people=1, seed=SEED, processes=1)
    assert len(list(tmp_path.iterdir())) == small_design + 2, "the photographs, the marker and the action units"


def test_a_folder_keeps_its_version_and_a_new_one_gets_the_latest(tmp_path: Path, small_design: int) -> None:
    first, second, new = (tmp_path / name for name in ("first", "second", "new"))
    render_corpus(first, people=1, seed=SEED, version=marker.UNIFORM, processes=1)
    render_corpus(second, people=1, seed=SEED, version=marker.VARIED, processes=1)
    render_corpus(new, people=1, seed=SEED, processes=1)
    assert digests(first) != digests(second) == digests(new)
    for kept, version in ((first, marker.UNIFORM), (second, marker.VARIED)):
        before = digests(kept)
        min(kept.glob("*.jpg")).unlink()
        assert render_corpus(kept, people=1, seed=SEED, processes=1).written == 1
        assert digests(kept) == before
        claimed = marker.read_marker(kept)
        assert claimed is not None and claimed.renderer == version
    with pytest.raises(CorpusError, match="version 1 of the corpus; requested: seed 7, version 2"):
        render_corpus(first, people=1, seed=SEED, version=marker.VARIED)
    with pytest.raises(CorpusError, match="version of the corpus is 3, expected 1 or 2"):
        render_corpus(tmp_path / "other", people=1, version=3)
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("people", [0, 100, -1])
def test_a_number_of_people_without_two_digits_is_refused(tmp_path: Path, people: int) -> None:
    with pytest.raises(CorpusError, match="1 to 99"):
        render_corpus(tmp_path / "new", people=people)
    assert not (tmp_path / "new").exists()
