"""Labels by a pattern of the user's own: groups, mapped words, `affect.toml`, and errors that say what to write."""

import time
import tomllib
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affect_store.store.errors import CorpusError
from affect_store.store.sources import layouts, pattern_file
from affect_store.store.sources.pattern_file import FILE_NAME, NamePattern, as_toml, read_pattern
from affect_store.store.types import Candidate, Reject

PATTERN = r"vp(?P<subject>\d+)_(?P<emotion>\w+)_(?P<angle>[a-z0-9]+)_(?P<take>\d)\.jpg"
WORDS = {"freude": "happy", "neutr": "neutral", "links": "45"}


def folder_of(folder: Path, *names: str, pattern: str = PATTERN) -> Path:
    """Files with these names, and a pattern beside them."""
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).touch()
    (folder / FILE_NAME).write_text(as_toml(NamePattern(pattern, WORDS)), encoding="utf-8")
    return folder


def scan(folder: Path) -> list[Candidate | Reject]:
    assert layouts.detect_layout(folder, None) == "pattern"
    return list(layouts.LAYOUTS["pattern"](folder, "lab"))


def test_groups_and_mapped_words_are_labels(tmp_path: Path) -> None:
    first, second = scan(folder_of(tmp_path, "vp1_freude_links_1.jpg", "vp2_NEUTR_90_2.jpg"))
    assert isinstance(first, Candidate) and isinstance(second, Candidate)
    assert (first.labels.subject_id, first.labels.emotion, first.labels.camera_angle_deg) == ("lab-1", "happy", 45)
    assert (second.labels.emotion, second.labels.camera_angle_deg) == ("neutral", 90)
    assert (first.labels.sex, first.labels.gaze, first.labels.population) == ("unknown",) * 3


def test_a_pattern_with_a_slash_is_matched_against_the_path(tmp_path: Path) -> None:
    pattern = r"(?P<sex>.)/(?P<subject>.*)/(?P<emotion>.*)\.png"
    folder_of(tmp_path, "f/anna/freude.png", "m/ben/neutr.png", pattern=pattern)
    labels = [entry.labels for entry in scan(tmp_path) if isinstance(entry, Candidate)]
    assert [(label.subject_id, label.sex, label.emotion) for label in labels] == [
        ("lab-anna", "female", "happy"), ("lab-ben", "male", "neutral"),
    ]  # fmt: skip


def test_names_and_words_that_are_not_understood_are_rejects_with_a_hint(tmp_path: Path) -> None:
    folder_of(tmp_path, "vp1_hapy_90_1.jpg", "holiday.jpg", "vp1_freude_191_1.jpg", "vp1_trauer_90_1.jpg")
    entries = scan(tmp_path)
    rejects = [entry for entry in entries if isinstance(entry, Reject)]
    assert len(rejects) == 4 and {reject.reason for reject in rejects} == {"bad name"}
    words = [(entry.unknown.field, entry.unknown.word, entry.unknown.nearest) for entry in rejects if entry.unknown]
    assert words == [("angle", "191", ""), ("emotion", "hapy", "happy"), ("emotion", "trauer", "")]
    assert rejects[0].subject_id is None and "does not match the pattern" in rejects[0].detail


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("form_of_pattern", ["NFC", "NFD"])
def test_letters_with_accents_match_in_both_unicode_forms(form: str, form_of_pattern: str) -> None:
    own = [
        normalize(form_of_pattern, text) for text in (r"\p{L}ü(?P<subject>\pL+)_(?P<emotion>\pL+)\.jpg", "überrascht")
    ]
    pattern = NamePattern(own[0], {own[1]: "surprised"})
    values = pattern.values_in([normalize(form, "füzoë_Überrascht.jpg")])
    assert values == [{"subject": "zoë", "emotion": "surprised"}]


def test_a_part_of_a_name_is_no_match(tmp_path: Path) -> None:
    folder_of(tmp_path, "vp1_freude_90_1.jpg.bak.jpg", "a_vp1_freude_90_1.jpg")
    assert not any(isinstance(entry, Candidate) for entry in scan(tmp_path))


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("(?P<subject>x", "no regular expression that can be used: unclosed group"),
        (r"(?P<subject>x)(?P<emotion>\w+)(?=_)", "look-around"),
        (r"(?P<subject>(a{100}){100}{100})(?P<emotion>x)", "size limit"),
        ("(?P<subject>x)", r"lacks the group\(s\) emotion"),
        ("", "expected 1 to 2,000"),
        ("x" * 2001, "expected 1 to 2,000"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_explained(pattern: str, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        NamePattern(pattern)


def test_a_word_can_only_be_mapped_to_a_known_value() -> None:
    with pytest.raises(CorpusError, match="did you mean happy"):
        NamePattern(PATTERN, {"freude": "hapy"})


def test_no_pattern_can_hang_a_run() -> None:
    """Each of these takes Python's own engine longer than the age of the universe."""
    start = time.perf_counter()
    for core in ("(a+)+", "(a|a)*", "(a|aa)+", "(.*a){20}"):
        pattern = NamePattern(f"(?P<subject>{core})(?P<emotion>b)")
        assert pattern.values_in(["a" * 255] * 200) == [None] * 200
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("patern = 'x'", "did you mean pattern"),
        ("pattern = 7", "expected a text"),
        ('pattern = "\\d"', "no TOML file"),
        ("pattern = 'x'\nmap = 3", "expected a table"),
        ("\xff", "no TOML file"),
        ("pattern = " + "[" * 100_000, "no TOML file"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(content: str, message: str, tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text(content, encoding="latin-1")
    with pytest.raises(CorpusError, match=message) as error:
        read_pattern(tmp_path)
    assert str(tmp_path / FILE_NAME) in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"the file '.*affect\.toml' cannot be read"):
        read_pattern(tmp_path)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=30), st.text(alphabet=st.characters(codec="utf-8")))
def test_what_is_written_is_read_back(text: str, word: str) -> None:
    content = pattern_file.as_toml(NamePattern("(?P<subject>a)(?P<emotion>b)", {word: "happy"}))
    assert tomllib.loads(content)["map"] == {word: "happy"}
    assert tomllib.loads(f"key = {pattern_file.toml_text(text)}")["key"] == text


def test_no_two_groups_share_a_value() -> None:
    values = [value for group in pattern_file.VALUES.values() for value in group]
    assert len(values) == len(set(values))


def test_a_manifest_comes_first_and_the_run_says_so(tmp_path: Path) -> None:
    folder_of(tmp_path, "vp1_freude_90_1.jpg")
    (tmp_path / "manifest.csv").write_text("path,subject,emotion\nvp1_freude_90_1.jpg,1,sad\n")
    assert layouts.detect_layout(tmp_path, None) == "manifest"
    assert "the pattern in affect.toml is not used, since there is a manifest" in layouts.remarks(tmp_path, "manifest")


def test_a_pattern_file_that_is_too_large_is_not_cut(tmp_path: Path) -> None:
    text = as_toml(NamePattern(PATTERN, WORDS))
    (tmp_path / FILE_NAME).write_text(text + "#" * 1_000_000)
    with pytest.raises(CorpusError, match=r"affect\.toml' is too large: 1,000,\d+ bytes, expected at most 1,000,000"):
        read_pattern(tmp_path)
