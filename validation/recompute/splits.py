"""Recompute the fingerprints of the current splits from the parts, labels and feature checksums as of the split."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from affect_store.store.engine.sql_files import sql as of_tables
from affect_store.store.features.feature_views import PUBLISHED_FEATURES
from affect_store.store.offline.splits import fingerprint
from affect_store.store.schema.setting_keys import SettingKey
from affect_store.validation.gx.dialect import StoreReader, sql
from affect_store.validation.rules import STOP
from affect_store.validation.verdict import Finding

FINGERPRINTS_CHECK = "fingerprint matches the members"


def check_fingerprints(store: StoreReader) -> list[Finding]:
    """Return one finding: current splits whose members, labels or features have changed since their creation.

    Splits that lost an erased person are not checked: rows that their fingerprint covers were deleted.
    """
    splits = store.arrow(sql("select/current_splits"), {"shortened": SettingKey.SHORTENED_SPLIT.of("")}).to_pylist()
    wrong = [split for split in splits if _fingerprint(store, split) != split["fingerprint"]]
    samples = tuple({"split_id": split["split_id"]} for split in wrong)
    return [
        Finding(
            "splits.sets", FINGERPRINTS_CHECK, "fingerprint", not wrong,
            f"{len(wrong)} of {len(splits)} splits differ", len(wrong), samples, STOP,
            "SHA-256 over versions, parts, labels and checksums",
        )
    ]  # fmt: skip


def _fingerprint(store: StoreReader, split: dict[str, Any]) -> str:
    versions = json.loads(split["feature_versions"])
    parameters = {
        **dict.fromkeys(PUBLISHED_FEATURES), **versions, "split_id": split["split_id"], "as_of": split["as_of"],
    }  # fmt: skip
    members = pl.from_arrow(store.arrow(of_tables("splits/select_frozen_checksums"), parameters))
    assert isinstance(members, pl.DataFrame)
    return fingerprint(members, versions)
