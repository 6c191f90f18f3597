"""The ratings by people in a row of a manifest: agreement, intensity, genuineness, distribution over the emotions.

Whether a share is in per cent is read from a `%`, never guessed from its size.
"""

from __future__ import annotations

from collections.abc import Iterable

from affect_store.store.errors import ManifestError
from affect_store.store.sources.manifest_header import Header
from affect_store.store.sources.manifest_table import ManifestTable
from affect_store.store.sources.manifest_values import UNKNOWN_WORDS, number_in, received
from affect_store.store.types import Candidate, Ratings, Reject
from affect_store.store.vocabulary import (
    AGREEMENTS,
    DISTRIBUTION_TOLERANCE,
    EMOTIONS,
    HIGHEST_RATING,
    LOWEST_RATING,
    RATINGS,
    UNKNOWN,
)

AGREEMENT, INTENSITY, GENUINENESS = RATINGS


def ratings_in(values: dict[str, str], emotion: str, header: Header) -> Ratings:
    """Return the ratings of a row; None where the row has none.

    The distribution is read if the manifest has a column for each emotion. Where the row has no agreement of its own,
    it is the share of the intended emotion, if that is known, in the distribution. Raises `ManifestError`, which names
    the column and the value.
    """
    distribution = None if header.lacking_shares else _distribution(values, header)
    if distribution is not None and emotion not in (*EMOTIONS, UNKNOWN):
        raise ManifestError(
            f"{AGREEMENTS[0]} to {AGREEMENTS[-1]} are shares of the eight emotions, but the photograph shows "
            f"{emotion}: leave them empty in this row; the column agreement may hold the share of raters "
            "who chose its emotion"
        )
    agreement = _share(AGREEMENT, values, header)
    if agreement is None and distribution is not None and emotion != UNKNOWN:
        agreement = distribution[EMOTIONS.index(emotion)]
    return Ratings(agreement, _rating(INTENSITY, values), _rating(GENUINENESS, values), distribution)


def require_per_cent(entries: Iterable[Candidate | Reject], header: Header, table: ManifestTable) -> None:
    """Raise `ManifestError` if a column is named as per cent and no value is above 1 %: they seem to be shares."""
    if AGREEMENT not in header.per_cent:
        return
    agreements = [entry.ratings.agreement for entry in entries if isinstance(entry, Candidate)]
    known = [agreement for agreement in agreements if agreement is not None]
    if any(known) and max(known) <= 0.01:
        raise ManifestError(
            f"'{table.path}' names the column agreement as per cent, but no value is above 1: if the values are "
            "shares from 0 to 1, name the column 'agreement'"
        )


def _distribution(values: dict[str, str], header: Header) -> tuple[float, ...] | None:
    shares = [_share(name, values, header) for name in AGREEMENTS]
    known = [share for share in shares if share is not None]
    if not known:
        return None
    if len(known) < len(shares):
        empty = [name for name, share in zip(AGREEMENTS, shares, strict=True) if share is None]
        raise ManifestError(f"{', '.join(empty)} is empty, expected a share of every emotion (0 if none), or of none")
    if abs(sum(known) - 1) > DISTRIBUTION_TOLERANCE:
        raise ManifestError(
            f"{AGREEMENTS[0]} to {AGREEMENTS[-1]} sum to {sum(known):.3g}, expected 1 within {DISTRIBUTION_TOLERANCE}"
        )
    return tuple(known)


def _share(column: str, values: dict[str, str], header: Header) -> float | None:
    """Return a share from 0 to 1; values are divided by 100 if they or their column's name have a `%`."""
    text = values.get(column, "").strip()
    if text.casefold() in UNKNOWN_WORDS:
        return None
    number = number_in(text.removesuffix("%").strip())
    if number is not None and (text.endswith("%") or column in header.per_cent):
        number /= 100
    if number is None or not 0 <= number <= 1:
        raise ManifestError(
            f"{column} is {received(column, values)}, expected a share from 0 to 1, or empty if unknown; per cent "
            f"need a % in the value or in the name of the column: '{column} (%)'"
        )
    return number


def _rating(column: str, values: dict[str, str]) -> float | None:
    text = values.get(column, "").strip()
    if text.casefold() in UNKNOWN_WORDS:
        return None
    rating = number_in(text)
    if rating is None or not LOWEST_RATING <= rating <= HIGHEST_RATING:
        raise ManifestError(
            f"{column} is {received(column, values)}, expected a rating from {LOWEST_RATING} to {HIGHEST_RATING}, or "
            "empty if unknown"
        )
    return rating
