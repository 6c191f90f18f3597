"""Mutate pictures of six formats and read each as ingestion does: every file becomes a photograph or a reject.

    python -m benchmarks.fuzz_pictures [--count 20000] [--seed 0]

Each case is drawn from the seed and its number, so that `--first N --count 1` repeats case N. A photograph that is
accepted is also decoded as extraction does, and has to have the size that was read. Prints how many files of each
format became what, then the goals: no crash, no file written, peak memory below 1.5 GB. Exits with 1 if one is missed.
"""

from __future__ import annotations

import argparse
import io
import resource
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

if __name__ == "__main__" and __package__ is None:  # run as a file: import from the repository's root
    sys.path[0] = str(Path(__file__).parents[1])

from affect_store.flows.steps.catalogue import read_file
from affect_store.store.features.decode import SCALES, decode
from affect_store.store.features.picture_header import read_header
from affect_store.store.types import Candidate, Labels, Photo, Reject
from affect_store.store.vocabulary import EMOTIONS, FRONTAL_DEG, FRONTAL_GAZE, SEXES

MAX_PEAK_GB = 1.5
MAX_CHANGES = 6
LABELS = Labels("fuzz-1", SEXES[0], "unknown", EMOTIONS[0], FRONTAL_DEG, FRONTAL_GAZE)
_UNUSUAL = (b"\0", b"\xff", b"\x7f\xff\xff\xff", b"\xff" * 4, b"\0\0\x27\x10", b"\xff\xd9", b"\xff\xda", b"IDAT")


def seeds() -> dict[str, bytes]:
    """Return an encoded picture of each of six formats, with EXIF where the format has it, and of some variants."""
    rng = np.random.default_rng(0)
    small = Image.fromarray(rng.integers(0, 256, (12, 8, 3), np.uint8))
    image = small.resize((64, 96), Image.Resampling.BICUBIC)
    grey = Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 16)
    exif = Image.Exif()
    exif[0x0112] = 6
    return {
        "JPEG": _encoded(image, "JPEG", exif=exif),
        "progressive JPEG": _encoded(image, "JPEG", progressive=True),
        "PNG": _encoded(image.convert("RGBA"), "PNG", exif=exif),
        "16-bit PNG": _encoded(grey, "PNG"),
        "TIFF": _encoded(image, "TIFF", compression="tiff_lzw", exif=exif),
        "multi-page TIFF": _encoded(small, "TIFF", save_all=True, append_images=[image, small]),
        "BMP": _encoded(image, "BMP"),
        "WEBP": _encoded(image, "WEBP", exif=exif),
        "lossless WEBP": _encoded(image, "WEBP", lossless=True),
    }


def _encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def mutated(data: bytes, rng: np.random.Generator, others: list[bytes]) -> bytes:
    """Return the data with one to six changes: bits, bytes, zeros, insertions, deletions, parts moved or of others."""
    content = bytearray(data)
    for _ in range(min(MAX_CHANGES, int(rng.geometric(0.6)))):
        if not content:
            break
        start = int(rng.integers(len(content)) if rng.random() < 0.6 else rng.integers(min(len(content), 160)))
        length = int(min(2 ** rng.uniform(0, 11), len(content) - start))
        match int(rng.integers(9)):
            case 0:
                content[start] ^= 1 << int(rng.integers(8))
            case 1:
                content[start] = int(rng.integers(256))
            case 2:
                content[start : start + length] = bytes(length)
            case 3:
                content[start : start + length] = rng.bytes(length)
            case 4:
                del content[start : start + length]
            case 5:
                content[start:start] = content[start : start + length]
            case 6:
                del content[start:]
            case 7:
                word = _UNUSUAL[int(rng.integers(len(_UNUSUAL)))]
                content[start : start + len(word)] = word
            case _:
                other = others[int(rng.integers(len(others)))]
                content[start : start + length] = other[start : start + length]
    return bytes(content)


def outcome(path: Path) -> str:
    """Read one file as ingestion does, and decode an accepted one as extraction does; return what became of it.

    Raises `AssertionError` if a photograph cannot be decoded in the size that was read, and whatever crashes.
    """
    reading = read_file(Candidate(path, LABELS), "fuzz", ())
    if isinstance(reading, Reject):
        assert reading.reason and str(path) in reading.detail
        return reading.reason
    assert isinstance(reading, Photo)
    data = path.read_bytes()
    header = read_header(data)
    for scale in SCALES:
        rgb = decode(data, scale, header)
        assert rgb.dtype == np.uint8 and rgb.ndim == 3 and rgb.shape[2] == 3
        if scale == 1.0:
            assert rgb.shape[:2] == (reading.height_px, reading.width_px)
    return "photograph"


def fuzz(
    count: int, seed: int, *, first: int = 0, report: Callable[[int, str], None] | None = None
) -> tuple[Counter[tuple[str, str]], int]:
    """Return how many files of each format became what ('crash' included), and the number of files written."""
    originals = seeds()
    kinds, contents = list(originals), list(originals.values())
    outcomes: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "picture"
        for number in range(first, first + count):
            rng = np.random.default_rng([seed, number])
            kind = kinds[number % len(kinds)]
            path.write_bytes(mutated(originals[kind], rng, contents))
            try:
                outcomes[kind, outcome(path)] += 1
            except Exception:
                outcomes[kind, "crash"] += 1
                if report:
                    report(number, traceback.format_exc())
        written = len(list(Path(temporary).iterdir())) - min(count, 1)
    return outcomes, written


def main() -> int:
    """Run the cases, print the goals, and return 1 if one is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    outcomes, written = fuzz(
        options.count, options.seed, first=options.first, report=lambda number, text: print(f"case {number}: {text}")
    )
    for kind in seeds():
        counts = ", ".join(f"{what} {count}" for (of, what), count in sorted(outcomes.items()) if of == kind)
        print(f"{kind}: {counts}")
    crashes = sum(count for (_, what), count in outcomes.items() if what == "crash")
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9
    print(f"goal crashes {crashes} 0 {'missed' if crashes else 'met'} ({outcomes.total()} files, seed {options.seed})")
    print(f"goal files_written {written} 0 {'missed' if written else 'met'}")
    print(f"goal peak_gb {peak:.2f} {MAX_PEAK_GB} {'met' if peak < MAX_PEAK_GB else 'missed'}")
    return 1 if crashes or written or peak >= MAX_PEAK_GB else 0


if __name__ == "__main__":
    sys.exit(main())
