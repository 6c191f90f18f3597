"""Ratings of photographs by people: those that are new or corrected in a folder, and their rows.

Ratings are no input of a model, so a change trains nothing again: the metrics that use them are computed again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from affect_store.store.engine import write
from affect_store.store.engine.duckdb import Connection, transaction
from affect_store.store.engine.settings import get_setting, put_setting, update
from affect_store.store.schema.setting_keys import SettingKey
from affect_store.store.types import NO_RATINGS, Ratings
from affect_store.store.vocabulary import AGREEMENTS, RATINGS

RatingsByImage = Sequence[tuple[str, Ratings]]
"""Pairs of image_id and ratings."""


def ratings_of(row: Mapping[str, Any]) -> Ratings:
    """Return the ratings in a row with the columns of `catalogue.ratings`; None where they are NULL."""
    shares = tuple(row[name] for name in AGREEMENTS)
    return Ratings(**{name: row[name] for name in RATINGS}, distribution=None if None in shares else shares)


def store_ratings(connection: Connection, rated: RatingsByImage, moment: datetime) -> None:
    """Append ratings, which keeps the earlier ones; metrics of stored runs are computed again by the next training."""
    columns: dict[str, list[Any]] = {
        "image_id": [image_id for image_id, _ in rated],
        "known_at": [moment] * len(rated),
    }
    for name in NO_RATINGS.columns:
        columns[name] = [ratings.columns[name] for _, ratings in rated]
    write.append(connection, "catalogue.ratings", write.batch("catalogue.ratings", columns))
    if write.count(connection, "registry.metrics") and not get_setting(connection, SettingKey.RATED_SINCE):
        put_setting(connection, SettingKey.RATED_SINCE, moment.isoformat())


def delete_unrated_metrics(connection: Connection) -> None:
    """Delete the metrics of the runs on photographs whose ratings have changed since, so that they are recomputed."""
    since = get_setting(connection, SettingKey.RATED_SINCE)
    if since:
        with transaction(connection):
            update(connection, "registry/delete_unrated_metrics", {"since": since})
            put_setting(connection, SettingKey.RATED_SINCE, "")
