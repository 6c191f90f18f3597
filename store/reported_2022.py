"""The figures that the notebook of 2022 reported on RaFD, as constants; those that it showed only as pictures are None.

Source: the outputs of the notebook's cells. The notebook split by image, so that these figures can be compared with
those of the split `notebook` only.
"""

from __future__ import annotations

from dataclasses import dataclass

from affect_store.store.vocabulary import EMOTIONS, NEUTRAL


@dataclass(frozen=True)
class ReportedFigures:
    """What the notebook reported about one system: accuracies and the ROC AUC after the last epoch, the best validation
    accuracy and its epoch, the training loss of the first epochs and of the last, the number of weights, and of epochs.

    The notebook prints one ROC AUC; it is compared with that of the validation part.
    """

    train_accuracy: float | None = None
    val_accuracy: float | None = None
    val_auc: float | None = None
    best_val_accuracy: float | None = None
    best_epoch: int | None = None
    first_losses: tuple[float, ...] = ()
    last_loss: float | None = None
    n_weights: int | None = None
    n_trained_weights: int | None = None
    n_epochs: int | None = None


REPORTED: dict[str, ReportedFigures] = {
    "general_mlp": ReportedFigures(val_accuracy=0.1278, first_losses=(2804.6, 127.9, 144.8), n_epochs=20),
    "cnn": ReportedFigures(n_weights=138_936, n_trained_weights=138_680, n_epochs=50),
    "vector_mlp": ReportedFigures(n_epochs=100),
    "mm1": ReportedFigures(0.8375, 0.7187, 0.9485, 0.7402, 45, (2.266,), 0.427, n_epochs=50),
    "point_mlp": ReportedFigures(),
    "mm2": ReportedFigures(0.8790, 0.6407, 0.9171, 0.7394, 47, (2.411,), 0.343, n_epochs=50),
}
"""The figures by system. The point MLP was never trained alone."""

TEST_ORDER = ("general_mlp", "vector_mlp", "mm1", "cnn")
"""Systems by their reported accuracy on the test part, the lowest first; the first two at chance."""

AT_CHANCE = TEST_ORDER[:2]
INDISTINGUISHABLE = (EMOTIONS[1], NEUTRAL)
"""The two emotions that MM1 was reported to confuse."""
