"""Extraction of landmarks and thumbnails from photographs in parallel; each photograph is decoded once for all.

Worker processes are spawned: a forked one hangs if its parent has opened a FaceMesh, and each worker keeps TensorFlow
out of MediaPipe's import, which the training process must not do.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from affect_store.store.errors import UnreadablePhotoError
from affect_store.store.features import memory_budget
from affect_store.store.features.feature_views import BICUBIC_PIXELS, PIXELS
from affect_store.store.features.memory_budget import DecodingMemory
from affect_store.store.types import ByteArray, Face, NoFace, Thumbnail

if TYPE_CHECKING:
    from affect_store.store.features.picture_header import PictureHeader

CHUNK_SIZE = 16
"""Photographs per task of a worker: small enough for a smooth progress bar."""

LANDMARKS = "landmarks"
FACES = (LANDMARKS, PIXELS)
"""The features that every model but those of the published recipe needs."""


@dataclass(frozen=True)
class ExtractionResult:
    """Result of one photograph: the features that were requested.

    `unreadable` is the reason if it could not be read, else empty and `header` is set.
    """

    image_id: str
    face: Face | NoFace | None = None
    thumbnail: Thumbnail | None = None
    bicubic: Thumbnail | None = None
    unreadable: str = ""
    header: PictureHeader | None = None


def extract(
    photos: Sequence[tuple[str, str]],
    *,
    decode_scale: float = 1.0,
    processes: int | None = None,
    features: Sequence[str] = FACES,
) -> Iterator[ExtractionResult]:
    """Yield the result of each (image_id, path), in order; the image_id must be the sha256 of the file's bytes.

    `features` are some of landmarks, pixels and bicubic_pixels. `processes` None starts one worker per core. Raises
    `BrokenProcessPool` if a worker dies; earlier results are valid.
    """
    if not photos:
        return
    workers = min(processes or os.cpu_count() or 1, -(-len(photos) // CHUNK_SIZE))
    context = multiprocessing.get_context("spawn")
    memory = memory_budget.of_processes(context)
    with ProcessPoolExecutor(
        workers, mp_context=context, initializer=_start_worker, initargs=(memory, LANDMARKS in features)
    ) as pool:
        try:
            yield from pool.map(partial(_extract_one, decode_scale, features), photos, chunksize=CHUNK_SIZE)
        except (KeyboardInterrupt, GeneratorExit, BrokenProcessPool):
            pool.shutdown(wait=False, cancel_futures=True)
            raise


_detector: Any = None
_memory = memory_budget.of_threads()
"""What a worker works with: its own detector, and the budgets that it shares with the other workers."""


def _start_worker(memory: DecodingMemory, finds_faces: bool) -> None:
    """Open this worker's own detector, without TensorFlow and with one OpenCV thread; exit when the parent does."""
    global _detector, _memory
    _memory = memory
    threading.Thread(target=_end_with_parent, daemon=True).start()
    import cv2

    cv2.setNumThreads(1)
    if finds_faces:
        from affect_store.store.features import landmarks

        landmarks.without_tensorflow()
        _detector = landmarks.open_detector()


def _end_with_parent() -> None:
    """Exit when the parent does: after a kill, the worker would wait for tasks forever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _extract_one(decode_scale: float, features: Sequence[str], photo: tuple[str, str]) -> ExtractionResult:
    from affect_store.store.features.photo_files import image_id_of_bytes, read_photo_file

    image_id, path = photo
    try:
        with _memory.files.reserve(os.stat(path).st_size):
            data = read_photo_file(Path(path))
            if image_id_of_bytes(data) != image_id:
                raise UnreadablePhotoError("the file has changed since it was catalogued (its sha256 differs)")
            return _extract_from(data, image_id, decode_scale, features)
    except UnreadablePhotoError as error:
        return ExtractionResult(image_id, unreadable=f"'{path}': {error}")
    except OSError as error:
        return ExtractionResult(image_id, unreadable=str(error))


def _extract_from(data: bytes, image_id: str, decode_scale: float, features: Sequence[str]) -> ExtractionResult:
    from affect_store.store.features import decode
    from affect_store.store.features.picture_header import read_header

    header = read_header(data)
    with _memory.pictures.reserve(header.decoded_bytes):
        rgb = decode.decode(data, decode_scale, header)
        face = _find_face(rgb, image_id) if LANDMARKS in features else None
        thumbnail = Thumbnail(image_id, decode.make_thumbnail(rgb)) if PIXELS in features else None
        bicubic = Thumbnail(image_id, decode.make_bicubic_thumbnail(rgb)) if BICUBIC_PIXELS in features else None
    return ExtractionResult(image_id, face, thumbnail, bicubic, header=header)


def _find_face(rgb: ByteArray, image_id: str) -> Face | NoFace:
    from affect_store.store.features import landmarks

    detected = landmarks.find_face(_detector, rgb)
    if detected is None:
        return NoFace(image_id)
    return Face(image_id, detected.xyz, detected.face_count, detected.size_rank, detected.score)
