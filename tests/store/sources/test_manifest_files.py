"""Formats of manifests: separators, encodings, Parquet, xlsx; and files that cannot be read."""

import io
import os
import zipfile
from pathlib import Path

import polars as pl
import pytest
from openpyxl import Workbook

from affect_store.store.errors import CorpusError, ManifestError
from affect_store.store.sources import manifest, manifest_csv, manifest_files, manifest_xlsx
from affect_store.store.sources.layouts import detect_layout
from affect_store.store.types import Candidate, Reject

ROWS = [
    ["path", "subject", "emotion", "angle", "type", "age"],
    ["Jürg.jpg", "José", "sad", "90.0", "weiß", "24.5"],
    ["b.jpg", "02", "angry", "45", "white, British", ""],
]
EXPECTED = [("Jürg.jpg", "lab-José", "weiß", 90, 24.5), ("b.jpg", "lab-02", "white, British", 45, None)]


def read(folder: Path, name: str, content: bytes) -> list[Candidate | Reject]:
    (folder / name).write_bytes(content)
    return list(manifest.scan(folder, "lab"))


def summary(entries: list[Candidate | Reject]) -> list[tuple[object, ...]]:
    assert all(isinstance(entry, Candidate) for entry in entries), entries
    return [
        (entry.path.name, entry.labels.subject_id, entry.labels.population, entry.labels.camera_angle_deg,
         entry.labels.age) for entry in entries if isinstance(entry, Candidate)
    ]  # fmt: skip


def delimited(separator: str) -> str:
    def cell(value: str) -> str:
        return f'"{value}"' if separator in value else value

    return "".join(separator.join(map(cell, row)) + "\r\n" for row in ROWS)


def workbook(*sheets: list[list[object]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-32"])
def test_separators_and_encodings(tmp_path: Path, separator: str, encoding: str) -> None:
    text = delimited(separator)
    if separator == ";":
        text = text.replace("90.0", "90,0").replace("24.5", "24,5")
    assert summary(read(tmp_path, "manifest.csv", text.encode(encoding))) == EXPECTED
    assert bool(manifest.remarks(tmp_path)) == (separator != "," or not encoding.startswith("utf-8"))


def test_the_line_by_which_spreadsheets_declare_the_separator_is_skipped(tmp_path: Path) -> None:
    assert summary(read(tmp_path, "Manifest.CSV", b"sep=;\r\n" + delimited(";").encode())) == EXPECTED


def test_text_with_a_few_wrong_bytes_is_not_taken_for_another_encoding(tmp_path: Path) -> None:
    content = delimited(",").encode() + b"c\xe4.jpg,03,sad,90,,\n"
    with pytest.raises(ManifestError, match=r"manifest.csv line 4: the bytes are neither UTF-8 nor Windows-1252"):
        read(tmp_path, "manifest.csv", content)


def test_parquet(tmp_path: Path) -> None:
    frame = pl.DataFrame(ROWS[1:], schema=ROWS[0], orient="row")
    frame = frame.with_columns(
        pl.col("angle").cast(pl.Float64), pl.col("age").cast(pl.Float32, strict=False), note=pl.lit([1, 2])
    )
    frame.write_parquet(tmp_path / "manifest.parquet")
    assert summary(list(manifest.scan(tmp_path, "lab"))) == EXPECTED


def test_numbers_as_ids_have_no_decimal_point(tmp_path: Path) -> None:
    frame = pl.DataFrame({"path": ["a.jpg"], "subject": [7.0], "emotion": pl.Series(["sad"], dtype=pl.Categorical)})
    frame.write_parquet(tmp_path / "manifest.parquet")
    (entry,) = manifest.scan(tmp_path, "lab")
    assert isinstance(entry, Candidate) and entry.labels.subject_id == "lab-7"


def test_xlsx(tmp_path: Path) -> None:
    rows: list[list[object]] = [[], *ROWS[:1], [], ["Jürg.jpg", "José", "sad", 90, "weiß", 24.5], [*ROWS[2], ""], [" "]]
    assert summary(read(tmp_path, "manifest.xlsx", workbook([["notes"]], rows))) == EXPECTED
    assert "sheet 'Sheet1'" in manifest.remarks(tmp_path)[0]


def test_rows_of_a_workbook_are_named_as_the_spreadsheet_numbers_them(tmp_path: Path) -> None:
    rows: list[list[object]] = [ROWS[0][:3], [], ["a.jpg", 1, "joy"], ["b.jpg", 1, "sad", None, "?"]]
    details = [entry.detail for entry in read(tmp_path, "manifest.xlsx", workbook(rows)) if isinstance(entry, Reject)]
    assert "manifest.xlsx row 3: emotion is 'joy'" in details[0] and "row 4: the row has 5 fields" in details[1]


def test_a_stray_cell_far_away_costs_nothing(tmp_path: Path) -> None:
    book = Workbook()
    for row in ROWS:
        book.active.append(row)
    book.active["XFD200000"] = "x"
    book.save(tmp_path / "manifest.xlsx")
    *good, stray = manifest.scan(tmp_path, "lab")
    assert summary(good) == EXPECTED and isinstance(stray, Reject) and "row 200000" in stray.detail


def test_several_sheets_or_manifests_are_not_chosen_from(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="several sheets"):
        read(tmp_path, "manifest.xlsx", workbook(ROWS, ROWS))
    with pytest.raises(ManifestError, match=r"several manifests: manifest.csv, manifest.xlsx"):
        read(tmp_path, "manifest.csv", delimited(",").encode())


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("manifest.csv", b"", "an empty file"),
        ("manifest.csv", b"\n\n", "an empty file"),
        ("manifest.csv", b"path,subject\n", "lacks the column"),
        ("manifest.csv", b"My study\npath,subject,emotion\n", "the first row must name the columns"),
        ("manifest.csv", b"\xff\xfe\x00", "cannot be read as UTF-16"),
        ("manifest.csv", b'path,"subject\n', "lacks the column"),
        ("manifest.csv", b'path,subject,emotion\n\na.jpg,1,"sad\nb.jpg,1,sad\n', "line 3: the quotation mark"),
        ("manifest.csv", b'path,subject,emotion\n"a" b.jpg,1,sad\n', "line 2: text follows the quotation mark"),
        ("manifest.csv", b"path,subject,emotion\n" + b"a" * 200_000, "line 2: a value has more than 131,072"),
        ("manifest.csv", b"path,subject,emotion\n" + b"a" * 2_000_000, "line 2: the line has more than 1,048,576"),
        ("manifest.csv", b"PK\x03\x04...", "holds xlsx"),
        ("manifest.csv", b"PAR1...", "holds Parquet"),
        ("manifest.csv", b"path,subject,emotion\n\x81\x8d\x8f.jpg,1,sad\n", "line 2: the bytes are neither"),
        ("manifest.xlsx", b"path,subject,emotion\n", "cannot be read as xlsx"),
        ("manifest.xlsx", b"\xd0\xcf\x11\xe0" + bytes(600), "without password"),
        ("manifest.parquet", b"path,subject,emotion\n", "cannot be read as Parquet"),
        ("manifest.parquet", b"PAR1" + bytes(100) + b"PAR1", "cannot be read as Parquet"),
    ],
)
def test_a_manifest_that_cannot_be_used_is_an_error_naming_the_file(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    with pytest.raises(ManifestError, match=message) as error:
        read(tmp_path, name, content)
    assert name in str(error.value)


def test_an_archive_that_is_large_when_unpacked_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest_xlsx, "MAX_UNPACKED_BYTES", 100_000)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", " " * 100_001)
    with pytest.raises(ManifestError, match="100,001 bytes when unpacked"):
        read(tmp_path, "manifest.xlsx", content.getvalue())


def test_a_large_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest_files, "MAX_FILE_BYTES", 10)
    with pytest.raises(ManifestError, match="21 bytes, expected at most 10"):
        read(tmp_path, "manifest.csv", b"path,subject,emotion\n")


def test_long_nested_and_damaged_columns_of_parquet_are_refused(tmp_path: Path) -> None:
    for value, message in (([["a"]], "List"), (["x" * 200_000], "200,000 bytes"), ([b"x"], "Binary")):
        pl.DataFrame({"path": value, "subject": "1", "emotion": "sad"}).write_parquet(tmp_path / "manifest.parquet")
        with pytest.raises(ManifestError, match=message):
            list(manifest.scan(tmp_path, "lab"))


def test_a_missing_manifest_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="does not exist"):
        list(manifest.scan(tmp_path, "lab"))


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    ("kind", "message"), [("pipe", "is a named pipe"), ("folder", "is a folder"), ("link", "No such")]
)
def test_a_manifest_that_is_no_file_is_refused(tmp_path: Path, kind: str, message: str) -> None:
    path = tmp_path / "manifest.csv"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(tmp_path / "nowhere")
    assert detect_layout(tmp_path, None) == "manifest"
    with pytest.raises(CorpusError, match=message):
        list(manifest.scan(tmp_path, "lab"))


def test_only_the_pieces_of_a_long_line_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest_csv, "_MAX_LINE", 64)
    with pytest.raises(ManifestError, match="line 2: the line has more than 64 characters"):
        read(tmp_path, "manifest.csv", b"path,subject,emotion\n" + b"a" * 65)


def test_blank_lines_are_not_read_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest_csv, "_MAX_LINES", 100)
    with pytest.raises(ManifestError, match="more than 100 lines"):
        read(tmp_path, "manifest.csv", b"path,subject,emotion\n" + b"\n" * 100)
