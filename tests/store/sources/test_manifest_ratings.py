"""Ratings by people in a manifest: shares and per cent, scales, blank cells, the distribution, contradictions."""

from pathlib import Path

import polars as pl
import pytest

from affect_store.store.errors import ManifestError
from affect_store.store.sources import manifest
from affect_store.store.types import NO_RATINGS, Candidate, Ratings, Reject
from affect_store.store.vocabulary import AGREEMENTS

START = "path,subject,emotion"
SHARES = (0.1, 0.0, 0.1, 0.0, 0.7, 0.1, 0.0, 0.0)  # 0.7 of the raters chose happy


def entries_of(folder: Path, header: str, *rows: str) -> list[Candidate | Reject]:
    (folder / manifest.FILE_NAME).write_text("\n".join([header, *rows]) + "\n")
    return list(manifest.scan(folder, "lab"))


def ratings_of(folder: Path, columns: str, values: str) -> Ratings:
    (entry,) = entries_of(folder, f"{START},{columns}", f"a.jpg,1,happy,{values}")
    assert isinstance(entry, Candidate), entry
    return entry.ratings


def reason(folder: Path, columns: str, values: str) -> str:
    (entry,) = entries_of(folder, f"{START},{columns}", f"a.jpg,1,happy,{values}")
    assert isinstance(entry, Reject)
    return entry.detail


def test_a_manifest_without_ratings_has_none(tmp_path: Path) -> None:
    assert ratings_of(tmp_path, "age", "24") == NO_RATINGS
    assert not any("agreement" in remark for remark in manifest.remarks(tmp_path))


@pytest.mark.parametrize(
    ("columns", "values", "expected"),
    [
        ("agreement,intensity,genuineness", "0.82,4.1,3.9", Ratings(0.82, 4.1, 3.9)),
        ("Agreement", "1", Ratings(1.0)),
        ("intensity", "5", Ratings(intensity=5.0)),
        ("genuineness", "1", Ratings(genuineness=1.0)),
        ("agreement,intensity", ",NA", NO_RATINGS),
        ("agreement,intensity", "0,", Ratings(0.0)),
    ],
)
def test_any_of_the_columns_and_any_blank_cell_are_read(
    tmp_path: Path, columns: str, values: str, expected: Ratings
) -> None:
    assert ratings_of(tmp_path, columns, values) == expected


@pytest.mark.parametrize("header", ["agreement (%)", "Agreement %", "agreement [%]", "agreement in %", "agreement_%"])
def test_a_percent_sign_in_the_header_divides_by_100(tmp_path: Path, header: str) -> None:
    assert ratings_of(tmp_path, header, "82") == Ratings(0.82)
    assert ratings_of(tmp_path, header, "82 %") == Ratings(0.82)


def test_a_percent_sign_in_the_value_divides_by_100(tmp_path: Path) -> None:
    assert ratings_of(tmp_path, "agreement", '"82,5%"') == Ratings(0.825)


def test_a_value_above_1_without_a_percent_sign_is_rejected(tmp_path: Path) -> None:
    detail = reason(tmp_path, "agreement", "82")
    assert "agreement is '82', expected a share from 0 to 1" in detail and "'agreement (%)'" in detail


def test_shares_in_a_column_of_per_cent_stop_the_run(tmp_path: Path) -> None:
    rows = ("a.jpg,1,happy,0.82", "b.jpg,1,sad,0", "c.jpg,1,sad,1")
    with pytest.raises(ManifestError, match="no value is above 1"):
        entries_of(tmp_path, f"{START},agreement (%)", *rows)
    assert len(entries_of(tmp_path, f"{START},agreement (%)", *rows, "d.jpg,1,sad,1.5")) == 4
    assert len(entries_of(tmp_path, f"{START},agreement (%)", "a.jpg,1,happy,0")) == 1  # nobody agreed


@pytest.mark.parametrize(
    ("column", "value"),
    [("agreement", "101%"), ("agreement", "-0.1"), ("agreement", "high"), ("intensity", "5.1"), ("genuineness", "0")],
)
def test_values_out_of_range_are_rejected(tmp_path: Path, column: str, value: str) -> None:
    assert f"{column} is '{value}', expected a " in reason(tmp_path, column, value)


def test_a_distribution_over_all_emotions_is_read(tmp_path: Path) -> None:
    ratings = ratings_of(tmp_path, ",".join(AGREEMENTS), ",".join(map(str, SHARES)))
    assert ratings.distribution == SHARES
    assert ratings.agreement == 0.7  # the share of the intended emotion
    per_cent = ratings_of(
        tmp_path, ",".join(f"{name} (%)" for name in AGREEMENTS), ",".join(f"{100 * share:.0f}" for share in SHARES)
    )
    assert per_cent.distribution == pytest.approx(SHARES)


def test_an_agreement_of_its_own_is_kept_beside_the_distribution(tmp_path: Path) -> None:
    values = ",".join(map(str, (0.65, *SHARES)))
    assert ratings_of(tmp_path, ",".join(("agreement", *AGREEMENTS)), values).agreement == 0.65


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ("0.1,0,0.1,0,0.5,0.1,0,0", "sum to 0.8, expected 1 within 0.02"),
        ("0.1,0,0.1,0,0.7,0.1,0,", "agreement_surprised is empty"),
        ("10,0,10,0,70,10,0,0", "expected a share from 0 to 1"),
    ],
)
def test_a_distribution_that_cannot_be_used_rejects_the_row(tmp_path: Path, values: str, message: str) -> None:
    assert message in reason(tmp_path, ",".join(AGREEMENTS), values)


def test_rounded_shares_and_blank_distributions_are_accepted(tmp_path: Path) -> None:
    assert ratings_of(tmp_path, ",".join(AGREEMENTS), "0.1,0,0.1,0,0.69,0.1,0,0").distribution
    assert ratings_of(tmp_path, ",".join(AGREEMENTS), "," * 7) == NO_RATINGS


def test_a_part_of_the_distribution_is_not_read_and_the_run_says_so(tmp_path: Path) -> None:
    assert ratings_of(tmp_path, ",".join(AGREEMENTS[:7]), "0.1,0,0.1,0,0.7,0.1,0") == NO_RATINGS
    (remark,) = (text for text in manifest.remarks(tmp_path) if "distribution" in text)
    assert AGREEMENTS[7] in remark and AGREEMENTS[0] not in remark


def test_a_column_that_may_hold_ratings_is_named(tmp_path: Path) -> None:
    ratings_of(tmp_path, "hit_rate,mean_intensity", "0.82,4")
    (remark,) = manifest.remarks(tmp_path)
    assert "rename 'hit_rate' to 'agreement', 'mean_intensity' to 'intensity'" in remark


def test_rows_with_different_ratings_of_one_file_contradict_each_other(tmp_path: Path) -> None:
    header = f"{START},agreement"
    first, second = entries_of(tmp_path, header, "a.jpg,1,happy,0.8", "a.jpg,1,happy,0.9")
    assert isinstance(first, Reject) and isinstance(second, Reject)
    assert "agreement is 0.8 and 0.9" in first.detail
    assert len(entries_of(tmp_path, header, "a.jpg,1,happy,0.8", "a.jpg,1,happy,80%")) == 1


def test_ratings_in_parquet_are_read_as_numbers(tmp_path: Path) -> None:
    columns = {"path": ["a.jpg"], "subject": [1], "emotion": ["sad"], "agreement (%)": [82.0], "intensity": [4.25]}
    pl.DataFrame(columns).write_parquet(tmp_path / "manifest.parquet")
    (entry,) = manifest.scan(tmp_path, "lab")
    assert isinstance(entry, Candidate) and entry.ratings == Ratings(0.82, 4.25)
