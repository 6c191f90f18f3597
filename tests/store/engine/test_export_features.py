"""Exports of features and services: one row per photograph, a column per component, and labels."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from affect_store.store.engine.export import export
from affect_store.store.engine.export_query import FEX, LABELS, component_names
from affect_store.store.engine.query import run_query
from affect_store.store.errors import QueryError
from affect_store.store.features.measure_definitions import MEASURES
from affect_store.store.offline.feature_store import FeatureStore
from affect_store.store.vocabulary import LANDMARK_COUNT, VECTOR_LENGTH
from tests.stores.design import image_id
from tests.stores.known import FACELESS, small_home

LABELS_OF = f"SELECT image_id, {', '.join(LABELS)} FROM catalogue.images"
READERS = {".csv": pl.read_csv, ".parquet": pl.read_parquet, ".arrow": pl.read_ipc}


def exported(query: str, target: Path, *, wide: bool = False, labels: bool = False, fex: bool = False) -> pl.DataFrame:
    export(small_home(), query, target, wide=wide, labels=labels, fex=fex)
    return READERS[target.suffix](target)


def test_components_of_landmarks_are_named_by_axis_and_landmark_and_all_others_by_number() -> None:
    names = component_names("xyz", VECTOR_LENGTH)
    assert names[:4] == ["x_0", "y_0", "z_0", "x_1"] and names[-1] == "z_467" and len(set(names)) == VECTOR_LENGTH
    assert component_names("aligned", VECTOR_LENGTH)[5] == "aligned_z_1"
    assert component_names("magnitude", LANDMARK_COUNT)[-1] == "magnitude_467"


@pytest.mark.parametrize("suffix", READERS)
def test_a_wide_feature_has_the_values_of_the_store_and_the_labels_of_the_catalogue(
    tmp_path: Path, suffix: str
) -> None:
    frame = exported("aligned", tmp_path / f"deltas{suffix}", wide=True, labels=True)
    with FeatureStore.open(small_home()) as store:
        ids, matrix = store.get_features("aligned", frame["image_id"].to_list()).matrix()
    assert frame["image_id"].to_list() == ids == sorted(ids)
    values = frame.select(component_names("xyz", VECTOR_LENGTH)).cast(pl.Float32).to_numpy()
    assert np.array_equal(values, matrix)
    assert tuple(frame.columns[: 1 + len(LABELS)]) == ("image_id", *LABELS)
    known = {row[0]: row for row in run_query(small_home(), LABELS_OF).rows}
    assert frame.select("image_id", *LABELS).rows() == [known[name] for name in ids]


def test_a_feature_without_further_options_has_vectors_and_labels_but_no_path(tmp_path: Path) -> None:
    frame = exported("landmarks", tmp_path / "x.parquet")
    assert set(LABELS) - set(frame.columns) == {"path"} and len(frame["xyz"][0]) == VECTOR_LENGTH


def test_a_scalar_view_keeps_its_own_columns(tmp_path: Path) -> None:
    frame = exported("head_pose", tmp_path / "x.csv", wide=True)
    with FeatureStore.open(small_home()) as store:
        _, matrix = store.get_features("head_pose", frame["image_id"].to_list()).matrix()
    values = frame.select("yaw_deg", "pitch_deg", "roll_deg").cast(pl.Float32).to_numpy()
    assert np.array_equal(values, matrix)


def test_measures_have_a_column_each_beside_the_labels(tmp_path: Path) -> None:
    frame = exported("measures", tmp_path / "x.csv", wide=True, labels=True)
    with FeatureStore.open(small_home()) as store:
        _, matrix = store.get_features("measures", frame["image_id"].to_list()).matrix()
    assert tuple(frame.columns[: 1 + len(LABELS)]) == ("image_id", *LABELS)
    names = [measure.column for measure in MEASURES]
    assert np.array_equal(frame.select(names).cast(pl.Float32).to_numpy(), matrix)


def test_proxies_have_the_names_of_py_feat_on_request(tmp_path: Path) -> None:
    plain = exported("action_unit_proxies", tmp_path / "x.parquet", labels=True)
    fex = exported("action_unit_proxies", tmp_path / "fex.parquet", labels=True, fex=True)
    assert fex.columns == [FEX.get(name, name) for name in plain.columns]
    assert {"AU01", "AU26", "input", "emotion", "image_id"} <= set(fex.columns) and "au01" not in fex.columns
    assert fex.rows() == plain.rows()
    with pytest.raises(QueryError, match="--fex needs columns of action_unit_proxies .* they have image_id"):
        exported("head_pose", tmp_path / "pose.csv", fex=True)


def test_a_service_has_a_column_per_feature_and_null_where_one_is_missing(tmp_path: Path) -> None:
    frame = exported("point_mlp.corrected", tmp_path / "x.parquet")
    with FeatureStore.open(small_home()) as store:
        features = store.get_features("point_mlp.corrected")
        expected = store.get_features("point_mlp.corrected", frame["image_id"].to_list())
    assert set(frame["image_id"]) == set(features.image_ids) and image_id(FACELESS) not in set(frame["image_id"])
    assert frame.columns == ["image_id", *features.values]
    for name, values in expected.values.items():
        assert frame[name].is_not_null().to_list() == values.present.tolist()
        assert np.array_equal(np.array(frame[name].drop_nulls().to_list(), np.float32), values.values)


def test_a_service_whose_thumbnails_were_not_published_names_its_other_features(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="--with-faces.*other features: aligned, landmarks"):
        export(small_home(), "mm2.corrected", tmp_path / "x.csv")


def test_labels_keep_the_order_of_the_rows_and_the_columns_that_the_query_has(tmp_path: Path) -> None:
    query = "SELECT image_id, size_bytes, 'mine' AS emotion FROM catalogue.images ORDER BY md5(image_id) LIMIT 50"
    frame = exported(query, tmp_path / "x.csv", labels=True)
    plain = run_query(small_home(), query).rows
    assert frame.select("image_id", "size_bytes", "emotion").rows() == plain
    assert frame.columns == ["image_id", *LABELS, "size_bytes"]


def test_labels_are_null_for_an_unknown_photograph_and_refused_without_an_id(tmp_path: Path) -> None:
    frame = exported("SELECT 'nobody' AS image_id", tmp_path / "x.csv", labels=True)
    assert frame.row(0) == ("nobody", *[None] * len(LABELS))
    with pytest.raises(QueryError, match="--labels needs the column image_id, .* they have a, b"):
        export(small_home(), "SELECT 1 AS a, 2 AS b", tmp_path / "y.csv", labels=True)


def test_arrays_of_a_query_become_columns_and_lists_of_any_length_stay(tmp_path: Path) -> None:
    query = """SELECT [1.5, 2]::FLOAT[2] AS "a""b", NULL::FLOAT[2] AS "none", [1, 2] AS list"""
    frame = exported(query, tmp_path / "x.parquet", wide=True)
    assert frame.columns == ['a"b_0', 'a"b_1', "none_0", "none_1", "list"]
    assert frame.row(0) == (1.5, 2.0, None, None, [1, 2])


@pytest.mark.parametrize(("name", "nearest"), [("alinged", "aligned"), ("lda.corected", "lda.corrected")])
def test_the_nearest_names_are_suggested(tmp_path: Path, name: str, nearest: str) -> None:
    with pytest.raises(QueryError, match=f"no table, view, feature or service '{name}'; did you mean .*{nearest}"):
        export(small_home(), name, tmp_path / "x.csv")
