import numpy as np

from affect_store.models.networks import published_recipe
from affect_store.models.systems import input_columns
from affect_store.models.training.fit import FitOptions, fit
from affect_store.models.training.fitted import FittedSystem
from affect_store.models.training.predict import predict
from tests.models.corpus import frame, without


def test_a_model_of_an_earlier_version_reads_the_columns_that_it_was_trained_on():
    table = frame(1)
    parameters = {"columns": {"pixels": "rgb"}}
    earlier = FittedSystem("cnn", "published", [], parameters, published_recipe.build("cnn"))
    assert input_columns("cnn", "published") != earlier.columns
    assert predict(earlier, table.drop_columns("bicubic_pixels")).height == table.num_rows


def test_only_rows_with_every_input_are_predicted_in_their_order():
    fitted = fit("vector_mlp", "corrected", frame(3), frame(1, seed=5), FitOptions(seed=2, epochs=1))
    table = frame(3, seed=8)
    missing = np.zeros(table.num_rows, bool)
    missing[[0, 5, 6, 20]] = True
    complete, partial = predict(fitted, table), predict(fitted, without(table, "aligned", missing))
    assert partial["image_id"].to_list() == [
        name for name, is_missing in zip(table["image_id"].to_pylist(), missing, strict=True) if not is_missing
    ]
    expected = complete.filter(~missing)
    assert (partial["predicted"] == expected["predicted"]).all()
    assert predict(fitted, table.slice(0, 0)).height == 0
