"""Features that models of a user's own read besides those that splits freeze: their versions and values for a run.

A split freezes what its fingerprint covers. Further features are frozen in the run: its identity covers their versions
and the checksums of the values, and they are read as of the time when the run was requested.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace

import polars as pl
import pyarrow as pa

from affect_store.flows.steps.feature_services import current_views, features_of
from affect_store.flows.steps.run_specs import FurtherFeatures, RunSpec
from affect_store.models.systems import OWN, SYSTEMS
from affect_store.store.engine import clock, reader
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.feature_sql import view_sql
from affect_store.store.engine.store_file import StoreFile
from affect_store.store.offline.feature_services import Service
from affect_store.store.offline.retrieval import read_features


def with_further_features(connection: Connection, specs: Sequence[RunSpec]) -> list[RunSpec]:
    """Return the runs, those of a user's own models with the further features that they read now."""
    return [_with_further(connection, spec) if SYSTEMS[spec.model].family == OWN else spec for spec in specs]


def _with_further(connection: Connection, spec: RunSpec) -> RunSpec:
    names = sorted(set(features_of(spec.model, spec.recipe)) - spec.split.versions.keys())
    current = current_views(connection)
    if not names or not current.keys() >= set(names):
        return spec
    moment = clock.now()
    members = reader.query_frame(connection, "splits/select_assignments", {"split_id": spec.split.split_id})
    seals = [
        reader.query_text(
            connection, view_sql("select_seals", current[name][0]), {"version": current[name][1], "moment": moment}
        ).join(members, on="image_id", how="semi").sort("image_id").rows()
        for name in names
    ]  # fmt: skip
    digest = hashlib.sha256(json.dumps(seals).encode()).hexdigest()[:16]
    further = FurtherFeatures({name: current[name][1] for name in names}, moment, digest)
    parts = tuple(_with_further(connection, part) for part in spec.parts)
    changed = replace(spec, further=further, parts=parts)
    if spec.is_pooled:
        changed = replace(changed, parts=tuple(replace(part, pooled_run_id=changed.run_id) for part in parts))
    return changed


def add_further(source: StoreFile, rows: pa.Table, spec: RunSpec) -> pa.Table:
    """Append the further features of a run to rows of its split; NULL where a photograph has no value."""
    names = list(spec.further.versions)
    if not names or spec.further.moment is None:
        return rows
    parameters = {"versions": list(spec.further.versions.values())}
    stored = reader.query_frame(source.connection, "features/select_views_of_versions", parameters).rows()
    views = {feature: (view, version) for feature, view, version in stored if feature in names}
    service = Service(spec.service, "", views, spec.further.moment)
    image_ids = pl.Series(rows.column("image_id").to_pylist(), dtype=pl.String).to_list()
    features = read_features(source, service, image_ids).arrow
    for name in names:
        rows = rows.append_column(name, features.column(name))
    return rows
