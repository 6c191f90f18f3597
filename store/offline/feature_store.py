"""`FeatureStore`: point-in-time retrieval of features and training sets from Python.

It reads one store and never writes. Values of two versions of a feature view are never mixed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from affect_store.store.engine import reader, user_sql
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.published_store import open_current, require_version
from affect_store.store.engine.settings import get_setting
from affect_store.store.engine.store_file import StoreFile
from affect_store.store.errors import StoreError
from affect_store.store.home import Home
from affect_store.store.lake import lake_sql
from affect_store.store.lake.address import is_lake, parse
from affect_store.store.lake.reading import LakeSource
from affect_store.store.offline import notebook, reference_features, training_sets
from affect_store.store.offline.batch_checksums import THUMBNAILS, stored_checksums, with_checksums
from affect_store.store.offline.feature_services import Moment, Service, moment_of, resolve
from affect_store.store.offline.latest_values import latest_values
from affect_store.store.offline.photographs import require_known
from affect_store.store.offline.predicting import registered
from affect_store.store.offline.ratings import read_ratings
from affect_store.store.offline.retrieval import Features, read_features
from affect_store.store.offline.run_names import find_run
from affect_store.store.offline.splits import fingerprint
from affect_store.store.offline.sql_frame import frame_of
from affect_store.store.offline.training_sets import COLUMN_OF
from affect_store.store.schema.setting_keys import SettingKey
from affect_store.store.vocabulary import PARTS


class FeatureStore(AbstractContextManager["FeatureStore"]):
    """A feature store opened for reading. Use it as a context manager, or call `close`.

    The entity is a photograph, identified by `image_id`, the sha256 of its bytes. A feature view is one versioned table
    of feature values; a feature service is a named set of features, such as `mm2.corrected` (a model's inputs) or a
    single feature such as `aligned`. Retrieval is point-in-time correct: `as_of` returns what was known then.

        from affect_store import FeatureStore

        with FeatureStore.open(".affect") as store:
            features = store.get_features("aligned")
            ids, matrix = features.matrix()  # (n, 1404) float32
            frame = features.polars()
            before = store.get_features("aligned", ids[:10], as_of="2026-11-22T12:00")
            for batch in store.training_batches("by_person-4ebb13301cc3", "train", "aligned"):
                ...  # pyarrow.RecordBatch: image_id, labels, features
    """

    def __init__(
        self,
        source: StoreFile,
        *,
        opening: str = "FeatureStore.open()",
        place: Path | None = None,
        home: Home | None = None,
    ) -> None:
        """`opening` is the call that opens the store again, `place` the home or file, for messages; models are in
        `home`."""
        self._home = home
        self._source = source
        self._opening = opening
        self._place = place or source.path
        self._user_connection: Connection | None = None
        self._is_closed = False
        self._connection = source.connection
        self._has_faces = get_setting(self._connection, SettingKey.FACES_PUBLISHED) != "False"
        self._current_services: dict[str, Service] = {}

    @classmethod
    def open(
        cls, home: str | Path | Home | None = None, *, as_of: int | datetime | None = None, home_id: str | None = None
    ) -> FeatureStore:
        """Open the current publication of a home, or a lake; later publications do not change what this object reads.

        Args:
            home: A home, by default the one in AFFECT_HOME or `.affect`; or the address of a lake, `ducklake:...`.
            as_of: Of a lake: the number of a snapshot, or a time. None is its last snapshot.
            home_id: Of a lake into which several homes publish: the home to read. None reads all.

        Raises:
            NotPublishedError: Nothing has been published there.
            StoreError: What is there is not a store of this schema version, or a lake's catalogue cannot be reached.
            UnknownNameError: The lake has no such home.
        """
        if isinstance(home, str) and is_lake(home):
            source = LakeSource(parse(home), at=as_of, home_id=home_id)
            return cls(source, opening=f"FeatureStore.open({home!r})", place=source.path)
        if as_of is not None or home_id is not None:
            raise StoreError("FeatureStore.open: `as_of` and `home_id` are for lakes, at 'ducklake:...'")
        home = home if isinstance(home, Home) else Home.at(home)
        file = open_current(home, StoreFile)
        try:
            require_version(file.connection, home.published_store)
            return cls(file, opening=f"FeatureStore.open({str(home.root)!r})", place=home.root, home=home)
        except BaseException:
            file.close()
            raise

    @classmethod
    def open_work(cls, home: Home) -> FeatureStore:
        """Open the work store of a home; other processes cannot write to it meanwhile.

        Raises `StoreLockedError` while another process holds it, and `StoreError` if it cannot be opened.
        """
        opening = f"FeatureStore.open_work(Home.at({str(home.root)!r}))"
        return cls(StoreFile(home.work), opening=opening, place=home.work, home=home)

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        state = "closed" if self._is_closed else notebook.summary(self._connection)
        return f"<FeatureStore {str(self._place)!r}: {state}>"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the summary and a table of the features."""
        place = str(self._place)
        return notebook.closed_html(place) if self._is_closed else notebook.html(place, self._connection)

    def close(self) -> None:
        """Close the store; closing it again does nothing."""
        self._is_closed = True
        self._source.close()
        if self._user_connection is not None:
            self._user_connection.close()

    def _require_open(self, method: str) -> None:
        if self._is_closed:
            raise StoreError(
                f"FeatureStore.{method}: the store '{self._place}' is closed; open it again with `{self._opening}`, or "
                "call the method inside the `with` block"
            )

    def get_features(
        self,
        service: str,
        image_ids: Sequence[str] | None = None,
        *,
        as_of: Moment | None = None,
        version: str | None = None,
    ) -> Features:
        """Retrieve the features of a service: `MODEL.RECIPE`, or a single feature such as `aligned`.

        Args:
            service: Name of the feature service.
            image_ids: Photographs to retrieve, in this order. None retrieves all that have any of the features, in the
                order in which they were stored, including those excluded since (`catalogue.images.excluded_reason`).
            as_of: Point in time whose knowledge is returned: a datetime or date (UTC if naive), ISO 8601 text, or the
                id of a run. None is now.
            version: Version of the service, or of the feature view if the service is a single feature.

        Raises:
            UnknownNameError: The service, version, run or photograph is not in the store; similar names are suggested.
            StoreError: The service needs thumbnails, which were not published, or an argument has the wrong type.
        """
        self._require_open("get_features")
        types = set(map(type, image_ids or ()))
        if isinstance(image_ids, str) or not all(issubclass(kind, str) for kind in types):
            raise StoreError(f"image_ids: expected a list of identifiers, received {image_ids!r}"[:200])
        resolved = self.service(service, as_of=as_of, version=version)
        self._require_readable(resolved.name, resolved.views)
        return read_features(self._source, resolved, image_ids)

    def polars(
        self,
        service: str,
        image_ids: Sequence[str] | None = None,
        *,
        labels: bool = False,
        as_of: Moment | None = None,
        version: str | None = None,
    ) -> pl.DataFrame:
        """Retrieve the features of a service as a Polars frame: image_id and a column per feature, NULL where missing.

        Vectors are arrays of 1,404 numbers, landmark by landmark, then x, y, z. `labels` adds subject_id, emotion,
        camera_angle_deg, gaze, as known at `as_of`, and the path as catalogued. The other arguments, the order of the
        rows and what is raised are those of `get_features`.
        """
        self._require_open("polars")
        features = self.get_features(service, image_ids, as_of=as_of, version=version)
        frame = features.polars()
        if not labels:
            return frame
        known = reader.query_frame(self._connection, "catalogue/select_labels_at", {"moment": features.service.as_of})
        joined = frame.select("image_id").join(known, on="image_id", how="left", maintain_order="left")
        return joined.hstack(frame.drop("image_id"))

    def sql(self, query: str) -> pl.DataFrame:
        """Run SQL on this store, read-only, and return the rows of the last statement as a Polars frame.

        The dialect is DuckDB's; tables, views and macros are those of `affect sql`, and so are the limits: no other
        files, no network, at most 2 GB of memory. Repeated columns are numbered, as in exports: a, a_1. Raises
        `QueryError` for a statement that does more than read, with DuckDB's message if a query fails, and for types
        that Polars lacks, such as intervals.
        """
        self._require_open("sql")
        with user_sql.errors():
            connection = self._user_connection = self._user_connection or self._connect_user()
            if isinstance(self._source, LakeSource):
                lake_sql.require_allowed(query)
            user_sql.run(connection, query)
            if connection.description is None:
                return pl.DataFrame()
            return frame_of(user_sql.interruptible(connection, connection.to_arrow_table))

    def predict(self, model: str = "champion", image_ids: Sequence[str] | None = None) -> pl.DataFrame:
        """Predict photographs of this store with a trained model of its home, from their stored features.

        Args:
            model: 'champion', a system such as 'cnn' or 'cnn.published', or the id of a run. The champion is its own
                run, not its final model, which has seen all these photographs; without one, it is the best system.
            image_ids: Photographs to predict; None predicts all that have the model's features. A model of deltas
                relative to the person compares a photograph with the person's others among them.

        Returns:
            image_id, `part` (the photograph's part in the split of the run: the model was trained on 'train'; NULL if
            it was not in the split), model, run_id, predicted (an emotion), and its probability `EMOTION_prob` for each
            emotion (float32, calibrated). A photograph without the features of the model has no row.

        Raises:
            UnknownNameError: The model or a photograph is not in the store.
            StoreError: The model's files are missing, or the store is closed or was opened without its home.
        """
        self._require_open("predict")
        if self._home is None:
            raise StoreError(f"FeatureStore.predict: models are in a home; open it with `{self._opening}`")
        return registered()(self._home, self._source, model, image_ids)

    def get_ratings(self, image_ids: Sequence[str] | None = None, *, as_of: Moment | None = None) -> pl.DataFrame:
        """Retrieve ratings of photographs by people, one row per photograph: agreement, intensity and so on.

        `image_ids` are the photographs in the wanted order, NULL where a rating is unknown; None retrieves all that
        have ratings. `as_of` is the time whose knowledge is returned, as in `get_features`. Raises `UnknownNameError`
        for an unknown photograph or run.
        """
        self._require_open("get_ratings")
        return read_ratings(self._connection, image_ids, moment_of(self._connection, as_of))

    def rows(self, features: Features, columns: Iterable[str]) -> pa.Table:
        """Convert the result of `get_features` to rows for a model, with the column names of training rows.

        The columns among `columns` that depend on the reference (`reference_features.DERIVED`) are added.
        """
        self._require_open("rows")
        table = features.arrow
        table = table.rename_columns([COLUMN_OF.get(name, name) for name in table.column_names])
        wanted = frozenset(columns) & reference_features.DERIVED
        if not wanted:
            return table
        service = features.service
        return reference_features.add_references(self._source, table, service.views, service.as_of, wanted)

    def latest(self, image_id: str, service: str = "aligned") -> dict[str, Any]:
        """Retrieve the current features of one photograph: its image_id, and each feature by name, None where missing.

        Values are NumPy arrays: (1404,) float32 for vectors, (k,) float32 for a scalar view of k columns, (32640,)
        uint8 for pixels. Raises `UnknownNameError` for an unknown photograph or service, and `StoreError` for
        thumbnails that were not published.
        """
        self._require_open("latest")
        current = self._current_services.get(service)
        if current is None:
            current = self._current_services[service] = self.service(service)
        self._require_readable(current.name, current.views)
        values = latest_values(self._connection, current.views, image_id)
        if all(value is None for value in values.values()):
            require_known(self._connection, [image_id])
        return {"image_id": image_id, **values}

    def training_batches(
        self, split_id: str, part: str, features: str | Sequence[str] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Stream one part of a split as of the time when it was made: image_id, labels and features, ordered by id.

        `features` are names of features, or a service that contains them; None means all features of the split that
        this store has values of. Rows are streamed in blocks while the store is open, so memory use does not grow with
        the split. Raises `UnknownNameError` for an unknown split, part, service or feature, and `StoreError` for
        thumbnails that were not published.
        """
        self._require_open("training_batches")
        split = reader.frozen_split(self._connection, split_id)
        if isinstance(features, str) and features.endswith(".published"):
            split = split.with_single_landmarks()
        names = list(self.service(features).views) if isinstance(features, str) else features
        if names is None:
            names = [name for name in split.versions if self._has_faces or name not in THUMBNAILS]
        self._require_readable(str(features), names)
        batches = training_sets.read_batches(self._source, training_sets.locate_part(self._source, split, part, names))
        return self._while_open(batches, "training_batches")

    def fingerprint(self, split_id: str) -> str:
        """Recompute the fingerprint of a split from the values that `training_batches` returns.

        It equals the stored one as long as no value has changed. For thumbnails that were not published, their stored
        checksums are used. Raises `UnknownNameError` for an unknown split.
        """
        self._require_open("fingerprint")
        split = reader.frozen_split(self._connection, split_id)
        thumbnails = stored_checksums(reader.split_checksums(self._connection, split), split.versions)
        members = [
            with_checksums(batch, part, thumbnails) for part in PARTS for batch in self.training_batches(split_id, part)
        ]
        return fingerprint(pl.concat(members), split.versions)

    def service(self, name: str, *, as_of: Moment | None = None, version: str | None = None) -> Service:
        """Resolve a feature service to its view versions: now, at a point in time, as of a run, or at a version.

        Raises `UnknownNameError` for an unknown service, run or version, and `StoreError` if `as_of` has an unsupported
        type.
        """
        self._require_open("service")
        return resolve(self._connection, name, as_of, version)

    def run(self, run_id: str) -> dict[str, Any]:
        """Return the registry's row of a run, named by its id or by its system, see `run_names.find_run`.

        Raises `UnknownNameError`, which suggests similar names, and `StoreError` for a name that does not mean one run.
        """
        self._require_open("run")
        rows = reader.query_frame(self._connection, "registry/select_run", {"run_id": run_id})
        if rows.is_empty():
            parameters = {"run_id": find_run(self._connection, run_id).run_id}
            rows = reader.query_frame(self._connection, "registry/select_run", parameters)
        return rows.row(0, named=True)

    def _connect_user(self) -> Connection:
        if isinstance(self._source, LakeSource):
            return lake_sql.connect(self._source.address, at=self._source.snapshot, home_id=self._source.home_id)
        if not self._source.path.exists():
            raise StoreError(
                f"FeatureStore.sql: the publication '{self._source.path}', which this store reads, was removed; open "
                f"the current one with `{self._opening}`"
            )
        return user_sql.connect(self._source.path)

    def _while_open(self, batches: Iterator[pa.RecordBatch], method: str) -> Iterator[pa.RecordBatch]:
        """Yield the batches; raises `StoreError` if the store is closed before the last one."""
        while True:
            self._require_open(method)
            batch = next(batches, None)
            if batch is None:
                return
            yield batch

    def _require_readable(self, service: str, features: Iterable[str]) -> None:
        if not self._has_faces and not set(THUMBNAILS).isdisjoint(features):
            raise StoreError(
                f"the service {service!r} needs thumbnails, which were not published; the next "
                "`affect run` publishes them if it is given `--with-faces`"
            )
