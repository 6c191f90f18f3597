"""Feast worker of `benchmarks/store.py`, run by the Python that Feast is installed in, without affect-store.

Reads one JSON command per line and answers each with one line of JSON; everything else that Feast prints goes to
standard error. Offline store: DuckDB over the Parquet file; online store: SQLite.
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
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from feast import Entity, FeatureStore, FeatureView, Field, FileSource, RepoConfig, ValueType  # type: ignore[import-not-found]
from feast.types import Array, Float32  # type: ignore[import-not-found]
from numpy.typing import NDArray

FEATURE = "vectors:aligned"


class Worker:
    """One open Feast repository per file, with its entity frame prepared before any timing."""

    def __init__(self) -> None:
        self.stores: dict[str, FeatureStore] = {}
        self.entities: dict[str, pd.DataFrame] = {}
        self.matrices: dict[str, tuple[list[str], NDArray[np.float32]]] = {}

    def open(self, name: str, parquet: str, folder: str, moment: str) -> dict[str, Any]:
        """Create a repository over the Parquet file; its entity frame holds every photograph as of `moment`."""
        path = Path(folder)
        path.mkdir(parents=True)
        config = RepoConfig(
            project="benchmark", provider="local", registry=str(path / "registry.db"), repo_path=path,
            offline_store={"type": "duckdb"}, online_store={"type": "sqlite", "path": str(path / "online.db")},
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
        """Time the point-in-time retrieval of all vectors into one matrix (n, 1404) float32."""
        entities = self.entities[name].copy()
        started = time.perf_counter()
        table = self.stores[name].get_historical_features(entity_df=entities, features=[FEATURE]).to_arrow()
        retrieved = time.perf_counter()
        self.matrices[name] = _matrix(table)
        ended = time.perf_counter()
        return {"seconds": ended - started, "matrix_seconds": ended - retrieved}

    def digest(self, name: str) -> dict[str, Any]:
        """Return the sha256 of the matrix last retrieved, rows ordered by id, and release the matrix."""
        ids, matrix = self.matrices.pop(name)
        order = np.argsort(np.array(ids))
        return {"sha256": hashlib.sha256(matrix[order].tobytes()).hexdigest(), "shape": list(matrix.shape)}

    def offline_write(self, name: str, parquet: str, folder: str, moment: str) -> dict[str, Any]:
        """Time the write of all rows to the offline store of a separate repository that holds one row."""
        rows = _rows(parquet)
        path = Path(folder)
        path.mkdir(parents=True)
        pq.write_table(rows.slice(0, 1), path / "written.parquet")
        self.open(f"{name} written", str(path / "written.parquet"), str(path / "repository"), moment)
        frame = rows.to_pandas()
        started = time.perf_counter()
        self.stores.pop(f"{name} written").write_to_offline_store("vectors", frame)
        return {"seconds": time.perf_counter() - started}

    def online_write(self, name: str, parquet: str) -> dict[str, Any]:
        """Time the write of all rows to the online store."""
        frame = _rows(parquet).to_pandas()
        started = time.perf_counter()
        self.stores[name].write_to_online_store("vectors", frame)
        return {"seconds": time.perf_counter() - started}

    def online_read(self, name: str, times: int) -> dict[str, Any]:
        """Return the median seconds to read the vector of one random photograph as a NumPy array."""
        ids = np.random.default_rng(0).choice(self.entities[name]["image_id"].to_numpy(), times)
        durations = []
        for image_id in ids:
            started = time.perf_counter()
            response = self.stores[name].get_online_features(features=[FEATURE], entity_rows=[{"image_id": image_id}])
            vector = np.array(response.to_dict()["aligned"][0], np.float32)
            durations.append(time.perf_counter() - started)
        return {"seconds": statistics.median(durations[times // 10 :]), "shape": list(vector.shape)}


def _rows(parquet: str) -> pa.Table:
    """Return the rows of the Parquet file with variable-length lists, which Feast expects."""
    rows = pq.read_table(parquet)
    index = rows.column_names.index("aligned")
    return rows.set_column(index, "aligned", rows.column("aligned").cast(pa.list_(pa.float32())))


def _matrix(table: pa.Table) -> tuple[list[str], NDArray[np.float32]]:
    """Return ids and a matrix that shares Arrow's memory: the fastest way to read Feast's result."""
    vectors = table.column("aligned").combine_chunks()
    flat = vectors.flatten() if isinstance(vectors, pa.Array) else vectors.chunk(0).flatten()
    values = flat.to_numpy(zero_copy_only=False).astype(np.float32, copy=False)
    return table.column("image_id").to_pylist(), values.reshape(table.num_rows, -1)


def main() -> None:
    """Answer commands until the input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    worker = Worker()
    for line in sys.stdin:
        command = json.loads(line)
        try:
            answer = getattr(worker, command.pop("command"))(**command)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
