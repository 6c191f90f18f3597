"""Ratings in a table beside photographs of RaFD's layout: matched by path; rows that cannot be used are reported."""

from pathlib import Path

import pytest

from affect_store.store.errors import ManifestError
from affect_store.store.sources import ratings_file
from affect_store.store.sources.layouts import LAYOUTS, detect_layout, remarks
from affect_store.store.sources.named_layouts import RAFD
from affect_store.store.types import NO_RATINGS, Candidate, Ratings
from affect_store.store.vocabulary import AGREEMENTS

HAPPY, SAD = (f"Rafd090_01_Caucasian_female_{emotion}_frontal.jpg" for emotion in ("happy", "sad"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (HAPPY, SAD):
        (tmp_path / name).write_bytes(b"")
    return tmp_path


def ratings_of(folder: Path, *lines: str, name: str = ratings_file.FILE_NAME) -> dict[str, Ratings]:
    if lines:
        (folder / name).write_text("\n".join(lines) + "\n")
    entries = list(LAYOUTS[RAFD](folder, "rafd"))
    return {entry.path.name: entry.ratings for entry in entries if isinstance(entry, Candidate)}


def test_without_a_table_there_are_no_ratings(folder: Path) -> None:
    assert ratings_of(folder) == {HAPPY: NO_RATINGS, SAD: NO_RATINGS}
    assert remarks(folder, RAFD) == []


def test_ratings_are_matched_by_path_and_the_layout_stays(folder: Path) -> None:
    rated = ratings_of(folder, "path;agreement (%);intensity", f"{HAPPY};98;4,2", f"{SAD.lower()};;3,5")
    assert rated == {HAPPY: Ratings(0.98, 4.2), SAD: Ratings(intensity=3.5)}
    assert detect_layout(folder, None) == RAFD and remarks(folder, RAFD) == []


def test_a_distribution_gives_the_share_of_the_emotion_in_the_file_name(folder: Path) -> None:
    header = ",".join(("path", *AGREEMENTS))
    rated = ratings_of(folder, header, f"{SAD},0.1,0,0.1,0,0,0.1,0.7,0", name="ratings.csv")
    assert rated[SAD].agreement == 0.7


def test_rows_that_cannot_be_used_are_reported_and_leave_the_photograph(folder: Path) -> None:
    rated = ratings_of(folder, "path,agreement", f"{HAPPY},82", "other.jpg,0.5", f"{SAD},0.5", "", f"{SAD},0.6")
    assert rated == {HAPPY: NO_RATINGS, SAD: NO_RATINGS}
    first, second, third = remarks(folder, RAFD)
    assert "ratings.csv line 2: agreement is '82'" in first
    assert "line 3: the row names no photograph" in second and "line 6: the row contradicts" in third
    assert all("other" not in remark for remark in (first, second, third))


def test_only_the_first_rows_are_reported(folder: Path) -> None:
    ratings_of(folder, "path,agreement", *(f"{HAPPY},{number}" for number in range(2, 20)))
    assert len(remarks(folder, RAFD)) == 6 and "and 13 more" in remarks(folder, RAFD)[-1]


def test_a_table_without_paths_is_not_read(folder: Path) -> None:
    assert ratings_of(folder, "photo,agreement", f"{HAPPY},0.8")[HAPPY] == NO_RATINGS
    assert remarks(folder, RAFD) == ["ratings.csv was not read, since it has no column 'path'"]


def test_several_tables_stop_the_run(folder: Path) -> None:
    (folder / "ratings.tsv").write_text("path\tagreement\n")
    with pytest.raises(ManifestError, match="several tables of ratings"):
        ratings_of(folder, "path,agreement")
