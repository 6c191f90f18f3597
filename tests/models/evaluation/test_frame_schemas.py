import polars as pl
import pytest

from affect_store.models.evaluation.frame_schemas import frame_schema
from affect_store.store.schema.tables import BY_NAME

TABLES = ("metrics", "comparisons", "ranks", "effects", "attributions", "group_attributions", "importances")


@pytest.mark.parametrize("table", [f"registry.{name}" for name in TABLES])
def test_the_columns_are_those_of_the_table_in_its_order(table):
    assert tuple(frame_schema(table)) == BY_NAME[table].columns
    assert "run_id" not in frame_schema(table, without=("run_id",))
    assert set(frame_schema(table).values()) <= {pl.String(), pl.Float64(), pl.Int64()}


def test_numbers_have_their_widest_dtype():
    schema = frame_schema("registry.metrics")
    assert (schema["metric"], schema["value"], schema["n_images"]) == (pl.String, pl.Float64, pl.Int64)
