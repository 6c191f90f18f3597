"""Extraction of landmarks and thumbnails from photographs in parallel; each photograph is decoded once for all.

Worker processes are spawned: a forked one hangs if its parent has opened a FaceMesh, and each worker keeps TensorFlow
out of MediaPipe's import, which the training process must not do.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from affect_store.store.errors import UnreadablePhotoError
from affect_store.store.features import memory_budget
from affect_store.store.features.copies import CopiedLandmarks
from affect_store.store.features.feature_options import DEFAULT_OPTIONS, PLAIN, FeatureOptions
from affect_store.store.features.feature_views import BICUBIC_PIXELS, PIXELS, SINGLE_LANDMARKS
from affect_store.store.features.memory_budget import DecodingMemory
from affect_store.store.features.watched_pool import HANG_LIMIT_S, SetAside, WatchedPool
from affect_store.store.features.worker_processes import WorkerContext
from affect_store.store.types import ByteArray, Face, FloatArray, NoFace, Thumbnail

if TYPE_CHECKING:
    from affect_store.store.features.picture_header import PictureHeader

CHUNK_SIZE = 16
"""Photographs per task of a worker: small enough for a smooth progress bar."""

LANDMARKS, COPIES = "landmarks", "copies"
FACES = (LANDMARKS, PIXELS)
"""The features that every model but those of the published recipe needs."""


Photo = tuple[str | None, str | bytes]
"""The image_id of a photograph, None if it is to be computed, and its path, or its bytes if it is in no file.

Bytes come without an image_id; they go to a worker through a pipe, and nothing is written.
"""


@dataclass(frozen=True)
class ExtractionResult:
    """Result of one photograph: the features that were requested.

    `face` has the landmarks of the options, `single` those of a single pass of the plain model, `copies` those of the
    options in every copy of `copies.COPIES`. `unreadable` is the reason if it could not be read, else empty and
    `header` is set; it names the file if that is catalogued.
    """

    image_id: str
    face: Face | NoFace | None = None
    thumbnail: Thumbnail | None = None
    bicubic: Thumbnail | None = None
    single: Face | NoFace | None = None
    copies: CopiedLandmarks | None = None
    unreadable: str = ""
    header: PictureHeader | None = None


class Extractor(AbstractContextManager["Extractor"]):
    """Worker processes that extract features of photographs; each starts when it is first needed.

    `processes` None allows one worker per core. Use it as a context manager, which kills the workers after an error, or
    call `close`. Workers that die or take longer than `hang_limit_s` for one photograph are replaced: see
    `watched_pool`.
    """

    def __init__(
        self, processes: int | None = None, *, finds_faces: bool = True, hang_limit_s: float = HANG_LIMIT_S
    ) -> None:
        self.processes = processes or os.cpu_count() or 1
        self._pool = WatchedPool(self.processes, _start_worker, partial(_arguments, finds_faces), hang_limit_s)

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        self.close(waits=error is None)

    def close(self, *, waits: bool = True) -> None:
        """End the workers, dropping what they have not begun; later results start new ones.

        With `waits`, return when they have completed the tasks in work, within `hang_limit_s`; else kill them.
        """
        self._pool.close(waits=waits)

    def start(self) -> None:
        """Start a worker now, so that it is ready for the first photograph."""
        self._pool.start()

    def results(
        self,
        photos: Sequence[Photo],
        *,
        options: FeatureOptions = DEFAULT_OPTIONS,
        features: Sequence[str] = FACES,
        chunk_size: int = CHUNK_SIZE,
    ) -> Iterator[ExtractionResult]:
        """Yield the result of each (image_id, path or bytes), in order; see `extract`.

        A task of a worker has at most `chunk_size` photographs. A bounded number of photographs is in work or waits to
        be yielded, however many there are.
        """
        for result in self._pool.results(photos, _extract_one, (options, features), chunk_size):
            yield _unreadable(result.item, result.reason) if isinstance(result, SetAside) else result


def _arguments(finds_faces: bool, context: WorkerContext) -> tuple[DecodingMemory, bool]:
    """Return the arguments of new workers, with new budgets: dead workers may not have released the old ones."""
    return memory_budget.of_processes(context), finds_faces


def extract(
    photos: Sequence[Photo],
    *,
    options: FeatureOptions = DEFAULT_OPTIONS,
    processes: int | None = None,
    features: Sequence[str] = FACES,
    chunk_size: int = CHUNK_SIZE,
) -> Iterator[ExtractionResult]:
    """Yield the result of each (image_id, path or bytes), in order; the image_id must be the sha256 of its bytes.

    An image_id of None is computed, and the file is then checked for damage, as one that is catalogued was.
    `features` are some of landmarks, single_landmarks, copies, pixels and bicubic_pixels. `processes` None starts one
    worker per core, each with `chunk_size` photographs at a time. A photograph on which a worker hangs or dies twice is
    unreadable. Raises `BrokenProcessPool` if workers die on every photograph; earlier results are valid.
    """
    if not photos:
        return
    workers = min(processes or os.cpu_count() or 1, -(-len(photos) // chunk_size))
    finds_faces = not {LANDMARKS, SINGLE_LANDMARKS, COPIES}.isdisjoint(features)
    with Extractor(workers, finds_faces=finds_faces) as extractor:
        yield from extractor.results(photos, options=options, features=features, chunk_size=chunk_size)


_detectors: dict[str, Any] = {}
_memory = memory_budget.of_threads()
"""What a worker works with: its own detectors by mesh, and the budgets that it shares with the other workers."""


def _start_worker(memory: DecodingMemory, finds_faces: bool) -> None:
    """Open this worker's own detector, without TensorFlow and with one OpenCV thread."""
    global _memory
    _memory = memory
    import cv2

    cv2.setNumThreads(1)
    if finds_faces:
        from affect_store.store.features import landmarks

        landmarks.without_tensorflow()
        _detector(PLAIN)


def _detector(mesh: str) -> Any:
    """Return this worker's detector of a mesh, opened when it is first needed."""
    from affect_store.store.features import landmarks

    if mesh not in _detectors:
        _detectors[mesh] = landmarks.open_detector(mesh)
    return _detectors[mesh]


def _extract_one(options: FeatureOptions, features: Sequence[str], photo: Photo) -> ExtractionResult:
    from affect_store.store.features.photo_files import image_id_of_bytes

    image_id, source = photo
    try:
        with _memory.files.reserve(len(source) if isinstance(source, bytes) else os.stat(source).st_size):
            data = _read(source)
            received = image_id_of_bytes(data)
            if image_id not in (None, received):
                raise UnreadablePhotoError("the file has changed since it was catalogued (its sha256 differs)")
            return _extract_from(data, received, options, features, is_new=image_id is None)
    except UnreadablePhotoError as error:
        return _unreadable(photo, str(error), error.reason)
    except OSError as error:
        return ExtractionResult(image_id or "", unreadable=str(error) if image_id else f"unreadable: {error.strerror}")


def _unreadable(photo: Photo, message: str, reason: str = UnreadablePhotoError.reason) -> ExtractionResult:
    """Return the result of a photograph without any: it names the file if that is catalogued, else the reason."""
    image_id, source = photo
    return ExtractionResult(
        image_id or "", unreadable=f"'{source!s}': {message}" if image_id else f"{reason}: {message}"
    )


def _read(source: str | bytes) -> bytes:
    from affect_store.store.features.photo_files import read_photo_file, require_photo_bytes

    return require_photo_bytes(source) if isinstance(source, bytes) else read_photo_file(Path(source))


def _extract_from(
    data: bytes, image_id: str, options: FeatureOptions, features: Sequence[str], *, is_new: bool
) -> ExtractionResult:
    from affect_store.store.features import decode
    from affect_store.store.features.picture_header import read_header

    header = read_header(data)
    pictures = 1 + (options.passes > 1) + (COPIES in features)  # with a moved copy, and the copy that it is of
    with _memory.pictures.reserve(pictures * header.decoded_bytes):
        rgb = (decode.decode_new if is_new else decode.decode)(data, options.decode_scale, header)
        face = _find_face(rgb, image_id, options) if LANDMARKS in features else None
        single = _find_face(rgb, image_id, options.single) if SINGLE_LANDMARKS in features else None
        copies = _find_in_copies(rgb, image_id, options) if COPIES in features else None
        thumbnail = Thumbnail(image_id, decode.make_thumbnail(rgb)) if PIXELS in features else None
        bicubic = Thumbnail(image_id, decode.make_bicubic_thumbnail(rgb)) if BICUBIC_PIXELS in features else None
    return ExtractionResult(image_id, face, thumbnail, bicubic, single, copies, header=header)


def _find_face(rgb: ByteArray, image_id: str, options: FeatureOptions) -> Face | NoFace:
    from affect_store.store.features import landmarks, moved_copies
    from affect_store.store.features.passes import moves_of

    find_face = partial(landmarks.find_face, _detector(options.mesh))
    moves = moves_of(image_id, options.passes)
    detected = moved_copies.find_over_passes(find_face, rgb, moves, options.average)
    if detected is None:
        return NoFace(image_id)
    return Face(
        image_id, detected.xyz, detected.face_count, detected.size_rank, detected.score, detected.pass_count,
        detected.errors,
    )  # fmt: skip


def _find_in_copies(rgb: ByteArray, image_id: str, options: FeatureOptions) -> CopiedLandmarks:
    """Find the face in every copy as in the photograph itself: with the same mesh, and the same moves of the passes."""
    from affect_store.store.features.copied_pictures import landmarks_of_copies

    def find(copy: ByteArray) -> FloatArray | None:
        face = _find_face(copy, image_id, options)
        return face.xyz if isinstance(face, Face) else None

    return landmarks_of_copies(find, rgb)
