"""Folders that were renamed, thinned out, corrected or labelled twice: the catalogue says what the folder holds."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from affect_store.flows.steps import erasure
from affect_store.flows.steps.splits import store_splits
from affect_store.store.errors import CorpusError
from affect_store.store.home import Home
from tests.cases.folders import HEADER, LABELS, MANIFEST, fill, ingest, label, rows, save, split_corpus

IN_USE = "SELECT count(*) FROM catalogue.images WHERE excluded_reason IS NULL"
EMPTY_SPLITS = "SELECT split_id FROM splits.sets ANTI JOIN splits.assignments USING (split_id)"
RARE = "contemptuous"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_a_renamed_folder_is_recognised_and_leaves_no_empty_split(
    tmp_path: Path, home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = fill(tmp_path / "front4", range(1, 5))
    ingest(folder, home)
    split_corpus(home, "front4")
    renamed = folder.rename(tmp_path / "front4_renamed")
    for corpus in ("front4_renamed", "front4"):
        ingest(renamed, home, corpus)
        with suppress(CorpusError):
            split_corpus(home, corpus)
    assert rows(home, EMPTY_SPLITS) == []
    assert "holds the photographs of the corpus 'front4', which keeps its name" in capsys.readouterr().out


def test_an_erased_person_stays_out_under_another_id_and_folder(tmp_path: Path, home: Home) -> None:
    folder = fill(tmp_path / "lab", range(1, 5))
    ingest(folder, home)
    erasure.erase_person(home, "lab-03")
    renamed = folder.rename(tmp_path / "study")
    for path in sorted(renamed.glob("Rafd090_03_*")):
        path.rename(path.with_name(path.name.replace("_03_", "_77_")))
    ingest(renamed, home)
    assert rows(home, "SELECT DISTINCT right(subject_id, 2) FROM catalogue.images ORDER BY 1") == [
        ("01",), ("02",), ("04",)
    ]  # fmt: skip


def test_two_spellings_of_an_id_stop_before_the_split_with_the_pairs(tmp_path: Path, home: Home) -> None:
    folder = label(
        tmp_path / "lab",
        [(f"{number}.png", "01" if number % 2 else "1", ("sad", "happy")[number // 4]) for number in range(8)],
    )
    with pytest.raises(CorpusError, match="'01' .* and '1' ") as caught:
        ingest(folder, home, layout=MANIFEST)
    assert "--distinct" in str(caught.value) and rows(home, "FROM catalogue.images") == []


def parts_of(folder: Path, home: Home) -> dict[tuple[str, str], str]:
    """Return the part of each (subject, emotion) in the split by person."""
    ingest(folder, home, layout=MANIFEST)
    split_id = store_splits(home)["by_person"]
    assigned = f"SELECT image_id, part FROM splits.assignments WHERE split_id = '{split_id}'"
    query = f"SELECT subject_id, emotion, part FROM catalogue.images JOIN ({assigned}) USING (image_id)"
    return {(subject, emotion): part for subject, emotion, part in rows(home, query)}


def test_an_emotion_of_one_person_is_trained_on_or_left_out(tmp_path: Path, home: Home) -> None:
    common = [(f"{person}{emotion}.png", f"{person}", emotion) for person in range(8) for emotion in ("sad", "happy")]
    parts = parts_of(label(tmp_path / "lab", common), home)
    tested = next(subject for (subject, _), part in sorted(parts.items()) if part == "test")
    rare = [*common, ("rare.png", tested.removeprefix("lab-"), RARE)]
    again = parts_of(label(tmp_path / "again" / "lab", rare), Home(tmp_path / "other"))
    assert again.get((tested, RARE), "train") == "train" and "test" in again.values()


def test_a_deleted_file_is_out_of_use_until_it_returns(
    tmp_path: Path, home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = fill(tmp_path / "lab", range(1, 5))
    ingest(folder, home)
    gone = folder / "Rafd090_03_Kid_male_sad_left.jpg"
    content = gone.read_bytes()
    gone.unlink()
    ingest(folder, home)
    assert rows(home, IN_USE) == [(11,)] and str(gone) in capsys.readouterr().out
    gone.write_bytes(content)
    ingest(folder, home)
    assert rows(home, IN_USE) == [(12,)]


def test_a_correction_is_compared_with_the_files_that_are_there(tmp_path: Path, home: Home) -> None:
    folder = fill(tmp_path / "lab", range(1, 5))
    ingest(folder, home)
    gone, *others = sorted(folder.glob("Rafd090_03_*"))
    gone.unlink()
    for path in others:
        path.rename(path.with_name(path.name.replace("_male_", "_female_")))
    ingest(folder, home)
    query = "SELECT count(*) FROM catalogue.images WHERE sex = 'female' AND excluded_reason IS NULL"
    assert rows(home, query) == [(2,)] and rows(home, "FROM catalogue.rejects") == []


def test_pictures_of_other_kinds_and_links_to_folders_are_counted_and_named(
    tmp_path: Path, home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = fill(tmp_path / "lab", range(1, 3))
    for suffix in ("heic", "gif", "avif", "jfif"):
        (folder / f"Rafd090_03_Kid_male_sad_left.{suffix}").write_bytes(b"x")
    away = fill(tmp_path / "disk", range(3, 5))
    (folder / "more").symlink_to(away)
    ingest(folder, home)
    printed = capsys.readouterr().out
    assert ": 4 (" in printed and "Rafd090_03_Kid_male_sad_left.heic" in printed
    assert f"link to a folder: 1 ('{folder / 'more'}')" in printed


def test_a_folder_whose_photographs_are_behind_a_link_names_the_link(
    tmp_path: Path, home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / "disk").symlink_to(fill(tmp_path / "away", range(1, 3)))
    with pytest.raises(CorpusError):
        ingest(tmp_path / "lab", home)
    assert str(tmp_path / "lab" / "disk") in capsys.readouterr().out


def test_a_path_that_two_rows_label_differently_is_a_contradiction(tmp_path: Path, home: Home) -> None:
    folder = label(tmp_path / "lab", [("a.png", "1", "happy"), ("a.png", "1", "sad"), ("b.png", "1", "sad")])
    ingest(folder, home, layout=MANIFEST)
    details = [detail for (detail,) in rows(home, "SELECT detail FROM catalogue.rejects")]
    assert details and all("contradicts" in detail and "happy" in detail for detail in details)


def test_a_comma_without_quotation_marks_rejects_the_row(tmp_path: Path, home: Home) -> None:
    folder = label(tmp_path / "lab", [("a.png", "1", "sad"), ("b.png", "2", "sad")])
    manifest = folder / "manifest.csv"
    manifest.write_text(manifest.read_text().replace("Kid", "East Asian, Japanese", 1))
    ingest(folder, home, layout=MANIFEST)
    assert rows(home, "SELECT subject_id, population FROM catalogue.images") == [("lab-2", "Kid")]
    details = rows(home, "SELECT detail FROM catalogue.rejects WHERE reason = 'bad manifest row'")
    assert len(details) == 1 and "8 fields, but the header has 7" in details[0][0]


@pytest.mark.parametrize(
    "between", ["\n\n", f'b.png,"of\nthe lab",sad,{LABELS}\n'], ids=["blank-lines", "quoted-break"]
)
def test_a_rejected_row_is_named_with_the_line_of_the_file(between: str, tmp_path: Path, home: Home) -> None:
    folder = label(tmp_path / "lab", [("a.png", "1", "sad"), ("c.png", "1", "happy")])
    good, bad = f"c.png,1,happy,{LABELS}\n", f"a.png,1,joyful,{LABELS}\n"
    (folder / "manifest.csv").write_text(HEADER + good + between + bad, encoding="utf-8")
    ingest(folder, home, layout=MANIFEST)
    details = [detail for (detail,) in rows(home, "SELECT detail FROM catalogue.rejects")]
    assert [detail for detail in details if "line 5: emotion" in detail] != [], details


def test_two_people_are_one_sentence_before_training(
    tmp_path: Path, home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    ingest(fill(tmp_path / "lab", range(1, 3)), home)
    store_splits(home)
    assert "2 people are too few (3 are needed)" in capsys.readouterr().out


def test_an_angle_with_a_decimal_point_is_a_number(tmp_path: Path, home: Home) -> None:
    folder = tmp_path / "lab"
    save(folder / "a.png", 1)
    row = f"a.png,1,sad,{LABELS}\n".replace(",90,", ",90.0,")
    (folder / "manifest.csv").write_text(HEADER + row, encoding="utf-8")
    ingest(folder, home, layout=MANIFEST)
    assert rows(home, "SELECT camera_angle_deg FROM catalogue.images") == [(90,)]


@pytest.mark.parametrize("name", ["set 1\\A.PNG", "Set 1/jose\u0301.png", "SET 1/a.png"])
def test_a_path_in_another_spelling_is_found(tmp_path: Path, home: Home, name: str) -> None:
    folder = tmp_path / "lab"
    save(folder / "Set 1" / "a.png", 1)
    save(folder / "Set 1" / "jos\u00e9.png", 2)
    (folder / "manifest.csv").write_text(f"{HEADER}{name},1,sad,{LABELS}\n", encoding="utf-8")
    ingest(folder, home, layout=MANIFEST)
    assert rows(home, "SELECT count(*) FROM catalogue.images") == [(1,)]
