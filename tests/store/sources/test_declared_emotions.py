"""Further classes of a corpus: declared in `affect.toml`, beside a manifest or a pattern."""

from pathlib import Path

import pytest

from affect_store.store.errors import CorpusError
from affect_store.store.sources.declared_emotions import FILE_NAME, declared_emotions
from affect_store.store.sources.layouts import LAYOUTS, detect_layout, remarks
from affect_store.store.sources.pattern_file import NamePattern, as_toml, read_pattern
from affect_store.store.types import Candidate, Reject
from affect_store.store.vocabulary import AGREEMENTS, EMOTIONS, MAX_FURTHER_EMOTIONS

HEADER = "path,subject,emotion"


def folder_with(folder: Path, *rows: str, header: str = HEADER, settings: str | None = None) -> Path:
    """Write a manifest with these rows, empty photographs, and an `affect.toml`."""
    (folder / "manifest.csv").write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    for row in rows:
        (folder / row.partition(",")[0]).touch()
    if settings is not None:
        (folder / FILE_NAME).write_text(settings, encoding="utf-8")
    return folder


def scanned(folder: Path) -> list[Candidate | Reject]:
    return list(LAYOUTS[detect_layout(folder, None)](folder, "lab"))


def test_a_declared_word_of_a_manifest_is_a_class(tmp_path: Path) -> None:
    folder_with(tmp_path, "a.jpg,1,Pained ", "b.jpg,1,happy", settings='further_emotions = ["pained"]')
    assert [entry.labels.emotion for entry in scanned(tmp_path) if isinstance(entry, Candidate)] == ["pained", "happy"]
    assert not remarks(tmp_path, "manifest") or FILE_NAME not in " ".join(remarks(tmp_path, "manifest"))


def test_a_word_that_is_not_declared_is_an_error_that_says_how_to_declare_it(tmp_path: Path) -> None:
    folder_with(tmp_path, "a.jpg,1,payned", "b.jpg,1,joyful", settings='further_emotions = ["pained"]')
    first, second = scanned(tmp_path)
    assert isinstance(first, Reject) and isinstance(second, Reject)
    assert 'did you mean pained?; a class of its own is declared in affect.toml: further_emotions = ["payned"]' in (
        first.detail
    )
    assert "did you mean happy?" in second.detail and "declared" not in second.detail
    assert first.unknown and first.unknown.nearest == "pained"


def test_words_of_names_are_mapped_to_a_declared_class_and_the_file_is_written_again(tmp_path: Path) -> None:
    pattern = NamePattern(r"(?P<subject>\d+)_(?P<emotion>[a-z]+)\.jpg", {"schmerz": "pained"}, ("bored", "pained"))
    (tmp_path / FILE_NAME).write_text(as_toml(pattern), encoding="utf-8")
    assert read_pattern(tmp_path) == pattern
    for name in ("1_schmerz.jpg", "1_bored.jpg", "1_confused.jpg"):
        (tmp_path / name).touch()
    bored, confused, pained = scanned(tmp_path)
    assert isinstance(bored, Candidate) and bored.labels.emotion == "bored"
    assert isinstance(pained, Candidate) and pained.labels.emotion == "pained"
    assert isinstance(confused, Reject) and 'further_emotions = ["confused"]' in confused.detail
    with pytest.raises(CorpusError, match=r"mapped to 'pained'.*declared in affect.toml: further_emotions"):
        NamePattern(pattern.pattern, {"schmerz": "pained"})


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ('further_emotions = "pained"', "expected a list of words"),
        ("further_emotions = [1]", "expected a list of words"),
        ('further_emotions = ["Pained"]', "expected a name of 1 to 24 characters"),
        ('further_emotions = ["happy"]', "'happy', which is one of the eight emotions"),
        ('further_emotions = ["joy"]', "'joy', which means happy"),
        ('further_emotions = ["unknown"]', "'unknown', which has another meaning"),
        ('further_emotions = ["left"]', "'left', which has another meaning"),
        ('further_emotions = ["pained", "pained"]', "lists 'pained' twice"),
        (f"further_emotions = {[f'c{chr(97 + n)}' for n in range(MAX_FURTHER_EMOTIONS + 1)]}", "25 words, expected at"),
        ("further_emotions = [", "is no TOML file"),
    ],
)
def test_a_declaration_that_cannot_be_used_stops_the_run(settings: str, message: str, tmp_path: Path) -> None:
    folder_with(tmp_path, "a.jpg,1,happy", settings=settings)
    with pytest.raises(CorpusError, match=message):
        scanned(tmp_path)


def test_an_unknown_key_beside_a_manifest_is_named(tmp_path: Path) -> None:
    folder_with(tmp_path, "a.jpg,1,happy", settings='further_emotion = ["pained"]')
    with pytest.raises(CorpusError, match="key 'further_emotion'.*further_emotions"):
        scanned(tmp_path)


def test_the_file_need_not_hold_a_pattern(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text('further_emotions = ["pained"]', encoding="utf-8")
    (tmp_path / "Rafd090_01_Caucasian_male_happy_left.jpg").touch()
    assert detect_layout(tmp_path, None) == "rafd" and declared_emotions(tmp_path) == ("pained",)
    assert declared_emotions(tmp_path / "elsewhere") == ()


def test_a_distribution_over_the_eight_is_no_rating_of_another_class(tmp_path: Path) -> None:
    shares = ",".join(["0.125"] * len(EMOTIONS))
    folder_with(
        tmp_path, f"a.jpg,1,pained,{shares}", "b.jpg,1,pained" + "," * len(EMOTIONS), f"c.jpg,1,happy,{shares}",
        header=f"{HEADER},{','.join(AGREEMENTS)}", settings='further_emotions = ["pained"]',
    )  # fmt: skip
    rated, unrated, other = scanned(tmp_path)
    assert isinstance(rated, Reject) and "but the photograph shows pained: leave them empty" in rated.detail
    assert isinstance(unrated, Candidate) and unrated.ratings.distribution is None
    assert isinstance(other, Candidate) and other.ratings.agreement == 0.125


def test_a_declaration_beside_names_of_a_database_is_not_read_and_said_so(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text('further_emotions = ["pained"]', encoding="utf-8")
    (tmp_path / "Rafd090_01_Caucasian_male_happy_left.jpg").touch()
    (note,) = remarks(tmp_path, "rafd")
    assert "declares classes, but names of the layout rafd have none" in note
