from pathlib import Path

import pytest

from store.errors import ManifestError
from store.sources import manifest
from store.types import Candidate, Reject

HEADER = "path,subject,emotion,angle,gaze,sex,type,age\n"
GOOD = "a.jpg,001,{},90,frontal,female,white,24\n".format("happy")


def scan(folder: Path, text: str | bytes) -> list[Candidate | Reject]:
    data = text.encode() if isinstance(text, str) else text
    (folder / manifest.NAME).write_bytes(data)
    return list(manifest.scan(folder, "lab"))


def test_a_row_becomes_a_candidate(tmp_path: Path) -> None:
    (found,) = scan(tmp_path, HEADER + GOOD)
    assert isinstance(found, Candidate)
    assert found.path == tmp_path / "a.jpg"
    assert (found.labels.subject_id, found.labels.camera_angle_deg, found.labels.age) == ("lab-001", 90, 24.0)


@pytest.mark.parametrize("age", ["", "NA", "unknown"])
def test_an_unknown_age_is_none(tmp_path: Path, age: str) -> None:
    (found,) = scan(tmp_path, HEADER + GOOD.replace("24", age))
    assert isinstance(found, Candidate) and found.labels.age is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("happy", "joyful"), "emotion is 'joyful'"),
        ((",90,", ",91,"), "angle is '91'"),
        (("female", "woman"), "sex is 'woman'"),
        (("001", ""), "subject is empty"),
        (("24", "-3"), "age is '-3'"),
        (("a.jpg", "../../etc/passwd"), "leads out of the folder"),
        (("a.jpg", "/etc/passwd"), "leads out of the folder"),
        (("a.jpg", ""), "path is empty"),
    ],
)
def test_a_bad_row_is_set_aside_with_its_line_and_the_others_go_on(
    tmp_path: Path, change: tuple[str, str], reason: str
) -> None:
    bad, good = scan(tmp_path, HEADER + GOOD.replace(*change) + GOOD)
    assert isinstance(bad, Reject) and "line 2" in bad.detail and reason in bad.detail
    assert isinstance(good, Candidate)


def test_a_short_row_is_set_aside(tmp_path: Path) -> None:
    (bad,) = scan(tmp_path, HEADER + "a.jpg,001\n")
    assert isinstance(bad, Reject)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    inside = tmp_path / "corpus"
    inside.mkdir()
    (tmp_path / "secret.jpg").write_bytes(b"x")
    (inside / "a.jpg").symlink_to(tmp_path / "secret.jpg")
    (bad,) = scan(inside, HEADER + GOOD)
    assert isinstance(bad, Reject) and "leads out" in bad.detail


@pytest.mark.parametrize("data", [b"", b"path,subject\n", b"\xff\xfe\x00", b'path,"subject\n'])
def test_a_manifest_that_cannot_be_used_is_an_error_naming_the_file(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ManifestError, match=r"manifest\.csv"):
        scan(tmp_path, data)


def test_a_missing_manifest_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="does not exist"):
        list(manifest.scan(tmp_path, "lab"))


def test_a_loop_of_links_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").symlink_to(tmp_path / "a.jpg")
    (bad,) = scan(tmp_path, HEADER + GOOD)
    assert isinstance(bad, Reject)
