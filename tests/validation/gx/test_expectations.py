"""Expectations about vectors on small tables: the rows that each one reports."""

from __future__ import annotations

from pathlib import Path

import duckdb
import great_expectations as gx
import pytest

from affect_store.validation.gx.dialect import open_reader
from affect_store.validation.gx.engine import silence, source_of
from affect_store.validation.gx.expectations import (
    ExpectVectorsToBeFinite,
    ExpectVectorsToHaveLength,
    ExpectVectorsToHaveUnitNorm,
)
from affect_store.validation.thresholds import NORM_TOLERANCE

ROWS = {
    "good": "[0.6, 0.8, 0.0, 0.0, 0.0, 0.0]",
    "nan": "[0.6, 'nan'::FLOAT, 0.0, 0.0, 0.0, 0.0]",
    "infinite": "[0.6, 0.8, 0.0, 'infinity'::FLOAT, 0.0, 0.0]",
    "null inside": "[0.6, 0.8, 0.0, NULL, 0.0, 0.0]",
    "null": "NULL",
    "short": "[0.6, 0.8, 0.0]",
    "long vector": "[1.0, 0.0, 0.0, 1.0, 1.0, 0.0]",
    "a little long": "[1.0001, 0.0, 0.0, 0.0, 0.0, 0.0]",
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("vectors") / "store.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("CREATE SCHEMA features; CREATE TABLE features.misses (image_id VARCHAR)")
        connection.execute("CREATE TABLE features.vectors (name VARCHAR, vector FLOAT[])")
        for name, vector in ROWS.items():
            connection.execute(f"INSERT INTO features.vectors VALUES ('{name}', {vector})")
    return path


@pytest.mark.parametrize(
    ("expectation", "expected"),
    [
        (ExpectVectorsToBeFinite(column="vector", key="name"), {"nan", "infinite", "null inside"}),
        (ExpectVectorsToHaveLength(column="vector", key="name", length=6), {"short"}),
        (
            ExpectVectorsToHaveUnitNorm(
                column="vector", key="name", tolerance=NORM_TOLERANCE,
                source="(FROM {batch} WHERE name NOT IN ('null inside'))",
            ),
            {"nan", "infinite", "long vector", "a little long"},
        ),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_expectations_look_into_vectors(
    expectation: gx.expectations.Expectation, expected: set[str], store: Path
) -> None:
    with silence(), open_reader(store) as opened:
        asset = source_of(opened).add_table_asset("vectors", table_name="vectors", schema_name="features")
        batch = asset.add_batch_definition_whole_table("all").get_batch()
        result = batch.validate(expectation, result_format="SUMMARY")
    assert not result.success
    assert {row["name"] for row in result.result["partial_unexpected_index_list"]} == expected
    assert result.result["unexpected_count"] == len(expected)
    configuration = result.to_json_dict()["expectation_config"]
    assert configuration["type"].startswith("expect_vectors_to_") and configuration["kwargs"]["column"] == "vector"
