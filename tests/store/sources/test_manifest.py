"""The rows of a manifest: labels, unknown factors, rejects with the file's own line, contradictions."""

import os
import time
from pathlib import Path

import pytest

from affect_store.store.errors import ManifestError
from affect_store.store.sources import manifest
from affect_store.store.types import Candidate, Labels, Reject
from affect_store.store.vocabulary import EMOTIONS

HEADER = "path,subject,emotion,angle,gaze,sex,type,age\n"
GOOD = "a.jpg,001,{},90,frontal,female,white,24\n".format("happy")


def scan(folder: Path, text: str | bytes) -> list[Candidate | Reject]:
    data = text.encode() if isinstance(text, str) else text
    (folder / manifest.FILE_NAME).write_bytes(data)
    return list(manifest.scan(folder, "lab"))


def labels_of(folder: Path, text: str) -> Labels:
    (candidate,) = scan(folder, text)
    assert isinstance(candidate, Candidate)
    return candidate.labels


def rejects_of(folder: Path, text: str) -> list[str]:
    return [entry.detail for entry in scan(folder, text) if isinstance(entry, Reject)]


def test_a_row_becomes_a_candidate(tmp_path: Path) -> None:
    (candidate,) = scan(tmp_path, HEADER + GOOD)
    assert isinstance(candidate, Candidate)
    assert candidate.path == tmp_path / "a.jpg"
    assert (candidate.labels.subject_id, candidate.labels.camera_angle_deg, candidate.labels.age) == (
        "lab-001",
        90,
        24.0,
    )


def test_only_path_subject_and_emotion_are_required(tmp_path: Path) -> None:
    expected = Labels("lab-1", "unknown", "unknown", "sad", 90, "unknown", None)
    assert labels_of(tmp_path, "path,subject,emotion\na.jpg,1,sad\n") == expected
    assert labels_of(tmp_path, HEADER + "a.jpg,1,sad,,,,,\n") == expected
    assert labels_of(tmp_path, HEADER + "a.jpg,1,sad,NA,unknown,n/a,?,NaN\n") == expected


@pytest.mark.parametrize("angle", ["90", "90.0", '"90,0"', " 090 ", "+90", "90°"])
def test_numbers_may_be_written_with_a_point_or_a_comma(tmp_path: Path, angle: str) -> None:
    labels = labels_of(tmp_path, HEADER + GOOD.replace(",90,", f",{angle},").replace("24", '"24,5"'))
    assert (labels.camera_angle_deg, labels.age) == (90, 24.5)


def test_semicolons_and_decimal_commas_of_a_spreadsheet_are_read(tmp_path: Path) -> None:
    text = (HEADER + GOOD).replace(",", ";").replace(";90;", ";90,0;").replace(";24", ";24,5")
    labels = labels_of(tmp_path, text)
    assert (labels.camera_angle_deg, labels.age, labels.population) == (90, 24.5, "white")


def test_case_and_spaces_of_the_header_and_of_words_do_not_matter(tmp_path: Path) -> None:
    header = "Path, Subject ,EMOTION,Angle,Gaze,Sex,Population,AGE\n"
    labels = labels_of(tmp_path, header + "a.jpg,001, Happy ,90,Frontal,F,white,24\n")
    assert labels == labels_of(tmp_path, HEADER + GOOD)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("happy", "joyful"), "emotion is 'joyful', expected one of angry contemptuous"),
        (("happy", "joyful"), "did you mean happy?"),
        (("happy", "surprized"), "did you mean surprised?"),
        (("happy", "Anger"), "did you mean angry?"),
        (("happy", "joy"), "or empty for an unlabelled photograph"),
        ((",90,", ",181,"), "angle is '181', expected whole degrees from 0 to 180"),
        ((",90,", ",-45,"), "angle is '-45'"),
        ((",90,", ",60.5,"), "angle is '60.5'"),
        ((",90,", ",1e2,"), "angle is '1e2'"),
        (("female", "woman"), "sex is 'woman'"),
        (("frontal", "up"), "gaze is 'up'"),
        (("001", ""), "subject is empty"),
        (("001", "a\x1bb"), "control character U+001B"),
        (("001", '"a\nb"'), "a line break"),
        (("white", "a\x00b"), "control character U+0000"),
        (("a.jpg", "a\x1b.jpg"), "control character U+001B"),
        (("white", "x" * 201), "expected at most 200 characters"),
        (("24", "-3"), "age is '-3'"),
        (("24", "inf"), "age is 'inf'"),
        (("a.jpg", "../../etc/passwd"), "leads out of the folder"),
        (("a.jpg", "..\\..\\etc\\passwd"), "leads out of the folder"),
        (("a.jpg", "/etc/passwd"), "leads out of the folder"),
        (("a.jpg", "x/../../y"), "leads out of the folder"),
        (("a.jpg", "."), "leads out of the folder"),
        (("a.jpg", "a\x00.jpg"), "NUL character"),
        (("a.jpg", ""), "path is empty"),
        ((",24", ""), "7 fields, but the header has 8"),
        ((",24", ",24,5"), "9 fields, but the header has 8; write a value that contains ',' in quotation marks"),
        (("white", "East Asian, Japanese"), "9 fields"),
    ],
)
def test_a_bad_row_is_set_aside_with_its_line_and_the_others_go_on(
    tmp_path: Path, change: tuple[str, str], reason: str
) -> None:
    bad, good = scan(tmp_path, HEADER + GOOD.replace(*change) + GOOD)
    assert isinstance(bad, Reject) and "line" in bad.detail and " 2" in bad.detail and reason in bad.detail
    assert isinstance(good, Candidate)


@pytest.mark.parametrize(("text", "angle"), [("0", 0), ("60", 60), ("110.0", 110), ("75°", 75), ("180", 180)])
def test_cameras_may_stand_at_any_whole_degree(tmp_path: Path, text: str, angle: int) -> None:
    assert labels_of(tmp_path, HEADER + GOOD.replace(",90,", f",{text},")).camera_angle_deg == angle


@pytest.mark.parametrize("word", ["", "  ", "NA", "unknown", "?"])
def test_a_photograph_without_an_emotion_is_unlabelled(tmp_path: Path, word: str) -> None:
    assert labels_of(tmp_path, HEADER + GOOD.replace("happy", word)).emotion == "unknown"


def test_an_unquoted_comma_is_seen_where_later_columns_are_missing(tmp_path: Path) -> None:
    header, row = "path,subject,emotion,type{}\n", "a.jpg,1,sad,East Asian, Japanese\n"
    for end in ("", ",", ",,"):  # spreadsheets write columns without a name
        (detail,) = rejects_of(tmp_path, header.format(end) + row)
        assert "line 2" in detail


def test_columns_without_a_name_may_be_empty_or_absent(tmp_path: Path) -> None:
    entries = scan(tmp_path, "path,subject,emotion,,\na.jpg,1,sad,,\nb.jpg,1,sad\n")
    assert all(isinstance(entry, Candidate) for entry in entries) and len(entries) == 2


def test_the_place_is_the_line_of_the_file(tmp_path: Path) -> None:
    bad = GOOD.replace("happy", "joyful")
    assert "line 4:" in rejects_of(tmp_path, HEADER + "\n\n" + bad)[0]
    assert "line 4:" in rejects_of(tmp_path, f"\n{HEADER}\n{bad}")[0]
    assert "line 4:" in rejects_of(tmp_path, HEADER + GOOD.replace("white", '"of\nthe lab"') + bad)[-1]
    assert "line 3:" in rejects_of(tmp_path, (HEADER + ",,,,,,,\n" + bad).replace("\n", "\r"))[0]
    assert "line 4:" in rejects_of(tmp_path, f"sep=,\n{HEADER}\n{bad}")[0]


def test_a_row_over_several_lines_is_named_with_all_of_them(tmp_path: Path) -> None:
    (detail,) = rejects_of(tmp_path, "path,subject,emotion,note\n" + 'a.jpg,1,joy,"two\nlines"\n')
    assert "manifest.csv lines 2 to 3: emotion" in detail


def test_blank_rows_are_no_rows(tmp_path: Path) -> None:
    assert len(scan(tmp_path, HEADER + "\n" + GOOD + ",,,,,,,\n ,\n\n" + ";;;\n".replace(";", ","))) == 1


def test_a_repeated_column_stops_and_is_named(tmp_path: Path) -> None:
    for header in ("path,subject,emotion,Emotion ", "path,subject,emotion,type,population", "path,subject,emotion,x,x"):
        with pytest.raises(ManifestError, match=f"column.s. {header.split(',')[2 + header.count(',') // 4]}"):
            scan(tmp_path, header + "\na.jpg,1,sad,sad,sad\n")


def test_a_missing_column_is_named_with_what_is_there_and_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(ManifestError) as error:
        scan(tmp_path, "file,participant,expression,sex\n")
    message = str(error.value)
    assert "lacks the column(s) path, subject, emotion" in message and "received file, participant, " in message
    assert "rename the column 'expression' to 'emotion'?" in message


def test_two_rows_that_contradict_each_other_are_both_rejected_with_their_lines(tmp_path: Path) -> None:
    other = "b.jpg,001,sad,90,frontal,female,white,24\n"
    first, good, second = scan(tmp_path, HEADER + GOOD + other + "\n" + GOOD.replace("happy", "sad"))
    assert isinstance(first, Reject) and isinstance(second, Reject) and isinstance(good, Candidate)
    assert first.reason == second.reason == "contradictory rows"
    assert "line 2 contradicts line 5 about 'a.jpg': emotion is happy and sad" in first.detail
    assert "line 5 contradicts line 2 about 'a.jpg': emotion is happy and sad" in second.detail


def test_rows_that_name_different_people_do_not_tell_who_they_are(tmp_path: Path) -> None:
    first, second = scan(tmp_path, HEADER + GOOD + GOOD.replace("001", "002"))
    assert isinstance(first, Reject) and isinstance(second, Reject)
    assert (first.subject_id, second.subject_id) == ("lab-001", "lab-002")
    assert "subject differs" in first.detail and "00" not in first.detail


def test_equal_rows_count_once(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    (candidate,) = scan(tmp_path, HEADER + GOOD + GOOD.replace("90", "90.0").replace("a.jpg", ".\\A.JPG") + GOOD)
    assert isinstance(candidate, Candidate) and candidate.path == tmp_path / "a.jpg"


def test_a_person_has_the_sex_and_type_of_the_rows_that_know_them(tmp_path: Path) -> None:
    rows = "path,subject,emotion,sex,type\na.jpg,1,sad,male,\nb.jpg,1,sad,,white\nc.jpg,2,sad,,\n"
    people = [(entry.labels.sex, entry.labels.population) for entry in scan(tmp_path, rows)]
    assert people == [("male", "white"), ("male", "white"), ("unknown", "unknown")]


def test_a_column_with_another_name_is_not_overlooked_silently(tmp_path: Path) -> None:
    scan(tmp_path, "path,subject,emotion,Gender,session\na.jpg,1,sad,female,3\n")
    (remark,) = manifest.remarks(tmp_path)
    assert "no column angle (90 (frontal)), gaze (unknown), sex (unknown)" in remark and "'gender' to 'sex'" in remark
    scan(tmp_path, "path,subject,emotion,session\na.jpg,1,sad,3\n")
    assert manifest.remarks(tmp_path) == []


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    inside = tmp_path / "corpus"
    inside.mkdir()
    (tmp_path / "secret.jpg").write_bytes(b"x")
    (inside / "a.jpg").symlink_to(tmp_path / "secret.jpg")
    (inside / "b").symlink_to(tmp_path)
    for path in ("a.jpg", "b/secret.jpg", "B\\SECRET.jpg"):
        (bad,) = scan(inside, HEADER + GOOD.replace("a.jpg", path))
        assert isinstance(bad, Reject) and "leads out" in bad.detail


def test_a_loop_of_links_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").symlink_to(tmp_path / "a.jpg")
    (bad,) = scan(tmp_path, HEADER + GOOD)
    assert isinstance(bad, Reject)


def test_a_large_manifest_is_read_in_seconds(tmp_path: Path) -> None:
    for number in range(100):
        (tmp_path / f"p{number}").mkdir()
    rows = "".join(
        f"p{number % 100}\\x{number}.jpg,{number % 100},{EMOTIONS[number % 8]},90.0,,,,\n" for number in range(5_000)
    )
    before = time.process_time()
    assert len(scan(tmp_path, HEADER + rows)) == 5_000
    assert time.process_time() - before < 2  # 100,000 rows take about 5 s


def test_a_long_value_is_cut_in_the_message(tmp_path: Path) -> None:
    (detail,) = rejects_of(tmp_path, HEADER + GOOD.replace("happy", "x" * 100_000))
    assert len(detail) < 300


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_manifest_without_permission_is_an_error(tmp_path: Path) -> None:
    (tmp_path / manifest.FILE_NAME).write_text(HEADER)
    (tmp_path / manifest.FILE_NAME).chmod(0)
    with pytest.raises(ManifestError, match="Permission denied"):
        list(manifest.scan(tmp_path, "lab"))


def test_a_file_that_is_named_in_every_row_is_compared_once(tmp_path: Path) -> None:
    before = time.process_time()
    assert len(scan(tmp_path, HEADER + GOOD * 4_000)) == 1
    rejects = scan(tmp_path, HEADER + GOOD * 4_000 + GOOD.replace("happy", "sad"))
    assert len(rejects) == 4_001 and all(isinstance(entry, Reject) and len(entry.detail) < 300 for entry in rejects)
    assert time.process_time() - before < 5
