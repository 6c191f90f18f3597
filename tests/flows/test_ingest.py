import os
from pathlib import Path

import pytest
from PIL import Image

from flows.ingest import ingest_folder
from store.errors import CorpusError
from store.sources import rafd
from store.sources.layouts import layout_of
from store.sources.synthetic.marker import MARKER_NAME, Marker, claim_folder
from store.tables import forget
from store.tables.connection import open_work
from store.tables.home import Home
from store.tables.person import Gone
from store.vocabulary import PROFILE_REASON


def save(path: Path, shade: int) -> Path:
    Image.new("RGB", (40, 60), (shade, shade, shade)).save(path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "lab"
    made.mkdir()
    save(made / "Rafd090_01_Kid_male_sad_left.jpg", 10)
    save(made / "Rafd000_01_Kid_male_sad_left.jpg", 20)
    return made


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def rows(home: Home, query: str) -> list:
    with open_work(home) as connection:
        return connection.execute(query).fetchall()


def test_profiles_are_kept_in_the_catalogue_and_on_disk_but_not_in_use(folder: Path, home: Home) -> None:
    assert ingest_folder(folder, "rafd", "lab", home) == 2
    found = rows(home, "SELECT camera_angle_deg, excluded_reason FROM catalogue.images ORDER BY 1")
    assert found == [(0, PROFILE_REASON), (90, None)]
    assert len(list(folder.iterdir())) == 2


def test_everything_that_cannot_be_used_is_a_reject_with_its_reason_and_the_rest_goes_on(
    folder: Path, home: Home
) -> None:
    (folder / "Rafd090_02_Kid_male_sad_left.jpg").write_text("just text")
    whole = save(folder / "Rafd090_03_Kid_male_sad_left.jpg", 30).read_bytes()
    (folder / "Rafd090_03_Kid_male_sad_left.jpg").write_bytes(whole[: len(whole) // 2])
    save(folder / "holiday.jpg", 40)
    save(folder / "Rafd090_01_Kid_male_sad_right.jpg", 10)
    save(folder / "Rafd090_01_Kid_female_sad_frontal.jpg", 50)
    ingest_folder(folder, "rafd", "lab", home)
    found = rows(home, "SELECT reason, count(*) FROM catalogue.rejects GROUP BY ALL ORDER BY ALL")
    assert found == [
        ("bad name", 1),
        ("contradicts the person", 1),
        ("duplicate bytes", 1),
        ("unreadable", 2),
    ]
    assert rows(home, "SELECT count(*) FROM catalogue.images") == [(2,)]


def test_a_second_look_stores_nothing(folder: Path, home: Home) -> None:
    save(folder / "Rafd090_01_Kid_male_sad_right.jpg", 10)
    ingest_folder(folder, "rafd", "lab", home)
    before = rows(home, "FROM catalogue.images ORDER BY ALL"), rows(home, "FROM catalogue.rejects")
    assert ingest_folder(folder, "rafd", "lab", home) == 0
    assert (rows(home, "FROM catalogue.images ORDER BY ALL"), rows(home, "FROM catalogue.rejects")) == before


def test_a_moved_file_is_followed_and_no_duplicate(folder: Path, home: Home) -> None:
    ingest_folder(folder, "rafd", "lab", home)
    old = folder / "Rafd090_01_Kid_male_sad_left.jpg"
    (folder / "inner").mkdir()
    old.rename(folder / "inner" / old.name)
    ingest_folder(folder, "rafd", "lab", home)
    assert rows(home, "SELECT count(*) FROM catalogue.rejects") == [(0,)]
    assert ("inner" in rows(home, "SELECT path FROM catalogue.images WHERE camera_angle_deg = 90")[0][0]) is True


def test_an_empty_folder_is_an_error(tmp_path: Path, home: Home) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(CorpusError, match="found none"):
        ingest_folder(tmp_path / "empty", "rafd", "empty", home)


def test_the_layout_is_found_out_and_a_wrong_one_named(tmp_path: Path) -> None:
    assert layout_of(tmp_path, None) == "rafd"
    (tmp_path / "manifest.csv").write_text("path\n")
    assert layout_of(tmp_path, None) == "manifest"
    with pytest.raises(CorpusError, match="'zip'"):
        layout_of(tmp_path, "zip")


@pytest.mark.parametrize(("has_note", "told"), [(False, "rafd"), (True, "rendered")])
def test_it_is_known_whether_the_people_are_real(folder: Path, home: Home, has_note: bool, told: str) -> None:
    if has_note:
        claim_folder(folder / "drawn", Marker(seed=7, people=1))
        (folder / "drawn" / MARKER_NAME).rename(folder / MARKER_NAME)
    ingest_folder(folder, "rafd", "lab", home)
    assert rows(home, "SELECT setting FROM quality.settings WHERE key = 'origin of corpus: lab'") == [(told,)]


def test_a_reject_that_is_good_by_now_goes(folder: Path, home: Home) -> None:
    broken = folder / "Rafd090_02_Kid_male_sad_left.jpg"
    broken.write_text("just text")
    ingest_folder(folder, "rafd", "lab", home)
    assert rows(home, "SELECT count(*) FROM catalogue.rejects") == [(1,)]
    save(broken, 70)
    ingest_folder(folder, "rafd", "lab", home)
    assert rows(home, "SELECT count(*) FROM catalogue.rejects") == [(0,)]


def test_another_spelling_of_the_same_file_is_no_duplicate(folder: Path, home: Home, tmp_path: Path) -> None:
    ingest_folder(folder, "rafd", "lab", home)
    (tmp_path / "link").symlink_to(folder)
    ingest_folder(tmp_path / "link", "rafd", "other", home)
    assert rows(home, "SELECT count(*) FROM catalogue.rejects") == [(0,)]


def test_two_folders_of_one_name_are_not_mixed_up(folder: Path, home: Home, tmp_path: Path) -> None:
    ingest_folder(folder, "rafd", "lab", home)
    second = tmp_path / "elsewhere" / "lab"
    second.mkdir(parents=True)
    save(second / "Rafd090_01_Kid_male_sad_left.jpg", 90)
    with pytest.raises(CorpusError, match="--corpus"):
        ingest_folder(second, "rafd", "lab", home)


def test_what_is_no_regular_file_is_set_aside(folder: Path, home: Home) -> None:
    os.mkfifo(folder / "Rafd090_03_Kid_male_sad_left.jpg")
    (folder / "Rafd090_04_Kid_male_sad_left.jpg").symlink_to("/dev/zero")
    ingest_folder(folder, "rafd", "lab", home)
    assert rows(home, "SELECT reason, count(*) FROM catalogue.rejects GROUP BY ALL") == [("unreadable", 2)]


LABELS = (
    "SELECT emotion FROM catalogue.labels JOIN catalogue.images AS i USING (image_id) WHERE i.camera_angle_deg = 90"
)


def test_a_renamed_file_is_a_correction_and_what_was_known_stays(folder: Path, home: Home) -> None:
    ingest_folder(folder, "rafd", "lab", home)
    (folder / "Rafd090_01_Kid_male_sad_left.jpg").rename(folder / "Rafd090_01_Kid_male_angry_left.jpg")
    assert ingest_folder(folder, "rafd", "lab", home) == 2  # moved and corrected
    assert rows(home, f"{LABELS.replace('emotion', 'labels.emotion', 1)} ORDER BY known_at") == [("sad",), ("angry",)]
    assert rows(home, "SELECT emotion FROM catalogue.images WHERE camera_angle_deg = 90") == [("angry",)]
    assert ingest_folder(folder, "rafd", "lab", home) == 0


def test_a_correction_of_the_camera_decides_anew_whether_the_photograph_is_used(folder: Path, home: Home) -> None:
    ingest_folder(folder, "rafd", "lab", home)
    (folder / "Rafd000_01_Kid_male_sad_left.jpg").rename(folder / "Rafd045_01_Kid_male_sad_left.jpg")
    ingest_folder(folder, "rafd", "lab", home)
    found = rows(home, "SELECT camera_angle_deg, excluded_reason FROM catalogue.images ORDER BY ALL")
    assert found == [(45, None), (90, None)]


def test_what_is_said_of_a_person_is_corrected_in_all_photographs_or_in_none(folder: Path, home: Home) -> None:
    ingest_folder(folder, "rafd", "lab", home)
    (folder / "Rafd090_01_Kid_male_sad_left.jpg").rename(folder / "Rafd090_01_Kid_female_sad_left.jpg")
    ingest_folder(folder, "rafd", "lab", home)
    assert rows(home, "SELECT DISTINCT sex FROM catalogue.images") == [("male",)]
    assert rows(home, "SELECT reason FROM catalogue.rejects") == [("contradicts the person",)]
    (folder / "Rafd000_01_Kid_male_sad_left.jpg").rename(folder / "Rafd000_01_Kid_female_sad_left.jpg")
    ingest_folder(folder, "rafd", "lab", home)
    assert rows(home, "SELECT DISTINCT sex FROM catalogue.images") == [("female",)]
    assert rows(home, "SELECT reason FROM catalogue.rejects") == []


def test_people_who_withdrew_their_consent_stay_out(folder: Path, home: Home) -> None:
    save(folder / "Rafd090_02_Kid_male_sad_left.jpg", 30)
    person = rafd.scan(folder, "lab")
    (gone,) = {one.labels.subject_id for one in person if "_01_" in one.path.name}
    forget.entomb(home, Gone(gone))
    ingest_folder(folder, "rafd", "lab", home)
    assert rows(home, "SELECT count(*) FROM catalogue.images") == [(1,)]
    assert rows(home, "SELECT count(*) FROM catalogue.rejects") == [(0,)]
