import numpy as np

from affect_store.models.rows import IMAGE_SHAPE, select_rows
from affect_store.models.training.dataset import batches
from tests.models.corpus import frame

ROWS = select_rows(frame(3), {"pixels": "rgb", "delta": "aligned"})


def epoch(dataset):
    return np.concatenate([np.asarray(inputs["delta"])[:, 0] for inputs, _ in dataset])


def test_every_epoch_has_every_row_once_in_another_order():
    dataset = batches(ROWS, size=5, shuffle_seed=3)
    first, second = epoch(dataset), epoch(dataset)
    expected = ROWS.take(np.arange(len(ROWS)))["delta"][:, 0]
    assert sorted(first) == sorted(second) == sorted(expected)
    assert first.tolist() != second.tolist()


def test_rows_keep_their_labels_and_dtypes_when_shuffled():
    vectors = ROWS.take(np.arange(len(ROWS)))["delta"]
    for inputs, truth in batches(ROWS, size=5, shuffle_seed=3):
        assert inputs["pixels"].dtype == np.uint8 and inputs["pixels"].shape[1:] == IMAGE_SHAPE
        for vector, one_hot in zip(np.asarray(inputs["delta"]), np.asarray(truth), strict=True):
            (row,) = np.flatnonzero((vectors == vector).all(axis=1))
            assert one_hot.argmax() == ROWS.labels[row] and one_hot.sum() == 1


def test_without_a_seed_rows_keep_their_order_and_the_last_batch_is_kept():
    expected = ROWS.take(np.arange(len(ROWS)))["delta"][:, 0]
    assert epoch(batches(ROWS, size=7)).tolist() == expected.tolist()
    assert len(epoch(batches(ROWS, size=7, drop_last=True))) == len(ROWS) // 7 * 7
