"""Measure the CPU time of a rendered photograph on one core, and the share in which FaceMesh finds the face.

Draws every shot of the first people of the default corpus from five camera angles in a single process, and encodes each
photograph as `write_people` does; cost is the total CPU time (person, shot, drawing, JPEG) per photograph. Faces are
detected in the encoded photographs at 45, 90 and 135 degrees.

    python -m benchmarks.people [--people 8] [--seed 7]

Prints one line per goal at the end and exits with 1 if a goal is missed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

if __name__ == "__main__" and __package__ is None:  # run as a file: import from the repository's root
    sys.path[0] = str(Path(__file__).parents[1])

from affect_store.store.features.decode import decode
from affect_store.store.features.landmarks import find_face, open_detector, without_tensorflow
from affect_store.store.sources.synthetic.corpus import DEFAULT_SEED, JPEG_QUALITY
from affect_store.store.sources.synthetic.drawing.imaging import encode_jpeg, use_one_thread
from affect_store.store.sources.synthetic.person.appearance import person_and_appearance
from affect_store.store.sources.synthetic.shot import render_photograph, take_shot
from affect_store.store.vocabulary import ANGLES_DEG, EMOTIONS, GAZES, USED_ANGLES_DEG

COST_BOUND_MS = 60.0
FOUND_BOUND = 0.995


class Stopwatch:
    """CPU seconds of this process by kind of work."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._since = time.process_time()

    def lap(self, work: str | None) -> None:
        """Add the time since the last lap to `work`; discard it for None."""
        now = time.process_time()
        if work:
            self.spent[work] = self.spent.get(work, 0.0) + now - self._since
        self._since = now


def photographs(people: int, seed: int, watch: Stopwatch) -> Iterator[tuple[int, bytes]]:
    """Yield camera angle and JPEG bytes of every photograph, and record its cost."""
    for person_number in range(1, people + 1):
        watch.lap(None)
        person, look = person_and_appearance((seed, person_number))
        watch.lap("person")
        for emotion in EMOTIONS:
            for gaze in GAZES:
                watch.lap(None)
                shot = take_shot(person, look, emotion, gaze)
                watch.lap("shot")
                for angle in ANGLES_DEG:
                    watch.lap(None)
                    picture = render_photograph(shot, angle)
                    watch.lap("drawing")
                    content = encode_jpeg(picture, JPEG_QUALITY)
                    watch.lap("JPEG")
                    yield angle, content


def goal(name: str, figure: float, bound: float, *, met: bool) -> bool:
    """Print a goal's line and return whether it is met."""
    print(f"goal {name} {figure:.4g} {bound:.4g} {'met' if met else 'missed'}")
    return met


def main() -> int:
    """Measure, print the goals, and return 1 if one is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=8, help="number of people, 120 photographs each")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    options = parser.parse_args()
    use_one_thread()
    without_tensorflow()
    watch, detector = Stopwatch(), open_detector()
    count, size_bytes = 0, 0
    searched, detected = dict.fromkeys(USED_ANGLES_DEG, 0), dict.fromkeys(USED_ANGLES_DEG, 0)
    for angle, content in photographs(options.people, options.seed, watch):
        count += 1
        size_bytes += len(content)
        if angle in searched:
            searched[angle] += 1
            detected[angle] += find_face(detector, decode(content)) is not None
    for work, seconds in watch.spent.items():
        print(f"{work:<8} {1000 * seconds / count:6.2f} ms CPU per photograph")
    print(
        f"size     {size_bytes / count / 1000:6.1f} kB per photograph, {count} photographs of {options.people} people"
    )
    for angle in searched:
        print(f"camera {angle:03d}: face detected in {detected[angle]} of {searched[angle]}")
    cost_ms = 1000 * sum(watch.spent.values()) / count
    share = min(detected[angle] / searched[angle] for angle in searched)
    met = goal("people_ms_per_picture", cost_ms, COST_BOUND_MS, met=cost_ms <= COST_BOUND_MS)
    return 0 if goal("people_faces_found", share, FOUND_BOUND, met=share >= FOUND_BOUND) and met else 1


if __name__ == "__main__":
    sys.exit(main())
