"""A small corpus of rendered people, and one file of every kind that is rejected."""

from pathlib import Path

from PIL import Image

from affect_store.store.sources.synthetic.corpus import ShotRequest, file_name, render_shot
from affect_store.store.sources.synthetic.shot import INTERNAL_SCALE
from affect_store.store.vocabulary import EMOTIONS, FRONTAL_DEG, NEUTRAL, RAFD_HEIGHT_PX, RAFD_WIDTH_PX

PEOPLE = 8
HAPPY, SURPRISED = EMOTIONS[4], EMOTIONS[7]
SHOTS = ((NEUTRAL, "frontal"), (NEUTRAL, "left"), (HAPPY, "frontal"), (SURPRISED, "frontal"))


def render(folder: Path, people: int = PEOPLE) -> int:
    """Render frontal photographs of people, 4 shots each, into a new folder; returns the number of photographs."""
    folder.mkdir(parents=True)
    for person in range(1, people + 1):
        add_person(folder, person)
    return people * len(SHOTS)


def add_person(folder: Path, person: int) -> None:
    """Render the shots of one more person."""
    for emotion, gaze in SHOTS:
        render_shot(ShotRequest(folder, 7, person, emotion, gaze, (FRONTAL_DEG,), INTERNAL_SCALE))


def spoil(folder: Path) -> None:
    """Add a text file named .jpg, a truncated JPEG, an image without a face, a wrong file name, a duplicate."""
    whole = (folder / file_name(1, NEUTRAL, "frontal", FRONTAL_DEG)).read_bytes()
    (folder / file_name(1, HAPPY, "left", FRONTAL_DEG)).write_text("just text")
    (folder / file_name(2, HAPPY, "left", FRONTAL_DEG)).write_bytes(whole[: len(whole) // 2])
    wall = Image.new("RGB", (RAFD_WIDTH_PX, RAFD_HEIGHT_PX), (90, 120, 150))
    wall.save(folder / file_name(3, HAPPY, "left", FRONTAL_DEG), quality=92)
    (folder / "holiday.jpg").write_bytes(whole + b"\0")
    (folder / file_name(1, HAPPY, "right", FRONTAL_DEG)).write_bytes(whole)
