"""Walk at random over one home: change its folders, options and contents, run, and compare it with a fresh home.

`python benchmarks/random_walk.py --steps 200 --seed 1 --kills 20`. After every step the home must be published, and its
catalogue must be the one that a fresh home makes of the same folders. With `--kills` the walk is killed at random
moments and continued. The same command with the same `--place` continues a walk that was interrupted.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.flows import corpus  # noqa: E402

PEOPLE = 10
FIRST_STEP_S = 20.0
"""A walk is killed within the duration of the step before; this one stands for it before the first step."""

POLLED_EVERY_S = 0.2


def start(place: Path, photographs: Path, seed: int, steps: int) -> subprocess.Popen[bytes]:
    """Start or continue the walk in a process of its own."""
    command = [sys.executable, "-m", "tests.walk", str(place), str(photographs), f"--seed={seed}", f"--steps={steps}"]
    return subprocess.Popen(command, cwd=ROOT)


def walked(place: Path) -> int:
    """Return how many steps of the walk are done."""
    path = place / "state.json"
    return int(json.loads(path.read_text(encoding="utf-8"))["step"]) if path.exists() else 0


def killed_walk(place: Path, photographs: Path, seed: int, steps: int, kills: int) -> tuple[int, int]:
    """Walk to the end, killed at random moments of random steps; returns the exit code and the number of kills.

    The file `kills` beside the walk has a line for each, so that an interrupted walk continues with the next one.
    """
    rng, record = random.Random(f"{seed}-kills"), place.with_name("kills")
    record.touch()
    planned = [(step, rng.random()) for step in sorted(rng.sample(range(steps), min(kills, steps)))]
    process = start(place, photographs, seed, steps)
    for step, share in planned[len(record.read_text(encoding="utf-8").splitlines()) :]:
        duration = wait_for(process, place, step)
        try:
            return process.wait(share * duration), planned.index((step, share))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        with record.open("a", encoding="utf-8") as file:
            file.write(f"{share * duration:.0f} s after {walked(place)} steps\n")
        print(f"killed in step {walked(place) + 1}", flush=True)
        process = start(place, photographs, seed, steps)
    return process.wait(), len(planned)


def wait_for(process: subprocess.Popen[bytes], place: Path, step: int) -> float:
    """Wait until so many steps are done, or the walk has ended; returns how long the last of them took, in seconds."""
    begun, done, duration = time.monotonic(), walked(place), FIRST_STEP_S
    while done < step and process.poll() is None:
        time.sleep(POLLED_EVERY_S)
        if (now := walked(place)) > done:
            begun, done, duration = time.monotonic(), now, time.monotonic() - begun
    return duration


def main() -> int:
    """Walk, print what was done, and return 1 if a step failed or a kill is missing."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--place", type=Path, help="folder of the walk; a temporary one by default")
    options = parser.parse_args()
    place = options.place or Path(tempfile.mkdtemp(prefix="walk_"))
    photographs = place / "photographs"
    if not photographs.exists():
        unfinished = place / f".rendered-{time.time_ns()}"
        corpus.render(unfinished, PEOPLE)
        unfinished.rename(photographs)
    started = time.monotonic()
    code, kills = killed_walk(place / "walk", photographs, options.seed, options.steps, options.kills)
    state = json.loads((place / "walk" / "state.json").read_text(encoding="utf-8"))
    actions = ", ".join(f"{name} {count}" for name, count in Counter(state["actions"]).most_common())
    print(f"{state['step']} of {options.steps} steps with seed {options.seed} in '{place}', {kills} kills")
    print(f"{time.monotonic() - started:.0f} s; {actions}")
    return int(code != 0 or state["step"] < options.steps or kills < options.kills)


if __name__ == "__main__":
    sys.exit(main())
