"""Ingestion of a folder: the catalogue, rejects, moves and corrections."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from affect_store.flows.steps.catalogue import ingest_folder, read_file
from affect_store.store.consent import erasure
from affect_store.store.engine.work_store import open_work
from affect_store.store.erasure_request import ErasureRequest
from affect_store.store.errors import CorpusError
from affect_store.store.features.decode import decode
from affect_store.store.home import Home
from affect_store.store.sources import rafd
from affect_store.store.sources.layouts import detect_layout
from affect_store.store.sources.synthetic.marker import MARKER_NAME, Marker, claim_folder
from affect_store.store.types import Candidate, Labels, Photo, Reject
from affect_store.store.vocabulary import PROFILE_REASON


def save(path: Path, shade: int) -> Path:
    Image.new("RGB", (40, 60), (shade, shade, shade)).save(path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "lab"
    folder.mkdir()
    save(folder / "Rafd090_01_Kid_male_sad_left.jpg", 10)
    save(folder / "Rafd000_01_Kid_male_sad_left.jpg", 20)
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def rows(home: Home, query: str) -> list:
    with open_work(home) as connection:
        return connection.execute(query).fetchall()


def test_profiles_are_catalogued_but_not_in_use(folder: Path, home: Home) -> None:
    assert ingest_folder(folder, "rafd", "lab", home) == 2
    stored = rows(home, "SELECT camera_angle_deg, excluded_reason FROM catalogue.images ORDER BY 1")
    assert stored == [(0, PROFILE_REASON), (90, None)]
    assert len(list(folder.iterdir())) == 2


def test_unusable_files_are_rejects_with_a_reason_and_the_others_are_catalogued(folder: Path, home: Home) -> None:
    (folder / "Rafd090_02_Kid_male_sad_left.jpg").write_text("just text")
    whole = save(folder / "Rafd090_03_Kid_male_sad_left.jpg", 30).read_bytes()
    (folder / "Rafd090_03_Kid_male_sad_left.jpg").write_bytes(whole[: len(whole) // 2])
    save(folder / "holiday.jpg", 40)
    save(folder / "Rafd090_01_Kid_male_sad_right.jpg", 10)
    save(folder / "Rafd090_01_Kid_female_sad_frontal.jpg", 50)
    ingest_folder(folder, "rafd", "lab", home)
    stored = rows(home, "SELECT reason, count(*) FROM catalogue.rejects GROUP BY ALL ORDER BY ALL")
    assert stored == [
        ("bad name", 1),
        ("contradicts the person", 1),
        ("damaged", 1),
        ("duplicate bytes", 1),
        ("unreadable", 1),
    ]
    assert rows(home, "SELECT count(*) FROM catalogue.images") == [(2,)]


def test_a_second_ingestion_stores_nothing(folder: Path, home: Home) -> None:
    save(folder / "Rafd090_01_Kid_male_sad_right.jpg", 10)
    ingest_folder(folder, "rafd", "lab", home)
    before = rows(home, "FROM catalogue.images ORDER BY ALL"), rows(home, "FROM catalogue.rejects")
    assert ingest_folder(folder, "rafd", "lab", home) == 0
    assert (rows(home, "FROM catalogue.images ORDER BY ALL"), rows(home, "FROM catalogue.rejects")) == before


def test_a_moved_file_is_not_a_duplicate(folder: Path, home: Home) -> None:
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


def test_the_layout_is_detected_and_an_unknown_one_is_an_error(tmp_path: Path) -> None:
    assert detect_layout(tmp_path, None) == "rafd"
    (tmp_path / "manifest.csv").write_text("path\n")
    assert detect_layout(tmp_path, None) == "manifest"
    with pytest.raises(CorpusError, match="'zip'"):
        detect_layout(tmp_path, "zip")


@pytest.mark.parametrize(("has_note", "layout"), [(False, "rafd"), (True, "rendered")])
def test_the_origin_of_the_photographs_is_recorded(folder: Path, home: Home, has_note: bool, layout: str) -> None:
    if has_note:
        claim_folder(folder / "drawn", Marker(seed=7, people=1))
        (folder / "drawn" / MARKER_NAME).rename(folder / MARKER_NAME)
    ingest_folder(folder, "rafd", "lab", home)
    assert rows(home, "SELECT setting FROM quality.settings WHERE key = 'corpus_layout:lab'") == [(layout,)]


def test_a_reject_that_was_repaired_is_removed(folder: Path, home: Home) -> None:
    broken = folder / "Rafd090_02_Kid_male_sad_left.jpg"
    broken.write_text("just text")
    ingest_folder(folder, "rafd", "lab", home)
    assert rows(home, "SELECT count(*) FROM catalogue.rejects") == [(1,)]
    save(broken, 70)
    ingest_folder(folder, "rafd", "lab", home)
    assert rows(home, "SELECT count(*) FROM catalogue.rejects") == [(0,)]


def test_another_path_of_the_same_file_is_no_duplicate(folder: Path, home: Home, tmp_path: Path) -> None:
    ingest_folder(folder, "rafd", "lab", home)
    (tmp_path / "link").symlink_to(folder)
    ingest_folder(tmp_path / "link", "rafd", "other", home)
    assert rows(home, "SELECT count(*) FROM catalogue.rejects") == [(0,)]


def test_two_folders_of_one_name_are_an_error(folder: Path, home: Home, tmp_path: Path) -> None:
    ingest_folder(folder, "rafd", "lab", home)
    second = tmp_path / "elsewhere" / "lab"
    second.mkdir(parents=True)
    save(second / "Rafd090_01_Kid_male_sad_left.jpg", 90)
    with pytest.raises(CorpusError, match="--corpus"):
        ingest_folder(second, "rafd", "lab", home)


def test_special_files_are_rejected(folder: Path, home: Home) -> None:
    os.mkfifo(folder / "Rafd090_03_Kid_male_sad_left.jpg")
    (folder / "Rafd090_04_Kid_male_sad_left.jpg").symlink_to("/dev/zero")
    ingest_folder(folder, "rafd", "lab", home)
    assert rows(home, "SELECT reason, count(*) FROM catalogue.rejects GROUP BY ALL") == [("unreadable", 2)]


LABELS = (
    "SELECT emotion FROM catalogue.labels JOIN catalogue.images AS i USING (image_id) WHERE i.camera_angle_deg = 90"
)


def test_a_renamed_file_is_a_correction_and_earlier_labels_stay(folder: Path, home: Home) -> None:
    ingest_folder(folder, "rafd", "lab", home)
    (folder / "Rafd090_01_Kid_male_sad_left.jpg").rename(folder / "Rafd090_01_Kid_male_angry_left.jpg")
    assert ingest_folder(folder, "rafd", "lab", home) == 2  # moved and corrected
    assert rows(home, f"{LABELS.replace('emotion', 'labels.emotion', 1)} ORDER BY known_at") == [("sad",), ("angry",)]
    assert rows(home, "SELECT emotion FROM catalogue.images WHERE camera_angle_deg = 90") == [("angry",)]
    assert ingest_folder(folder, "rafd", "lab", home) == 0


def test_a_correction_of_the_camera_angle_changes_whether_the_photograph_is_used(folder: Path, home: Home) -> None:
    ingest_folder(folder, "rafd", "lab", home)
    (folder / "Rafd000_01_Kid_male_sad_left.jpg").rename(folder / "Rafd045_01_Kid_male_sad_left.jpg")
    ingest_folder(folder, "rafd", "lab", home)
    stored = rows(home, "SELECT camera_angle_deg, excluded_reason FROM catalogue.images ORDER BY ALL")
    assert stored == [(45, None), (90, None)]


def test_attributes_of_a_person_are_corrected_in_all_photographs_or_in_none(folder: Path, home: Home) -> None:
    ingest_folder(folder, "rafd", "lab", home)
    (folder / "Rafd090_01_Kid_male_sad_left.jpg").rename(folder / "Rafd090_01_Kid_female_sad_left.jpg")
    ingest_folder(folder, "rafd", "lab", home)
    assert rows(home, "SELECT DISTINCT sex FROM catalogue.images") == [("male",)]
    ((reason, detail),) = rows(home, "SELECT reason, detail FROM catalogue.rejects")
    assert reason == "contradicts the person"
    assert detail.startswith("lab-01: sex is female, but male in '") and "Rafd000_01_Kid_male_sad_left.jpg'" in detail
    (folder / "Rafd000_01_Kid_male_sad_left.jpg").rename(folder / "Rafd000_01_Kid_female_sad_left.jpg")
    ingest_folder(folder, "rafd", "lab", home)
    assert rows(home, "SELECT DISTINCT sex FROM catalogue.images") == [("female",)]
    assert rows(home, "SELECT reason FROM catalogue.rejects") == []


def test_erased_people_are_not_catalogued_again(folder: Path, home: Home) -> None:
    save(folder / "Rafd090_02_Kid_male_sad_left.jpg", 30)
    candidates = rafd.scan(folder, "lab")
    (erased,) = {candidate.labels.subject_id for candidate in candidates if "_01_" in candidate.path.name}
    erasure.write_tombstone(home, ErasureRequest(erased))
    (folder / "Rafd090_01_Kid_male_sad_left.heic").write_bytes(b"a format that is not read")
    ingest_folder(folder, "rafd", "lab", home)
    assert rows(home, "SELECT count(*) FROM catalogue.images") == [(1,)]
    assert rows(home, "SELECT count(*) FROM catalogue.rejects") == [(0,)]


def test_a_missing_file_of_a_manifest_is_named_with_line_and_similar_name(folder: Path, home: Home) -> None:
    (folder / "manifest.csv").write_text("path,subject,emotion\nRafd090_01_Kid_male_sad_leff.jpg,1,sad\n")
    save(folder / "d.jpg", 99)
    with (folder / "manifest.csv").open("a") as file:
        file.write("d.jpg,3,sad\n")
    ingest_folder(folder, "manifest", "lab", home)
    missing = "SELECT detail FROM catalogue.rejects WHERE reason = 'missing file'"
    ((detail,),) = rows(home, missing)
    assert "(named in manifest.csv line 2; did you mean 'Rafd090_01_Kid_male_sad_left.jpg'?)" in detail


def test_rejected_rows_of_erased_people_are_not_stored(folder: Path, home: Home) -> None:
    photographs = sorted(path.name for path in folder.iterdir())
    lines = [
        f"{photographs[0]},1,sad",
        f"{photographs[0]},1,happy",
        f"{photographs[1]},1,joy",
        "c.jpg,2,joy",
        "d.jpg,3,sad",
    ]
    save(folder / "d.jpg", 99)
    (folder / "manifest.csv").write_text("\n".join(["path,subject,emotion", *lines]))
    erasure.write_tombstone(home, ErasureRequest("lab-1"))
    ingest_folder(folder, "manifest", "lab", home)
    assert [path for (path,) in rows(home, "SELECT path FROM catalogue.rejects")] == [str(folder / "c.jpg")]


def test_a_folder_of_another_database_stores_nothing(tmp_path: Path, home: Home) -> None:
    (tmp_path / "KDEF").mkdir()
    save(tmp_path / "KDEF" / "AF01AFS.JPG", 10)
    with pytest.raises(CorpusError, match="holds 1 photographs, but no file name tells their labels"):
        ingest_folder(tmp_path / "KDEF", "rafd", "KDEF", home)
    assert not home.work.exists()


def reason_of(path: Path) -> tuple[str, str]:
    """The reason and the detail with which a file is rejected; it is read as ingestion reads it."""
    reading = read_file(Candidate(path, Labels("lab-1", "male", "Kid", "sad", 90, "left")), "lab", ())
    return (reading.reason, reading.detail) if isinstance(reading, Reject) else ("", "")


LOST = 4096
DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "zeros": lambda data: data[:9000] + bytes(LOST) + data[9000 + LOST :],
    "half": lambda data: data[: len(data) // 2] + bytes(len(data) // 2) + b"\xff\xd9",
    "lost": lambda data: data[:9000] + data[9000 + LOST :],
    "truncated": lambda data: data[: len(data) // 2],
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_photographs_are_rejects_with_the_sentence_of_the_decoder(damage: str, tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (200, 150, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "a.jpg", quality=90)
    assert reason_of(tmp_path / "a.jpg") == ("", "")
    (tmp_path / "a.jpg").write_bytes(DAMAGES[damage]((tmp_path / "a.jpg").read_bytes()))
    reason, detail = reason_of(tmp_path / "a.jpg")
    assert reason == "damaged" and detail.startswith(f"'{tmp_path / 'a.jpg'}' cannot be read as a photograph: ")


def test_a_photograph_that_is_known_is_not_checked_again(tmp_path: Path) -> None:
    (tmp_path / "old.jpg").write_bytes(b"damaged")
    image_id = hashlib.sha256(b"damaged").hexdigest()
    candidate = Candidate(tmp_path / "old.jpg", Labels("lab-1", "male", "Kid", "sad", 90, "left"))
    assert read_file(candidate, "lab", {image_id}) == image_id


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_the_size_is_that_of_the_upright_picture(kind: str, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (40, 60), (200, 100, 50)).save(tmp_path / "a", kind, exif=exif)
    reading = read_file(Candidate(tmp_path / "a", Labels("lab-1", "male", "Kid", "sad", 90, "left")), "lab", ())
    assert isinstance(reading, Photo) and (reading.width_px, reading.height_px) == (60, 40)
    assert decode(reading.path.read_bytes()).shape == (40, 60, 3)
