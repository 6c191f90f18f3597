"""Feast's side of `benchmarks/store.py`, run by the Python that Feast is installed in; it imports nothing of ours.

Reads one JSON command a line and answers each with one line of JSON; all else that Feast prints goes to the standard
error. Offline store: DuckDB over the Parquet file; online store: SQLite. What is made lies in the folder named.
"""

from __future__ import annotations

import hashlib
import json
import os
import statistics
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pyarrow as pa
import pyarrow.parquet as pq
from feast import Entity, FeatureStore, FeatureView, Field, FileSource, RepoConfig, ValueType  # type: ignore[import-not-found]
from feast.types import Array, Float32  # type: ignore[import-not-found]

FEATURE = "vectors:aligned"


class Side:
    """One Feast repository a file, kept open: its entities and the moment of retrieval are ready before any timing."""

    def __init__(self) -> None:
        self.stores: dict[str, FeatureStore] = {}
        self.entities: dict[str, pd.DataFrame] = {}
        self.matrices: dict[str, tuple[list[str], np.ndarray]] = {}

    def open(self, name: str, parquet: str, folder: str, moment: str) -> dict[str, Any]:
        """A repository over the Parquet file; every photograph in it is asked for, as of `moment`."""
        place = Path(folder)
        place.mkdir(parents=True)
        config = RepoConfig(
            project="benchmark", provider="local", registry=str(place / "registry.db"), repo_path=place,
            offline_store={"type": "duckdb"}, online_store={"type": "sqlite", "path": str(place / "online.db")},
            entity_key_serialization_version=3,
        )  # fmt: skip
        store = FeatureStore(config=config)
        image = Entity(name="image", join_keys=["image_id"], value_type=ValueType.STRING)
        source = FileSource(path=parquet, timestamp_field="created_at")
        view = FeatureView(
            name="vectors", entities=[image], ttl=timedelta(0), source=source,
            schema=[Field(name="aligned", dtype=Array(Float32))],
        )  # fmt: skip
        store.apply([image, view])
        ids = pq.read_table(parquet, columns=["image_id"]).column("image_id").to_pylist()
        self.stores[name] = store
        self.entities[name] = pd.DataFrame({"image_id": ids, "event_timestamp": datetime.fromisoformat(moment)})
        return {"rows": len(ids)}

    def history(self, name: str) -> dict[str, Any]:
        """Point-in-time retrieval of every photograph's vector into one matrix (n, 1404) float32."""
        entities = self.entities[name].copy()
        started = time.perf_counter()
        table = self.stores[name].get_historical_features(entity_df=entities, features=[FEATURE]).to_arrow()
        retrieved = time.perf_counter()
        self.matrices[name] = _matrix(table)
        ended = time.perf_counter()
        return {"seconds": ended - started, "matrix_seconds": ended - retrieved}

    def digest(self, name: str) -> dict[str, Any]:
        """Fingerprint of the matrix last retrieved, rows by id; lets go of it."""
        ids, matrix = self.matrices.pop(name)
        order = np.argsort(np.array(ids))
        return {"sha256": hashlib.sha256(matrix[order].tobytes()).hexdigest(), "shape": list(matrix.shape)}

    def offline_write(self, name: str, parquet: str, folder: str, moment: str) -> dict[str, Any]:
        """Seconds of a write of all rows into the offline store of a repository of its own, which holds one row."""
        rows = _rows(parquet)
        place = Path(folder)
        place.mkdir(parents=True)
        pq.write_table(rows.slice(0, 1), place / "written.parquet")
        self.open(f"{name} written", str(place / "written.parquet"), str(place / "repository"), moment)
        frame = rows.to_pandas()
        started = time.perf_counter()
        self.stores.pop(f"{name} written").write_to_offline_store("vectors", frame)
        return {"seconds": time.perf_counter() - started}

    def online_write(self, name: str, parquet: str) -> dict[str, Any]:
        """Seconds of a write of all rows into the online store."""
        frame = _rows(parquet).to_pandas()
        started = time.perf_counter()
        self.stores[name].write_to_online_store("vectors", frame)
        return {"seconds": time.perf_counter() - started}

    def online_read(self, name: str, times: int) -> dict[str, Any]:
        """Median seconds of the vector of one photograph as a NumPy array, of photographs drawn at random."""
        ids = np.random.default_rng(0).choice(self.entities[name]["image_id"].to_numpy(), times)
        taken = []
        for image_id in ids:
            started = time.perf_counter()
            found = self.stores[name].get_online_features(features=[FEATURE], entity_rows=[{"image_id": image_id}])
            vector = np.array(found.to_dict()["aligned"][0], np.float32)
            taken.append(time.perf_counter() - started)
        return {"seconds": statistics.median(taken[times // 10 :]), "shape": list(vector.shape)}


def _rows(parquet: str) -> pa.Table:
    """The Parquet file's rows with lists of any length, as Feast knows them."""
    rows = pq.read_table(parquet)
    place = rows.column_names.index("aligned")
    return rows.set_column(place, "aligned", rows.column("aligned").cast(pa.list_(pa.float32())))


def _matrix(table: pa.Table) -> tuple[list[str], np.ndarray]:
    """Ids and the matrix over Arrow's own memory: the quickest way out of Feast's result."""
    vectors = table.column("aligned").combine_chunks()
    flat = vectors.flatten() if isinstance(vectors, pa.Array) else vectors.chunk(0).flatten()
    values = flat.to_numpy(zero_copy_only=False).astype(np.float32, copy=False)
    return table.column("image_id").to_pylist(), values.reshape(table.num_rows, -1)


def main() -> None:
    """Answer commands until the input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    side = Side()
    for line in sys.stdin:
        command = json.loads(line)
        try:
            answer = getattr(side, command.pop("do"))(**command)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
