"""Excel workbooks: values and text as in the store, no formulas, and clear errors at Excel's limits."""

import os
import subprocess
import sys
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from affect_store.store.engine import workbook
from affect_store.store.engine.export import export
from affect_store.store.engine.query import run_query
from affect_store.store.errors import QueryError
from tests.stores.known import small_home


def cells(query: str, folder: Path, **options: bool) -> list[tuple[Any, ...]]:
    target = folder / "x.xlsx"
    export(small_home(), query, target, force=True, **options)
    return list(load_workbook(target, read_only=True).active.iter_rows(values_only=True))


def test_a_view_is_written_with_a_header_and_all_rows(tmp_path: Path) -> None:
    header, *rows = cells("select model, recipe, accuracy, n_people from leaderboard", tmp_path)
    result = run_query(small_home(), "select model, recipe, accuracy, n_people from leaderboard")
    assert header == result.columns and len(rows) == len(result.rows) > 0
    for row, expected in zip(rows, result.rows, strict=True):
        assert row == pytest.approx(expected)


def test_no_text_is_a_formula(tmp_path: Path) -> None:
    query = """SELECT '=1+1' AS "=2+2", '@SUM(1)' AS "at", '-5' AS minus, '#N/A' AS error, -5 AS number"""
    assert cells(query, tmp_path) == [("=2+2", "at", "minus", "error", "number"), ("=1+1", "@SUM(1)", "-5", "#N/A", -5)]
    with zipfile.ZipFile(tmp_path / "x.xlsx") as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and "<f " not in sheet


def test_types_that_excel_lacks_are_text(tmp_path: Path) -> None:
    query = """SELECT TIMESTAMPTZ '2026-11-27 12:00:00+02' AS moment, DATE '1899-12-31' AS early, 'nan'::DOUBLE AS nan,
        12345678901234567 AS large, [1, 2] AS list, {'a': 1} AS struct, NULL AS none, true AS yes,
        chr(1) || '<' AS code, '😀é' AS text, 1.25 AS decimal, 'a'::ENUM ('a') AS kind"""
    assert cells(query, tmp_path)[1] == (
        datetime(2026, 11, 27, 10), "1899-12-31", "nan", "12345678901234567", "[1, 2]", "{'a': 1}", None, True,
        "_x0001_<", "😀é", 1.25, "a",
    )  # fmt: skip


def test_wide_components_are_numbers_with_names(tmp_path: Path) -> None:
    header, row = cells("SELECT [0.5, 2]::FLOAT[2] AS v", tmp_path, wide=True)
    assert header == ("v_0", "v_1") and row == (0.5, 2)


def test_what_does_not_fit_names_other_formats_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MAX_ROWS", 1_000)
    for query, options, message in (
        ("SELECT array_value(1, 2)::INT[2] AS v, * FROM range(1000)", {}, "more than 999 rows"),
        (f"SELECT {', '.join(map(str, range(workbook.MAX_COLUMNS + 1)))}", {}, "16,385 columns, at most 16,384"),
        ("SELECT repeat('a', 32768) AS t", {}, "'t' has 32,768 characters, at most 32,767"),
        ("SELECT 'a'::BLOB AS pixels", {}, "'pixels' holds bytes"),
        ("SELECT error('boom') FROM range(3)", {}, "boom"),
    ):
        with pytest.raises(QueryError, match=message) as error:
            export(small_home(), query, tmp_path / "x.xlsx", **options)
        assert message == "boom" or "Export to .parquet, .arrow or .csv instead" in str(error.value)
        assert os.listdir(tmp_path) == []
    export(small_home(), "FROM range(999)", tmp_path / "x.xlsx")


def test_moments_beyond_excels_dates_are_text(tmp_path: Path) -> None:
    query = """SELECT 'infinity'::TIMESTAMPTZ AS late, '-infinity'::TIMESTAMP AS early,
        TIMESTAMP '9999-12-31 23:59:59.9999' AS rounded, TIMESTAMP '9999-12-31 23:59:59' AS last"""
    assert cells(query, tmp_path)[1] == (
        "infinity", "-infinity", "9999-12-31 23:59:59.999900", datetime(9999, 12, 31, 23, 59, 59),
    )  # fmt: skip


def test_text_that_looks_like_an_escaped_character_is_escaped(tmp_path: Path) -> None:
    assert cells("SELECT '_x0041_' AS a, '_x_' AS b, '__x00e9_x0041_' AS c", tmp_path)[1] == (
        "_x005F_x0041_", "_x_", "__x005F_x00e9_x005F_x0041_",
    )  # fmt: skip


def test_a_failed_export_prints_nothing(tmp_path: Path) -> None:
    script = (
        "import duckdb\nfrom pathlib import Path\nfrom affect_store.store.engine import workbook\n"
        "relation = duckdb.sql(\"SELECT error('x') FROM range(3)\")\n"
        "try:\n    workbook.write(relation, Path('z.xlsx'))\nexcept duckdb.Error:\n    print('failed')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert (done.stdout, done.stderr) == ("failed\n", "") and os.listdir(tmp_path) == []
