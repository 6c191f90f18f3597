import numpy as np

from models import published
from store.vocabulary import EMOTIONS, PIXEL_BYTES, VECTOR_LENGTH


def test_the_published_general_mlp_has_its_70_million_weights():
    widths = (PIXEL_BYTES + VECTOR_LENGTH, *published.GENERAL_WIDTHS, len(EMOTIONS))
    expected = sum((before + 1) * after for before, after in zip(widths, widths[1:], strict=False))
    assert published.build("general_mlp").count_params() == expected
    assert 70e6 < expected < 75e6


def test_the_published_vector_mlp_can_hardly_be_sure():
    probabilities = published.build("vector_mlp").predict({"delta": np.eye(4, VECTOR_LENGTH) * 1e6}, verbose=0)
    assert probabilities.max() <= np.e / (np.e + 7) + 1e-6 and probabilities.min() >= 1 / (1 + 7 * np.e) - 1e-6
