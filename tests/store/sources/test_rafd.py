import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affect_store.store.errors import CorpusError, CorpusNameError
from affect_store.store.sources import rafd
from affect_store.store.types import Candidate, Reject
from affect_store.store.vocabulary import ANGLES_DEG, EMOTIONS, GAZES, RAFD_POPULATIONS, SEXES


@given(
    st.sampled_from(ANGLES_DEG),
    st.integers(1, 99),
    st.sampled_from(RAFD_POPULATIONS),
    st.sampled_from(SEXES),
    st.sampled_from(EMOTIONS),
    st.sampled_from(GAZES),
)
def test_every_name_of_the_grammar_is_read_back(
    angle: int, model: int, population: str, sex: str, emotion: str, gaze: str
) -> None:
    labels = rafd.parse(f"Rafd{angle:03d}_{model:02d}_{population}_{sex}_{emotion}_{gaze}.jpg", "lab")
    assert labels.subject_id == f"lab-{model:02d}"
    assert (labels.camera_angle_deg, labels.population, labels.sex) == (angle, population, sex)
    assert (labels.emotion, labels.gaze) == (emotion, gaze)


@given(st.text(max_size=80))
def test_any_other_text_is_an_error_and_nothing_worse(name: str) -> None:
    with pytest.raises(CorpusNameError):
        rafd.parse(name, "lab")


def test_the_bad_field_is_named() -> None:
    with pytest.raises(CorpusNameError, match="angle is '060', expected one of 000 045 090 135 180"):
        rafd.parse("Rafd060_01_Kid_male_angry_left.jpg", "lab")
    with pytest.raises(CorpusNameError, match="emotion is 'furious'"):
        rafd.parse("Rafd090_01_Kid_male_furious_left.jpg", "lab")


def test_a_folder_is_read_in_order_with_rejects_and_without_other_files(tmp_path: Path) -> None:
    for name in ("b.txt", "Rafd090_01_Kid_male_sad_left.jpg", ".hidden.jpg", "IMG_1.jpg", "notes.md"):
        (tmp_path / name).write_bytes(b"x")
    reject, candidate = rafd.scan(tmp_path, "lab")
    assert isinstance(reject, Reject) and reject.reason == "bad name"
    assert isinstance(candidate, Candidate)


def test_a_name_that_is_not_utf8_is_set_aside_and_can_be_stored(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/Rafd090_\xff_Kid_male_sad_left.jpg")).write_bytes(b"x")
    (reject,) = rafd.scan(tmp_path, "lab")
    assert isinstance(reject, Reject)
    assert (reject.path + reject.detail).encode("utf-8")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="nowhere"):
        list(rafd.scan(tmp_path / "nowhere", "lab"))
