"""A folder that was renamed, copied, emptied or thinned out since the last run, and photographs removed by hand."""

import shutil
from pathlib import Path

import duckdb
import pytest
from PIL import Image
from typer.testing import CliRunner

from affect_store.flows.cli.app import app
from affect_store.flows.steps.catalogue import corpus_in, ingest_folder
from affect_store.flows.steps.corpus_options import last_corpus
from affect_store.flows.steps.photo_use import remove_photographs
from affect_store.store.errors import CorpusError, UnknownNameError
from affect_store.store.home import Home
from affect_store.store.vocabulary import GAZES, MISSING_REASON, REMOVED_REASON

STATE = "SELECT parse_filename(path), corpus, excluded_reason, missing_since IS NULL FROM catalogue.images ORDER BY 1"
ACTIVE = "SELECT count(*) FROM catalogue.images WHERE excluded_reason IS NULL"


def save(folder: Path, people: range) -> Path:
    folder.mkdir(exist_ok=True)
    for person in people:
        for index, gaze in enumerate(GAZES):
            shade = 20 * person + index
            Image.new("RGB", (40, 60), (shade, shade, shade)).save(
                folder / f"Rafd090_0{person}_Kid_male_sad_{gaze}.jpg"
            )
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return save(tmp_path / "front4", range(1, 3))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def rows(home: Home, query: str) -> list:
    with duckdb.connect(str(home.work), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_a_renamed_folder_is_recognised_whatever_the_corpus_is_called(
    folder: Path, home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    """Case 1."""
    ingest_folder(folder, "rafd", "front4", home)
    renamed = folder.rename(folder.with_name("front4_renamed"))
    assert ingest_folder(renamed, "rafd", "front4_renamed", home) == 6  # moved
    assert f"'{renamed}' holds the photographs of the corpus 'front4', which keeps its name" in capsys.readouterr().out
    assert last_corpus(home) == "front4"
    assert ingest_folder(renamed, "rafd", "front4", home) == 0
    assert ingest_folder(renamed.rename(folder), "rafd", "front4", home) == 6
    assert rows(home, "SELECT corpus, count(*) FROM catalogue.images GROUP BY ALL") == [("front4", 6)]
    assert rows(home, ACTIVE) == [(6,)] and rows(home, "FROM catalogue.rejects") == []


def test_a_copy_beside_the_whole_stores_nothing_unless_it_is_named_as_the_corpus(folder: Path, home: Home) -> None:
    ingest_folder(folder, "rafd", "front4", home)
    before = rows(home, "FROM catalogue.images ORDER BY ALL")
    copy = shutil.copytree(folder, folder.with_name("copy"))
    with pytest.raises(CorpusError, match=r"the corpus 'copy' has no photograph that can be used: 6 duplicate bytes"):
        ingest_folder(copy, "rafd", "copy", home)
    assert rows(home, "FROM catalogue.images ORDER BY ALL") == before and rows(home, "FROM catalogue.rejects") == []
    assert ingest_folder(copy, "rafd", "front4", home) == 6
    assert rows(home, ACTIVE) == [(6,)]


def test_a_folder_without_usable_photographs_stores_nothing(tmp_path: Path, home: Home) -> None:
    save(tmp_path / "lab", range(1, 2))
    for path in (tmp_path / "lab").iterdir():
        path.rename(path.with_name(path.name.replace("Rafd090", "Rafd000")))
    (tmp_path / "lab" / "AF01NES.JPG").write_bytes(b"no picture")
    with pytest.raises(CorpusError, match=r"no photograph that can be used: 1 bad name, 3 profile camera; .* stored"):
        ingest_folder(tmp_path / "lab", "rafd", "lab", home)
    assert rows(home, "FROM catalogue.images") == rows(home, "FROM catalogue.labels") == []


def test_missing_photographs_are_named_not_used_and_used_again_when_they_return(
    folder: Path, home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    """Case 6."""
    ingest_folder(folder, "rafd", "front4", home)
    gone = next(folder.glob("*_01_*_left.jpg"))
    content = gone.read_bytes()
    gone.unlink()
    assert ingest_folder(folder, "rafd", "front4", home) == 1
    printed = capsys.readouterr().out
    assert "5 known, 0 rejected, 1 missing" in printed
    assert f"1 photograph is no longer in the folder, and not used until the same bytes return: '{gone}'" in printed
    assert rows(home, STATE)[1] == (gone.name, "front4", MISSING_REASON, False)
    assert rows(home, "SELECT count(*) FROM catalogue.labels") == [(6,)]
    assert ingest_folder(folder, "rafd", "front4", home) == 0
    (folder / "Rafd090_01_Kid_male_happy_left.jpg").write_bytes(content)  # returns under another name and label
    assert ingest_folder(folder, "rafd", "front4", home) == 3  # returned, moved, corrected
    assert rows(home, ACTIVE) == [(6,)]


def test_a_replaced_file_is_a_new_photograph_and_the_old_one_missing(folder: Path, home: Home) -> None:
    ingest_folder(folder, "rafd", "front4", home)
    replaced = next(folder.glob("*_01_*_left.jpg"))
    Image.new("RGB", (40, 60), (200, 0, 0)).save(replaced)
    ingest_folder(folder, "rafd", "front4", home)
    assert [row[2:] for row in rows(home, STATE) if row[0] == replaced.name] == [(None, True), (MISSING_REASON, False)]


def test_many_missing_photographs_stop_the_run_and_can_be_accepted(folder: Path, home: Home) -> None:
    ingest_folder(folder, "rafd", "front4", home)
    kept = [path for path in folder.iterdir() if "_01_" in path.name]
    away = folder.with_name("away")
    away.mkdir()
    for path in kept:
        path.rename(away / path.name)
    before = rows(home, "FROM catalogue.images ORDER BY ALL")
    with pytest.raises(CorpusError, match=r"3 of 6 photographs of the corpus 'front4' .*--accept-missing"):
        ingest_folder(folder, "rafd", "front4", home)
    assert rows(home, "FROM catalogue.images ORDER BY ALL") == before
    ingest_folder(folder, "rafd", "front4", home, accept_missing=True)
    assert rows(home, ACTIVE) == [(3,)]
    for path in kept:
        (away / path.name).rename(path)
    ingest_folder(folder, "rafd", "front4", home)
    assert rows(home, ACTIVE) == [(6,)]


def test_an_empty_folder_of_a_known_corpus_looks_like_an_unmounted_disk(folder: Path, home: Home) -> None:
    ingest_folder(folder, "rafd", "front4", home)
    shutil.rmtree(folder)
    folder.mkdir()
    for accept_missing in (False, True):
        with pytest.raises(
            CorpusError, match=r"found none; the corpus 'front4' has 6 photographs: is the disk mounted"
        ):
            ingest_folder(folder, "rafd", "front4", home, accept_missing=accept_missing)
    assert rows(home, ACTIVE) == [(6,)]


def test_a_renamed_folder_is_still_that_of_its_corpus_when_no_photograph_is_left(folder: Path, home: Home) -> None:
    ingest_folder(folder, "rafd", "front4", home)
    renamed = folder.rename(folder.with_name("front4_renamed"))
    assert corpus_in(home, renamed) == "front4_renamed"
    ingest_folder(renamed, "rafd", "front4_renamed", home)
    for path in sorted(renamed.iterdir()):
        Image.open(path).save(path.with_suffix(".png"))  # all were saved again: other bytes
        path.unlink()
    with pytest.raises(CorpusError, match=r"6 of 6 photographs of the corpus 'front4' are not in .*--accept-missing"):
        ingest_folder(renamed, "rafd", corpus_in(home, renamed), home)
    assert rows(home, "SELECT corpus, count(*) FROM catalogue.images GROUP BY ALL") == [("front4", 6)]


def test_other_people_in_the_folder_of_a_corpus_are_not_merged_with_it(folder: Path, home: Home) -> None:
    ingest_folder(folder, "rafd", "front4", home)
    shutil.rmtree(folder)
    save(folder, range(3, 5))
    with pytest.raises(CorpusError, match=r"If the 6 new photographs show other people, run with --corpus NAME"):
        ingest_folder(folder, "rafd", "front4", home)
    ingest_folder(folder, "rafd", "others", home)
    assert rows(home, ACTIVE) == [(12,)] and last_corpus(home) == "others"


def test_other_people_beside_a_rest_of_the_corpus_are_moved_to_a_folder_of_their_own(
    folder: Path, home: Home, tmp_path: Path
) -> None:
    """Another name would not help: the rest makes the folder the corpus's own."""
    ingest_folder(folder, "rafd", "front4", home)
    for path in folder.glob("*_01_*"):
        path.unlink()
    save(folder, range(3, 4))
    advice = r"If the 3 new photographs show other people, move them to a folder of their own, and run that one with"
    for name in ("front4", "others"):
        with pytest.raises(CorpusError, match=advice):
            ingest_folder(folder, "rafd", name, home)
    (tmp_path / "others").mkdir()
    for path in folder.glob("*_03_*"):
        path.rename(tmp_path / "others" / path.name)
    assert ingest_folder(tmp_path / "others", "rafd", "others", home) == 3
    assert ingest_folder(folder, "rafd", "front4", home, accept_missing=True) == 3
    active = "SELECT corpus, count(*) FROM catalogue.images WHERE excluded_reason IS NULL GROUP BY ALL ORDER BY ALL"
    assert rows(home, active) == [("front4", 3), ("others", 3)]


def affect(home: Home, *arguments: str) -> str:
    done = CliRunner().invoke(app, [*arguments, "--home", str(home.root)], env={"COLUMNS": "300"})
    assert done.exit_code == 0, done.output + str(done.exception)
    return done.output


def test_removed_photographs_stay_out_of_use_until_the_removal_is_undone(folder: Path, home: Home) -> None:
    ingest_folder(folder, "rafd", "front4", home)
    path = next(folder.glob("*_01_*_left.jpg"))
    ((image_id,),) = rows(home, f"SELECT image_id FROM catalogue.images WHERE path = '{path}'")
    other = rows(home, f"SELECT min(image_id) FROM catalogue.images WHERE path <> '{path}'")[0][0]
    printed = affect(home, "remove", str(path), other[:12])
    assert "2 photographs removed from use. `affect run` on the same folder" in printed
    assert f"affect remove --undo {image_id[:12]} {other[:12]}" in printed
    ingest_folder(folder, "rafd", "front4", home)
    assert rows(
        home, f"SELECT image_id FROM catalogue.images WHERE excluded_reason = '{REMOVED_REASON}' ORDER BY 1"
    ) == [(name,) for name in sorted([image_id, other])]
    assert "2 photographs brought back into use" in affect(home, "remove", "--undo", image_id[:12], other)
    assert rows(home, ACTIVE) == [(6,)]


def test_a_removed_photograph_that_is_missing_and_returns_stays_removed(folder: Path, home: Home) -> None:
    ingest_folder(folder, "rafd", "front4", home)
    path = next(folder.glob("*_01_*_left.jpg"))
    remove_photographs(home, [str(path)])
    content = path.read_bytes()
    path.unlink()
    ingest_folder(folder, "rafd", "front4", home)
    remove_photographs(home, [str(path)])  # by the path at which it was
    path.write_bytes(content)
    ingest_folder(folder, "rafd", "front4", home)
    assert rows(home, STATE)[1] == (path.name, "front4", REMOVED_REASON, True)


def test_a_name_of_no_photograph_or_of_several_removes_nothing(folder: Path, home: Home) -> None:
    ingest_folder(folder, "rafd", "front4", home)
    known = str(next(folder.iterdir()))
    for name in ("nothing.jpg", "0123456789ab", str(folder), "", "a\0b"):
        with pytest.raises(UnknownNameError, match="there is no photograph"):
            remove_photographs(home, [known, name])
    assert rows(home, ACTIVE) == [(6,)]


def test_pictures_of_other_formats_and_links_to_folders_are_counted_and_named(
    folder: Path, home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    """Case 23, and links to folders."""
    for suffix in ("heic", "gif", "avif", "jfif"):
        (folder / f"Rafd090_03_Kid_male_sad_left.{suffix}").write_bytes(b"x")
    (folder / "notes.txt").write_text("no picture")
    (folder / "loop").symlink_to(folder)
    ingest_folder(folder, "rafd", "front4", home)
    printed = capsys.readouterr().out
    assert "skipped, unsupported format: 4 (" in printed and "Rafd090_03_Kid_male_sad_left.avif'" in printed
    assert f"skipped, link to a folder: 1 ('{folder / 'loop'}')" in printed
    reasons = rows(home, "SELECT reason, count(*) FROM catalogue.rejects GROUP BY ALL ORDER BY ALL")
    assert reasons == [("link to a folder", 1), ("unsupported format", 4)]
    assert ingest_folder(folder, "rafd", "front4", home) == 0


def test_pictures_that_no_manifest_row_names_are_counted_and_named(
    folder: Path, home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, *_ = sorted(path.name for path in folder.iterdir())
    header = "path,subject,emotion,angle,gaze,sex,type\n"
    (folder / "manifest.csv").write_text(
        f"{header}{first},1,sad,90,left,male,Kid\n./{second},1,sad,90,frontal,male,Kid\na\0b.jpg,1,sad,90,left,male,Kid\n"
    )
    ingest_folder(folder, "manifest", "front4", home)
    assert "skipped, not in the manifest: 4 (" in capsys.readouterr().out
    reasons = rows(home, "SELECT reason, count(*) FROM catalogue.rejects GROUP BY ALL ORDER BY ALL")
    assert reasons == [("bad manifest row", 1), ("not in the manifest", 4)]


def test_a_folder_that_holds_only_links_to_folders_names_them(
    folder: Path, home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "disk").symlink_to(folder)
    with pytest.raises(CorpusError, match="found none"):
        ingest_folder(tmp_path / "links", "rafd", "links", home)
    assert f"{tmp_path / 'links' / 'disk'}'" in capsys.readouterr().out
