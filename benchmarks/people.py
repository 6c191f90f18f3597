"""What does a rendered photograph cost on one core, and does FaceMesh find its face?

Draws every shot of the first people of the default corpus, five cameras each, in this process alone, and encodes each
photograph as `write_people` does; cost is CPU time of the whole (person, shot, drawing, JPEG) over the photographs.
Faces are looked for in the encoded photographs of the cameras 045, 090 and 135.

    python -m benchmarks.people [--people 8] [--seed 7]

Closes with one line a goal, and exits with 1 if one is missed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

if __name__ == "__main__" and __package__ is None:  # run as a file: this folder's `store.py` must not hide the package
    sys.path[0] = str(Path(__file__).parents[1])

from store.features.decode import decode
from store.features.landmarks import find_face, open_detector, without_tensorflow
from store.sources.synthetic.corpus import DEFAULT_SEED, JPEG_QUALITY
from store.sources.synthetic.imaging import jpeg, use_one_thread
from store.sources.synthetic.look import look_of
from store.sources.synthetic.shot import photograph, take_shot
from store.vocabulary import ANGLES_DEG, EMOTIONS, GAZES, USED_ANGLES_DEG

COST_BOUND_MS = 60.0
FOUND_BOUND = 0.995


class Stopwatch:
    """CPU time of this process by kind of work, seconds."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._since = time.process_time()

    def lap(self, work: str | None) -> None:
        """Book the time since the last lap under `work`, or under nothing."""
        now = time.process_time()
        if work:
            self.spent[work] = self.spent.get(work, 0.0) + now - self._since
        self._since = now


def photographs(people: int, seed: int, watch: Stopwatch) -> Iterator[tuple[int, bytes]]:
    """Camera angle and JPEG bytes of every photograph, its cost booked."""
    for person_number in range(1, people + 1):
        watch.lap(None)
        person, look = look_of((seed, person_number))
        watch.lap("person")
        for emotion in EMOTIONS:
            for gaze in GAZES:
                watch.lap(None)
                shot = take_shot(person, look, emotion, gaze)
                watch.lap("shot")
                for angle in ANGLES_DEG:
                    watch.lap(None)
                    picture = photograph(shot, angle)
                    watch.lap("drawing")
                    content = jpeg(picture, JPEG_QUALITY)
                    watch.lap("JPEG")
                    yield angle, content


def goal(name: str, figure: float, bound: float, *, met: bool) -> bool:
    """Print one goal's line."""
    print(f"goal {name} {figure:.4g} {bound:.4g} {'met' if met else 'missed'}")
    return met


def main() -> int:
    """Measure, print, and say whether the goals are met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=8, help="people to draw, 120 photographs each")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    options = parser.parse_args()
    use_one_thread()
    without_tensorflow()
    watch, detector = Stopwatch(), open_detector()
    count, size_bytes = 0, 0
    looked, found = dict.fromkeys(USED_ANGLES_DEG, 0), dict.fromkeys(USED_ANGLES_DEG, 0)
    for angle, content in photographs(options.people, options.seed, watch):
        count += 1
        size_bytes += len(content)
        if angle in looked:
            looked[angle] += 1
            found[angle] += find_face(detector, decode(content)) is not None
    for work, seconds in watch.spent.items():
        print(f"{work:<8} {1000 * seconds / count:6.2f} ms CPU a photograph")
    print(f"size     {size_bytes / count / 1000:6.1f} kB a photograph, {count} photographs of {options.people} people")
    for angle in looked:
        print(f"camera {angle:03d}: face found in {found[angle]} of {looked[angle]}")
    cost_ms = 1000 * sum(watch.spent.values()) / count
    share = min(found[angle] / looked[angle] for angle in looked)
    met = goal("people_ms_per_picture", cost_ms, COST_BOUND_MS, met=cost_ms <= COST_BOUND_MS)
    return 0 if goal("people_faces_found", share, FOUND_BOUND, met=share >= FOUND_BOUND) and met else 1


if __name__ == "__main__":
    sys.exit(main())
