"""Photographs to faces and thumbnails on all cores: one decoding serves both.

Worker processes are spawned, because a forked one hangs once its parent has opened a FaceMesh, and because each of
them keeps TensorFlow out of MediaPipe's import, which the training process must not do.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from store.errors import UnreadablePhotoError
from store.types import Face, NoFace, Thumbnail

CHUNK = 16
"""Photographs a worker takes at once: small enough for a smooth progress bar."""


@dataclass(frozen=True)
class Extracted:
    """What one photograph gave. `unreadable` tells why, where it did not decode this time."""

    image_id: str
    face: Face | NoFace | None = None
    thumbnail: Thumbnail | None = None
    unreadable: str = ""


def extract(
    photos: Sequence[tuple[str, str]], *, decode_scale: float = 1.0, processes: int | None = None
) -> Iterator[Extracted]:
    """Yield one `Extracted` for each (image_id, path), in order; the image_id must be the sha256 of the file's bytes.

    Raises `BrokenProcessPool` where a worker dies; what was yielded before is good.
    """
    if not photos:
        return
    wanted = min(processes or os.cpu_count() or 1, -(-len(photos) // CHUNK))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(wanted, mp_context=context, initializer=_start_worker) as pool:
        try:
            yield from pool.map(partial(_extract_one, decode_scale), photos, chunksize=CHUNK)
        except (KeyboardInterrupt, GeneratorExit, BrokenProcessPool):
            pool.shutdown(wait=False, cancel_futures=True)
            raise


_detector: Any = None


def _start_worker() -> None:
    """Open this worker's own detector; TensorFlow stays out and native chatter goes to the log of the parent."""
    global _detector
    threading.Thread(target=_end_with_parent, daemon=True).start()
    import cv2

    from store.features import landmarks

    landmarks.without_tensorflow()
    cv2.setNumThreads(1)
    _detector = landmarks.open_detector()


def _end_with_parent() -> None:
    """A worker waits for work that nobody will send where its parent was killed: it would stay for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _extract_one(decode_scale: float, photo: tuple[str, str]) -> Extracted:
    from store.features import decode, landmarks

    image_id, path = photo
    try:
        data = Path(path).read_bytes()
        if hashlib.sha256(data).hexdigest() != image_id:
            raise UnreadablePhotoError(f"the bytes of '{path}' have changed since it was catalogued")
        rgb = decode.decode(data, decode_scale)
    except (UnreadablePhotoError, OSError) as error:
        return Extracted(image_id, unreadable=str(error))
    xyz = landmarks.find_face(_detector, rgb)
    face = NoFace(image_id) if xyz is None else Face(image_id, xyz)
    return Extracted(image_id, face, Thumbnail(image_id, decode.shrink(rgb)))
