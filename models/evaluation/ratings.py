"""Metrics that compare predictions with ratings by people, and slices by rated intensity; none without ratings.

A classifier cannot be expected to agree with the intended emotion more often than people do: accuracy is also given
relative to their agreement, and the log loss relative to their distribution over the emotions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from scipy.stats import entropy

from affect_store.models.evaluation import metrics
from affect_store.models.intervals import LOSS, SHARE, FloatArray, Metric, Scale, interval, point_estimate
from affect_store.models.training.calibration import MIN_PROBABILITY
from affect_store.store.vocabulary import (
    AGREEMENTS,
    HUMAN_AGREEMENT_METRIC,
    HUMAN_NORMALISED_ACCURACY,
    INTENSITY_THIRDS,
    RATINGS,
    SOFT_LOG_LOSS,
)

AGREEMENT, INTENSITY, _ = RATINGS


@dataclass(frozen=True)
class Thirds:
    """The bounds between the thirds of the rated intensities of a split; a value at a bound is in the lower third."""

    lower: float
    upper: float

    def describe(self) -> dict[str, str]:
        """Return the bounds in words by the name of the third."""
        bounds = (f"at most {self.lower:.4g}", f"{self.lower:.4g} to {self.upper:.4g}", f"above {self.upper:.4g}")
        return dict(zip(INTENSITY_THIRDS, bounds, strict=True))


def thirds_of(rows: pl.DataFrame) -> Thirds | None:
    """Return the bounds of the thirds of the rated intensities of all photographs of a split.

    None if no intensity is rated, or if both bounds are equal.
    """
    intensities = rows[INTENSITY].drop_nulls().to_numpy() if INTENSITY in rows.columns else np.array([])
    if not len(intensities):
        return None
    lower, upper = np.quantile(intensities, (1 / 3, 2 / 3))
    return Thirds(float(lower), float(upper)) if lower < upper else None


def with_thirds(rows: pl.DataFrame, thirds: Thirds | None) -> pl.DataFrame:
    """Replace the rated intensity by the name of its third, NULL where it is unknown; without thirds, drop it."""
    if thirds is None:
        return rows.drop(INTENSITY, strict=False)
    intensity, (low, middle, high) = pl.col(INTENSITY), INTENSITY_THIRDS
    above = pl.when(intensity <= thirds.upper).then(pl.lit(middle)).otherwise(pl.lit(high))
    third = pl.when(intensity <= thirds.lower).then(pl.lit(low)).otherwise(above)
    return rows.with_columns(pl.when(intensity.is_not_null()).then(third).alias(INTENSITY))


def with_bounds(measured: pl.DataFrame, thirds: Thirds | None) -> pl.DataFrame:
    """Add the bounds of a third to `method` in the metrics of its slice."""
    for level, bounds in (thirds.describe() if thirds else {}).items():
        text = pl.col("method") + f"; rated intensity {bounds} (thirds of the photographs of the split)"
        is_third = pl.col("slice") == f"{INTENSITY}={level}"
        measured = measured.with_columns(pl.when(is_third).then(text).otherwise("method").alias("method"))
    return measured


def measure(predicted: pl.DataFrame) -> list[dict[str, Any]]:
    """Return one row per metric of the photographs with ratings: metric, value, low, high, n_images, n_people, method.

    `predicted` has the columns that `metrics.predictions_from` reads, none of which is null, and may have `agreement`
    and the distribution over the emotions. Rows: `agreement`, the mean share of raters who chose the intended emotion;
    `accuracy_human_normalised`, the accuracy on the same photographs divided by it, which may exceed 1; and
    `soft_log_loss`, the mean cross-entropy of the predicted probabilities relative to the raters' distribution, nats.
    """
    rows = []
    if AGREEMENT in predicted.columns:
        rated = predicted.drop_nulls(AGREEMENT)
        if len(rated):
            rows += _agreement(rated)
    if set(AGREEMENTS) <= set(predicted.columns):
        rated = predicted.drop_nulls(AGREEMENTS)
        if len(rated):
            rows.append(_soft_log_loss(rated))
    return rows


def _agreement(rated: pl.DataFrame) -> list[dict[str, Any]]:
    predictions = metrics.predictions_from(rated)
    human = metrics.mean(predictions, rated[AGREEMENT].to_numpy().astype(np.float64))
    normalised = _quotient(metrics.accuracy(predictions), human)
    how = "accuracy divided by the mean agreement of human raters on the same photographs; "
    return [
        _row(HUMAN_AGREEMENT_METRIC, human, rated, SHARE, "share of raters who chose the intended emotion; "),
        _row(HUMAN_NORMALISED_ACCURACY, normalised, rated, LOSS, how),
    ]


def _quotient(numerator: Metric, denominator: Metric) -> Metric:
    """Return the quotient of two metrics; NaN where the denominator is 0."""

    def divided(weights: FloatArray) -> FloatArray:
        below = denominator(weights)
        return np.divide(numerator(weights), below, out=np.full_like(below, np.nan), where=below > 0)

    return divided


def _soft_log_loss(rated: pl.DataFrame) -> dict[str, Any]:
    """Return the cross-entropy. Its lower bound is the entropy of the distribution, by Gibbs' inequality."""
    predictions = metrics.predictions_from(rated)
    shares = rated.select(AGREEMENTS).to_numpy().astype(np.float64)
    shares /= shares.sum(axis=1, keepdims=True)  # rounded shares need not sum to 1
    probabilities = predictions.probabilities[:, : len(AGREEMENTS)]  # raters chose among the eight
    losses = -(shares * np.log(np.maximum(probabilities, MIN_PROBABILITY))).sum(axis=1)
    bound = float(entropy(shares, axis=1).mean())
    how = f"cross-entropy; lower bound {bound:.4f}, the mean entropy of the raters' distribution over the emotions; "
    return _row(SOFT_LOG_LOSS, metrics.mean(predictions, losses), rated, LOSS, how)


def _row(name: str, metric: Metric, rated: pl.DataFrame, scale: Scale, how: str) -> dict[str, Any]:
    people = rated["subject_id"].n_unique()
    limits = interval(metric, people, scale)
    return {
        "metric": name, "value": point_estimate(metric, people), "low": limits.low, "high": limits.high,
        "n_images": len(rated), "n_people": people, "method": how + limits.method,
    }  # fmt: skip
