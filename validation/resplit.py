"""Fingerprints of the current splits taken anew: parts, labels and seals of features are those of their moment."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from store.tables.connection import sql as of_tables
from store.tables.forget import SHORTENED
from store.tables.splits import fingerprint
from validation.dialect import Reading, sql
from validation.relations import STOP
from validation.verdict import Finding

FINGERPRINTS_AGAIN = "fingerprints are those of the members"


def fingerprints_again(store: Reading) -> list[Finding]:
    """One finding: every current split whose members, labels or features are not those that it was made with.

    A split that lost a person who withdrew consent is not looked at: what its fingerprint covers is gone.
    """
    splits = store.arrow(sql("select_current_splits"), {"shortened": SHORTENED}).to_pylist()
    wrong = [one for one in splits if _fingerprint(store, one) != one["fingerprint"]]
    samples = tuple({"split_id": one["split_id"]} for one in wrong)
    return [
        Finding(
            "splits.sets", FINGERPRINTS_AGAIN, "fingerprint", not wrong,
            f"{len(wrong) or 'no'} offending of {len(splits)} taken again", len(wrong), samples, STOP,
            "the sha256 over versions, parts, labels and seals",
        )
    ]  # fmt: skip


def _fingerprint(store: Reading, split: dict[str, Any]) -> str:
    versions = json.loads(split["feature_versions"])
    bound = {**versions, "split_id": split["split_id"], "as_of": split["as_of"]}
    members = pl.from_arrow(store.arrow(of_tables("select_frozen_seals"), bound))
    assert isinstance(members, pl.DataFrame)
    return fingerprint(members, versions)
