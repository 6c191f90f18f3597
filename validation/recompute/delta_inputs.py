"""What deltas are recomputed from: the faces of a batch, their references, of which there may be several, and sizes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from affect_store.store.features import deltas
from affect_store.store.types import FloatArray, SizeArray
from affect_store.validation.recompute.transforms import Rows, are_finite, faces_of, sizes_of


@dataclass(frozen=True)
class DeltaInputs:
    """Faces (n, 468, 3) and sizes (n, 2) of a batch, and those of its m references, `counts` (n,) of them for each face
    one after the other."""

    faces: FloatArray
    sizes: SizeArray
    references: FloatArray
    reference_sizes: SizeArray
    counts: NDArray[np.int64]

    @property
    def usable(self) -> Rows:
        """The rows whose faces and references are all finite."""
        bad = np.zeros(len(self.faces), np.int64)
        np.add.at(bad, np.repeat(np.arange(len(self.faces)), self.counts), ~are_finite(self.references))
        return np.flatnonzero(are_finite(self.faces) & (bad == 0) & (self.counts > 0))

    def transformed(self, kind: str, rows: Rows) -> deltas.DeltaBatch:
        """Return one kind of delta of some rows."""
        owners, members, counts = np.repeat(rows, self.counts[rows]), self._members(rows), self.counts[rows]
        faces, references = self.faces[owners], self.references[members]
        if kind == "frontal_unit":
            return deltas.frontal_unit(faces, references)
        sizes, reference_sizes = self.sizes[owners], self.reference_sizes[members]
        batch = deltas.aligned(faces, references, faces_size_px=sizes, references_size_px=reference_sizes)
        return deltas.mean_over(batch, counts)

    def _members(self, rows: Rows) -> Rows:
        starts = np.concatenate([[0], np.cumsum(self.counts)])
        return np.concatenate([np.arange(starts[row], starts[row + 1]) for row in rows])


def inputs_of(batch: pa.RecordBatch) -> DeltaInputs:
    """Return the inputs in a batch of `select/deltas.sql`."""
    references = batch.column("reference_faces")
    names = ("reference_width_px", "reference_height_px")
    reference_sizes = np.stack([batch.column(name).flatten().to_numpy() for name in names], axis=1)
    counts = references.value_lengths().to_numpy().astype(np.int64)
    return DeltaInputs(
        faces_of(batch.column("face")), sizes_of(batch), faces_of(references.flatten()), reference_sizes, counts
    )
