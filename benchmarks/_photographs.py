"""Photographs for benchmarks: a few dozen rendered ones, and as many others made of them, each with bytes of its own.

To render one takes longer than to extract its features, so most are copies: shifted by a few pixels and encoded with
another quality; copies with equal pixels differ in a comment.
"""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle, product
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np

from affect_store.store.sources.named_files import pictures_below
from affect_store.store.sources.synthetic.corpus import ShotRequest, render_shot
from affect_store.store.sources.synthetic.shot import INTERNAL_SCALE
from affect_store.store.vocabulary import EMOTIONS, GAZES, USED_ANGLES_DEG

SEED = 20
MAX_SHIFT_PX = 12
QUALITIES = (88, 97)
"""Range of the JPEG quality of copies, the upper end excluded."""

DIFFERENT = 960
"""Number of copies with pixels of their own."""


def write_photographs(folder: Path, count: int, *, rendered: int = 48) -> list[Path]:
    """Write `count` photographs of 681 x 1024 pixels below a new folder; returns their paths, in random order."""
    originals = _render(folder / "rendered", min(rendered, count))
    encoded: list[bytes] = []
    paths = list(originals)
    for number, original in zip(range(count - len(originals)), cycle(originals), strict=False):
        if len(encoded) < DIFFERENT:
            encoded.append(_copy(original, number))
        path = folder / "copies" / f"{number // 1000:03d}" / f"{number:06d}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(with_comment(encoded[number % DIFFERENT], path.name))
        paths.append(path)
    return [paths[position] for position in np.random.default_rng(SEED).permutation(len(paths))]


def _render(folder: Path, count: int) -> list[Path]:
    """Render photographs of one person after another, from the cameras that the notebook uses, on all cores."""
    folder.mkdir(parents=True)
    shots = [
        ShotRequest(folder, SEED, person, emotion, gaze, USED_ANGLES_DEG, INTERNAL_SCALE)
        for gaze, emotion, person in product(GAZES, EMOTIONS, range(1, 5))
    ]
    needed = shots[: -(-count // len(USED_ANGLES_DEG))]
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        list(pool.map(render_shot, needed))
    return list(pictures_below(folder))[:count]


def _copy(path: Path, number: int) -> bytes:
    """Return another JPEG of a photograph, shifted and encoded again."""
    rng = np.random.default_rng((SEED, number))
    right, down = rng.integers(-MAX_SHIFT_PX, MAX_SHIFT_PX + 1, 2)
    matrix = np.array([[1, 0, right], [0, 1, down]], np.float32)
    picture = cv2.imread(str(path))
    shifted = cv2.warpAffine(picture, matrix, picture.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)
    return cv2.imencode(".jpg", shifted, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(*QUALITIES))])[1].tobytes()


def with_comment(jpeg: bytes, comment: str) -> bytes:
    """Return the JPEG with a comment after its first marker: other bytes, the same pixels."""
    text = comment.encode()
    return jpeg[:2] + b"\xff\xfe" + (len(text) + 2).to_bytes(2, "big") + text + jpeg[2:]
