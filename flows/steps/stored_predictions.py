"""Store predictions of new photographs in the home, each once: they are published and erased, and never scored."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from affect_store.flows.steps.numbers import number_of
from affect_store.flows.steps.stored_chances import further_chances
from affect_store.store.consent import tombstones
from affect_store.store.emotion_classes import Classes, classes_in
from affect_store.store.engine import clock, reader, write
from affect_store.store.engine.duckdb import transaction
from affect_store.store.engine.locks import hold
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import StoreError, UnreadablePhotoError
from affect_store.store.features.photo_files import image_ids_of
from affect_store.store.home import Home
from affect_store.store.sources.text import escape_undecodable
from affect_store.store.vocabulary import PROBABILITIES

if TYPE_CHECKING:
    from affect_store.flows.steps.prediction import PredictedBatch

TABLE = "registry.new_predictions"


@dataclass
class PredictionsToStore:
    """Predictions of one run that are to be stored together; `neutral` is the file that faces were compared with."""

    run_id: str
    neutral: Path | None = None
    rows: list[dict[str, Any]] = field(default_factory=list)
    unread: int = 0

    def add(self, batch: PredictedBatch) -> None:
        """Add the photographs of a batch that could be read; the bytes of others are not known."""
        rows = batch.frame.iter_rows(named=True)
        for path, image, row in zip(batch.paths, batch.images, rows, strict=True):
            if image.unreadable:
                self.unread += 1
            else:
                absolute = escape_undecodable(os.path.abspath(path))  # its folders may name the person
                self.rows.append({**row, "path": absolute, "photo_sha256": image.image_id})

    def save(self, home: Home) -> str:
        """Store what is not stored yet and return in words what was stored.

        A photograph with the same bytes, run, person and neutral photograph is stored once; its row is never changed.
        Photographs of people who withdrew consent, known by bytes or id, are not stored. Raises `StoreLockedError`
        while another process works in the home, and `StoreError` if it does not know the run.
        """
        neutral_sha256 = self._neutral_sha256()
        with hold(home), open_work(home) as connection:
            run = reader.query_frame(connection, "registry/select_run", {"run_id": self.run_id})
            if run.is_empty():
                raise StoreError(f"the home does not know the run {self.run_id}, so its predictions are not stored")
            classes = classes_in(json.loads(run["parameters"][0]))
            erased = tombstones.erased_people(connection)
            allowed = [
                row
                for row in self.rows
                if not (
                    erased.has_photograph(row["photo_sha256"])
                    or (neutral_sha256 is not None and erased.has_photograph(neutral_sha256))
                    or (row["subject"] is not None and erased.has_id(row["subject"]))
                )
            ]
            with transaction(connection):
                count = write.append(
                    connection, TABLE, write.batch(TABLE, self._columns(allowed, neutral_sha256, classes))
                )
        return self._report(count, len(allowed))

    def _neutral_sha256(self) -> str | None:
        if self.neutral is None:
            return None
        (sha256,) = image_ids_of([self.neutral])
        if sha256 is None:
            raise UnreadablePhotoError(f"the neutral photograph '{self.neutral}' cannot be read any more")
        return sha256

    def _columns(
        self, rows: list[dict[str, Any]], neutral_sha256: str | None, classes: Classes
    ) -> dict[str, list[Any]]:
        names = ("path", *PROBABILITIES, "reason", "photo_sha256")
        columns = {name: [row[name] for row in rows] for name in names}
        label_of = dict(zip(classes.emotions, classes.labels, strict=True))
        labels = [None if row["predicted"] is None else label_of[row["predicted"]] for row in rows]
        count, moment = len(rows), clock.now()
        return {
            **columns, "subject_id": [row["subject"] for row in rows], "predicted": labels,
            "prediction_id": [self._prediction_id(row, neutral_sha256) for row in rows],
            "run_id": [self.run_id] * count, "neutral_sha256": [neutral_sha256] * count,
            "predicted_at": [moment] * count, "further_chances": [further_chances(row, classes) for row in rows],
        }  # fmt: skip

    def _prediction_id(self, row: dict[str, Any], neutral_sha256: str | None) -> str:
        parts = (self.run_id, row["photo_sha256"], row["subject"] or "", neutral_sha256 or "")
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]

    def _report(self, count: int, allowed: int) -> str:
        text = f"{number_of(count, 'prediction')} stored in {TABLE}, published with the next publication"
        others = {
            "stored before": allowed - count,
            "of people who withdrew consent, not stored": len(self.rows) - allowed,
            "unreadable, not stored": self.unread,
        }
        return "; ".join([text, *(f"{number:,} {what}" for what, number in others.items() if number)])
