"""The entropy of a system's errors: how far they are spread over the pairs of true and predicted emotion."""

from __future__ import annotations

import numpy as np
from scipy.special import entr

from affect_store.models.evaluation.confusions import ratio
from affect_store.models.intervals import FloatArray, Metric


def max_bits(pairs: int) -> float:
    """Return the entropy of errors that all pairs of a true and another, predicted emotion share equally."""
    return float(np.log2(pairs))


def entropy_over_people(errors: FloatArray) -> Metric:
    """Return the entropy in bits of the errors of people, counts (people, pairs), as a function of their weights.

    It is 0 if all errors are of one pair, `max_bits` if all pairs share them equally, and NaN without errors. Errors of
    h bits are as spread out as errors that 2^h pairs share equally, whatever the number of emotions.

    The entropy of observed shares is too low on average, with few errors because pairs are missed, and with few people
    because the errors of one person are alike. Miller's correction is for the former (see `of_counts`), the jackknife,
    leaving out one person at a time, for the latter (Quenouille 1956, doi 10.1093/biomet/43.3-4.353):
    n H - (n - 1) mean(H without a person), with n people, cut off at 0 and `max_bits`. It is left out where all errors
    are one person's. `benchmarks/coverage.py` measures the coverage of the interval.
    """

    def entropy(weights: FloatArray) -> FloatArray:
        total = weights @ errors
        value, is_drawn = of_counts(total), weights > 0
        rest = [of_counts(total - weights[:, [row]] * errors[row]) for row in range(len(errors))]
        without_one = np.where(is_drawn, np.stack(rest, axis=1), 0)
        people = is_drawn.sum(axis=1)
        corrected = people * value - (people - 1) * ratio(without_one.sum(axis=1), people)
        return np.clip(np.where(np.isfinite(corrected), corrected, value), 0, max_bits(errors.shape[1]))

    return entropy


def of_counts(errors: FloatArray) -> FloatArray:
    """Return the entropy of counts (draws, pairs) in bits with Miller's correction, (draws,): pairs with errors - 1
    over twice the number of errors, in nats (Paninski 2003, doi 10.1162/089976603321780272); NaN without errors."""
    total = errors.sum(axis=1)
    observed = entr(ratio(errors, total[:, None])).sum(axis=1)
    bits: FloatArray = (observed + ratio((errors > 0).sum(axis=1) - 1.0, 2 * total)) / np.log(2)
    return bits
