import numpy as np

from models.fit import Options, fit
from models.predict import predict
from tests.models.corpus import frame, without


def test_only_rows_with_every_input_are_predicted_and_none_shifts():
    fitted = fit("vector_mlp", "corrected", frame(3), frame(1, seed=5), Options(seed=2, epochs=1))
    table = frame(3, seed=8)
    missing = np.zeros(table.num_rows, bool)
    missing[[0, 5, 6, 20]] = True
    whole, some = predict(fitted, table), predict(fitted, without(table, "aligned", missing))
    assert some["image_id"].to_list() == [
        name for name, gone in zip(table["image_id"].to_pylist(), missing, strict=True) if not gone
    ]
    kept = whole.filter(~missing)
    assert (some["predicted"] == kept["predicted"]).all()
    assert predict(fitted, table.slice(0, 0)).height == 0
