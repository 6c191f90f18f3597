"""A short random walk over one home; `benchmarks/random_walk.py` takes a long one, with kills."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.finished import Finished
from tests.walk import changes, manifests, state
from tests.walk.folders import COPIES, Folder, sha256
from tests.walk.operations import carry_out

ROOT = Path(__file__).parents[2]
SEED, STEPS, EVERY = 1850, 15, 5


@pytest.mark.long
def test_fifteen_steps_leave_the_catalogue_of_a_fresh_home_and_every_fifth_publishes(
    finished: Finished, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "tests.walk", str(tmp_path), str(finished.photographs)]
    command += [f"--seed={SEED}", f"--steps={STEPS}", f"--every={EVERY}"]
    before = os.times()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    print(f"{used:.0f} s of processor time")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert state.load(tmp_path, SEED).step == STEPS


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A folder of small files with the names of seven people's photographs."""
    folder = Folder(tmp_path, state.STUDIO)
    folder.root.mkdir(parents=True)
    for person in range(1, 8):
        for emotion, gaze in (("neutral", "frontal"), ("neutral", "left"), ("happy", "frontal")):
            name = f"Rafd090_{person:02d}_Caucasian_female_{emotion}_{gaze}.jpg"
            (folder.root / name).write_text(name)
    for kind in ("removed", "unused", "erased"):
        path = folder.photographs()[0]
        carry_out(tmp_path, [["move", folder.relative(path), folder.relative(folder.aside(kind) / path.name)]])
    copied, broken = map(folder.relative, folder.photographs()[:2])
    carry_out(tmp_path, [["copy", copied, folder.relative(folder.root / COPIES / Path(copied).name)]])
    carry_out(tmp_path, [["zero", broken, folder.relative(folder.whole(tmp_path / broken))]])
    manifests.update(folder.root)
    return folder


@pytest.mark.parametrize("chooser", dict.fromkeys(changes.CHANGES), ids=lambda chooser: chooser.__name__)
def test_a_change_that_was_carried_out_is_not_carried_out_again(chooser: changes.Chooser, folder: Folder) -> None:
    walk = state.State(SEED, ingested=[state.STUDIO], removed=["0" * 64])
    rng = walk.random("change")
    change = next(plan for _ in range(50) if (plan := chooser(folder, walk, rng)))
    carry_out(folder.place, change.operations)
    once = {path: sha256(path) for path in sorted(folder.place.rglob("*")) if path.is_file()}
    carry_out(folder.place, change.operations)
    assert {path: sha256(path) for path in sorted(folder.place.rglob("*")) if path.is_file()} == once


def test_the_same_seed_and_step_choose_the_same_change(folder: Folder) -> None:
    walk = state.State(SEED, step=3, ingested=[state.STUDIO])
    first, second = (changes.choose([folder], walk) for _ in range(2))
    assert first == second


def test_a_walk_continues_where_its_state_was_saved(tmp_path: Path) -> None:
    walk = state.State(SEED, step=3, planned=state.Change("nothing", state.LAB), options={"keep": 2})
    walk.save(tmp_path)
    assert state.load(tmp_path, SEED) == walk
    with pytest.raises(AssertionError, match="belongs to a walk with seed 1850"):
        state.load(tmp_path, 2)


def test_a_corrected_row_stays_when_its_file_is_moved_and_goes_when_it_is_removed(folder: Folder) -> None:
    manifest, path = folder.root / "manifest.csv", folder.photographs()[-1]
    manifests.relabel(manifest, path.name, "right")
    path.rename(moved := folder.root / "copies" / path.name)
    manifests.update(folder.root)
    assert [row["gaze"] for row in manifests.read(manifest) if row["path"] == f"copies/{path.name}"] == ["right"]
    moved.unlink()
    manifests.update(folder.root)
    assert path.name not in {Path(row["path"]).name for row in manifests.read(manifest)}
