"""Names of KDEF and JAFFE are read by their published grammars, and folders are recognised by their names."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affect_store.store.errors import CorpusNameError
from affect_store.store.sources import jaffe, kdef, layouts
from affect_store.store.sources.named_layouts import NAMED_LAYOUTS, PARSERS, labels_in_name, subjects_in_name
from affect_store.store.sources.similar_ids import IdInUse, similar_groups
from affect_store.store.types import Candidate, Reject
from affect_store.store.vocabulary import ANGLES_DEG, EMOTIONS

KDEF_EMOTIONS = {
    "AF": "fearful", "AN": "angry", "DI": "disgusted", "HA": "happy", "NE": "neutral", "SA": "sad", "SU": "surprised",
}  # fmt: skip
VIEWS = dict(zip(("FL", "HL", "S", "HR", "FR"), ANGLES_DEG, strict=True))


@given(
    st.sampled_from("AB"),
    st.sampled_from("FM"),
    st.integers(1, 35),
    st.sampled_from(sorted(KDEF_EMOTIONS)),
    st.sampled_from(sorted(VIEWS)),
)
def test_every_name_of_kdef_is_read(session: str, sex: str, person: int, emotion: str, view: str) -> None:
    name = f"{session}{sex}{person:02d}{emotion}{view}.JPG"
    labels = kdef.parse(name, "lab")
    assert labels.subject_id == f"lab-{sex}{person:02d}", "both sessions show the same people"
    assert labels.sex == {"F": "female", "M": "male"}[sex]
    assert (labels.emotion, labels.camera_angle_deg) == (KDEF_EMOTIONS[emotion], VIEWS[view])
    assert (labels.population, labels.gaze) == ("unknown", "unknown")
    assert kdef.parse(name.lower(), "lab") == labels and kdef.NAMES.fullmatch(name)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("CF01ANS.JPG", "session is 'C'"),
        ("AX01ANS.JPG", "sex is 'X'"),
        ("AF36ANS.JPG", "person is '36'"),
        ("AF01FES.JPG", "emotion is 'FE', expected one of AF AN DI HA NE SA SU"),
        ("AF01ANXX.JPG", "view is 'XX'"),
        ("AM31H.JPG", "expected 7 or 8 characters"),
    ],
)
def test_the_field_of_kdef_that_does_not_match_is_named(name: str, message: str) -> None:
    with pytest.raises(CorpusNameError, match=message):
        kdef.parse(name, "lab")


def test_names_of_jaffe_are_read() -> None:
    labels = jaffe.parse("KA.AN1.39.tiff", "lab")
    assert (labels.subject_id, labels.emotion, labels.camera_angle_deg) == ("lab-KA", "angry", 90)
    assert (labels.sex, labels.population) == ("female", "Japanese")
    assert jaffe.parse("KA.AN2.40.tiff", "lab") == labels, "takes are photographs of one cell"
    with pytest.raises(CorpusNameError, match="emotion is 'XX'"):
        jaffe.parse("KA.XX1.39.tiff", "lab")


@given(st.text(max_size=40) | st.from_regex(r"[ABab][FMßfm]..(AF|NE)(S|FL).{0,6}", fullmatch=True))
def test_any_text_has_labels_or_is_an_expected_error(name: str) -> None:
    for layout, parse in PARSERS.items():
        try:
            assert parse(name, "lab").emotion in EMOTIONS
        except CorpusNameError:
            assert labels_in_name(name, "lab", layout) is None


def test_the_examples_of_each_layout_recognise_it(tmp_path: Path) -> None:
    for layout, named in NAMED_LAYOUTS.items():
        folder = tmp_path / layout
        (folder / "inner").mkdir(parents=True)
        (folder / "inner" / named.example).touch()
        (folder / "holiday.jpg").touch()
        assert layouts.detect_layout(folder, None) == layout
        assert subjects_in_name(named.example, "lab"), "erasure recognises the person of a rejected file"


def test_a_misnamed_file_is_rejected_and_the_others_are_read(tmp_path: Path) -> None:
    for name in ("AF01ANS.JPG", "BF01ANS.JPG", "AF01XXS.JPG"):
        (tmp_path / name).touch()
    first, reject, second = layouts.LAYOUTS["kdef"](tmp_path, "lab")
    assert isinstance(first, Candidate) and isinstance(second, Candidate) and first.labels == second.labels
    assert isinstance(reject, Reject) and reject.reason == "bad name" and "emotion is 'XX'" in reject.detail


def test_women_and_men_of_equal_numbers_are_not_asked_about() -> None:
    """KDEF numbers women and men from 01, and records no population."""
    assert not list(similar_groups([IdInUse("F01", 2, "", ("female", None)), IdInUse("M01", 2, "", ("male", None))]))
    assert list(similar_groups([IdInUse("F01", 2, "", (None, None)), IdInUse("M01", 2, "", ("male", None))]))
