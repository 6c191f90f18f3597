"""CK+: the first frame and the peak of labelled sequences are used, and every other sequence is named."""

import os
from pathlib import Path

import pytest

from affect_store.store.errors import CorpusError, CorpusNameError
from affect_store.store.sources import ckplus, layouts
from affect_store.store.types import Candidate, Reject


def sequence(folder: Path, person: str, number: str, frames: int, label: str | None) -> None:
    """Add a sequence of empty frames, and its label file."""
    images = folder / "cohn-kanade-images" / person / number
    images.mkdir(parents=True)
    for frame in range(1, frames + 1):
        (images / f"{person}_{number}_{frame:08d}.png").touch()
    emotion = folder / "Emotion" / person / number
    emotion.mkdir(parents=True)
    if label is not None:
        (emotion / f"{person}_{number}_{frames:08d}_emotion.txt").write_text(label)


def entries(folder: Path) -> tuple[list[tuple[str, str]], list[Reject]]:
    """Names and emotions of the photographs that are used, and the rejects."""
    scanned = list(layouts.LAYOUTS["ckplus"](folder, "lab"))
    used = [(entry.path.name, entry.labels.emotion) for entry in scanned if isinstance(entry, Candidate)]
    return used, [entry for entry in scanned if isinstance(entry, Reject)]


EMOTIONS = ["neutral", "angry", "contemptuous", "disgusted", "fearful", "happy", "sad", "surprised"]


@pytest.mark.parametrize("number", range(8))
def test_the_first_frame_is_neutral_and_the_peak_has_the_label(number: int, tmp_path: Path) -> None:
    sequence(tmp_path, "S005", "001", 11, f"   {number:.7e}\n")
    used, rejects = entries(tmp_path)
    assert used == [("S005_001_00000001.png", "neutral"), ("S005_001_00000011.png", EMOTIONS[number])]
    assert not rejects and layouts.detect_layout(tmp_path, None) == "ckplus"
    assert "9 frames between are not used" in layouts.remarks(tmp_path, "ckplus")[0]


def test_sequences_that_cannot_be_used_are_one_reject_each_with_the_person(tmp_path: Path) -> None:
    sequence(tmp_path, "S005", "001", 3, "3.0")
    sequence(tmp_path, "S010", "001", 4, "8.0")
    sequence(tmp_path, "S010", "002", 4, "joy")
    sequence(tmp_path, "S011", "001", 0, "1.0")
    (tmp_path / "cohn-kanade-images" / "S999.png").touch()
    used, rejects = entries(tmp_path)
    assert len(used) == 2
    assert [(reject.reason, reject.subject_id) for reject in rejects] == [
        ("bad name", None), ("bad label file", "lab-S010"), ("bad label file", "lab-S010"),
        ("sequence without frames", "lab-S011"),
    ]  # fmt: skip
    assert "'8.0', expected a number from 0 to 7" in rejects[1].detail


def test_the_peak_of_a_sequence_without_a_label_is_unlabelled(tmp_path: Path) -> None:
    sequence(tmp_path, "S005", "001", 3, "3.0")
    sequence(tmp_path, "S005", "002", 4, None)
    sequence(tmp_path, "S005", "003", 1, None)
    used, rejects = entries(tmp_path)
    assert used[2:] == [
        ("S005_002_00000001.png", "neutral"), ("S005_002_00000004.png", "unknown"),
        ("S005_003_00000001.png", "unknown"),
    ]  # fmt: skip
    assert not rejects
    assert "of 3 sequences 1 have a label" in layouts.remarks(tmp_path, "ckplus")[0]


def test_without_any_label_file_no_sequence_is_used(tmp_path: Path) -> None:
    sequence(tmp_path, "S005", "002", 4, None)
    used, rejects = entries(tmp_path)
    assert not used and "no file 'S005_002_00000004_emotion.txt'" in rejects[0].detail


def test_a_label_names_its_frame_and_a_missing_one_is_named(tmp_path: Path) -> None:
    sequence(tmp_path, "S005", "001", 5, "3.0")
    (peak,) = tmp_path.rglob("S005_001_00000005.png")
    peak.unlink()
    *_, candidate = layouts.LAYOUTS["ckplus"](tmp_path, "lab")
    assert isinstance(candidate, Candidate) and candidate.path == peak, "rejected as a missing file when it is read"
    assert candidate.hint == "named by S005_001_00000005_emotion.txt"


def test_a_pipe_as_a_label_file_is_not_waited_for(tmp_path: Path) -> None:
    sequence(tmp_path, "S005", "001", 3, None)
    os.mkfifo(tmp_path / "Emotion" / "S005" / "001" / "S005_001_00000003_emotion.txt")
    used, rejects = entries(tmp_path)
    assert not used and "named pipe" in rejects[0].detail


def test_a_folder_without_label_files_gets_a_message(tmp_path: Path) -> None:
    sequence(tmp_path, "S005", "001", 3, None)
    scanned = list(layouts.LAYOUTS["ckplus"](tmp_path, "lab"))
    with pytest.raises(CorpusError, match=r"unlabelled sequence: .*_emotion\.txt"):
        layouts.require_labels(tmp_path, "ckplus", scanned)


def test_label_folders_are_found_beside_the_frames(tmp_path: Path) -> None:
    sequence(tmp_path, "S005", "001", 3, "3.0")
    assert len(list(layouts.labelled_beside(tmp_path, "lab", "ckplus"))) == 2
    assert not list(layouts.labelled_beside(tmp_path / "cohn-kanade-images", "lab", "ckplus"))
    assert not list(layouts.labelled_beside(tmp_path, "lab", "kdef"))


def test_the_person_is_in_the_name_of_a_frame() -> None:
    assert ckplus.subject_in("S005_001_00000011.png", "lab") == "lab-S005"
    with pytest.raises(CorpusNameError):
        ckplus.subject_in("S5_1.png", "lab")


def test_the_person_is_in_the_name_of_a_label_file() -> None:
    assert ckplus.subject_in("S005_001_00000011_emotion.txt", "lab") == "lab-S005"
