"""A small corpus of rendered people with one of everything that can be wrong with a folder."""

from pathlib import Path

from PIL import Image

from store.sources.synthetic.corpus import ShotOrder, file_name, fulfil
from store.sources.synthetic.shot import INTERNAL_SCALE
from store.vocabulary import EMOTIONS, FRONTAL_DEG, NEUTRAL, RAFD_HEIGHT_PX, RAFD_WIDTH_PX

PEOPLE = 8
HAPPY, SURPRISED = EMOTIONS[4], EMOTIONS[7]
SHOTS = ((NEUTRAL, "frontal"), (NEUTRAL, "left"), (HAPPY, "frontal"), (SURPRISED, "frontal"))


def render(folder: Path, people: int = PEOPLE) -> int:
    """Frontal photographs of so many people in 4 shots each, in a new folder; returns how many."""
    folder.mkdir(parents=True)
    for person in range(1, people + 1):
        add_person(folder, person)
    return people * len(SHOTS)


def add_person(folder: Path, person: int) -> None:
    """The shots of one more person."""
    for emotion, gaze in SHOTS:
        fulfil(ShotOrder(folder, 7, person, emotion, gaze, (FRONTAL_DEG,), INTERNAL_SCALE))


def spoil(folder: Path) -> None:
    """Add a text file named .jpg, a truncated JPEG, a picture without a face, a name out of grammar, a duplicate."""
    whole = (folder / file_name(1, NEUTRAL, "frontal", FRONTAL_DEG)).read_bytes()
    (folder / file_name(1, HAPPY, "left", FRONTAL_DEG)).write_text("just text")
    (folder / file_name(2, HAPPY, "left", FRONTAL_DEG)).write_bytes(whole[: len(whole) // 2])
    wall = Image.new("RGB", (RAFD_WIDTH_PX, RAFD_HEIGHT_PX), (90, 120, 150))
    wall.save(folder / file_name(3, HAPPY, "left", FRONTAL_DEG), quality=92)
    (folder / "holiday.jpg").write_bytes(whole + b"\0")
    (folder / file_name(1, HAPPY, "right", FRONTAL_DEG)).write_bytes(whole)
