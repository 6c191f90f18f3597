"""The folders of `docs/scripts/messages.py`: each function makes what its situation needs below a place."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from PIL import Image
from tests.flows import corpus

HEADER = "path,subject,emotion,angle,gaze,sex,type\n"
LABELS = "90,left,male,Kid"
PEOPLE = 5


def nothing(place: Path) -> None:
    """Leave everything as it is."""


def _new(place: Path) -> Path:
    """Return an empty folder of photographs, and remove the home."""
    for name in ("lab", ".affect", "elsewhere"):
        shutil.rmtree(place / name, ignore_errors=True)
    (place / "lab").mkdir()
    return place / "lab"


def _save(path: Path, shade: int, size_px: tuple[int, int] = (320, 480)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size_px, (shade, shade, shade)).save(path)
    return path


def _label(folder: Path, *rows: str, header: str = HEADER) -> None:
    (folder / "manifest.csv").write_text(header + "".join(f"{row}\n" for row in rows), encoding="utf-8")


def repeated_column(place: Path) -> None:
    """Make a manifest with the column emotion twice."""
    _save(_new(place) / "a.png", 10)
    _label(place / "lab", f"a.png,1,sad,{LABELS},happy", header=HEADER.replace("\n", ",emotion\n"))


def bad_rows(place: Path) -> None:
    """Make a manifest with an unquoted comma, an unknown emotion, and two rows that contradict each other."""
    folder = _new(place)
    for number, name in enumerate("abcd"):
        _save(folder / f"{name}.png", number)
    comma = "a.png,1,sad,90,left,male,East Asian, Japanese"
    _label(folder, comma, "", f"b.png,1,joyful,{LABELS}", f"c.png,2,sad,{LABELS}", f"c.png,2,happy,{LABELS}",
           f"d.png,3,sad,{LABELS}")  # fmt: skip


def two_spellings(place: Path) -> None:
    """Make a manifest in which half of a person's rows have lost the leading zero."""
    folder = _new(place)
    rows = []
    for number in range(6):
        _save(folder / f"{number}.png", number)
        subject = f"{number // 2 + 1:02d}" if number % 2 else f"{number // 2 + 1}"
        rows.append(f"{number}.png,{subject},sad,{LABELS}")
    _label(folder, *rows)


def other_database(place: Path) -> None:
    """Make a folder with file names of no database that is known."""
    folder = _new(place)
    for number, name in enumerate(("vp01_freude_1.jpg", "vp01_neutral_1.jpg", "vp02_freude_1.jpg")):
        _save(folder / name, number)


def link_only(place: Path) -> None:
    """Make a folder that holds only a link to the folder with the photographs."""
    folder = _new(place)
    _save(place / "elsewhere" / "Rafd090_01_Kid_male_sad_left.jpg", 10)
    (folder / "disk").symlink_to(place / "elsewhere")


def damaged(place: Path) -> None:
    """Make a folder with a damaged JPEG, a text file, a TIFF of floats in several channels, and a HEIC file."""
    import cv2
    import numpy as np

    folder = _new(place)
    noise = np.random.default_rng(0).integers(0, 256, (480, 320, 3), np.uint8)
    path = folder / "Rafd090_01_Kid_male_sad_left.jpg"
    Image.fromarray(noise).save(path, quality=90)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2] + bytes(len(data) // 2) + b"\xff\xd9")
    (folder / "Rafd090_02_Kid_male_sad_left.jpg").write_text("no picture")
    cv2.imwrite(str(folder / "Rafd090_03_Kid_male_sad_left.tif"), noise.astype(np.float32) / 255)
    (folder / "Rafd090_04_Kid_male_sad_left.heic").write_bytes(b"x")


def missing_file(place: Path) -> None:
    """Make a manifest that misspells a name."""
    folder = _new(place)
    _save(folder / "Set 1" / "anna.png", 10)
    _label(folder, f"Set 1\\ana.png,1,sad,{LABELS}")


def pipe(place: Path) -> None:
    """Make a named pipe where the manifest should be."""
    os.mkfifo(_new(place) / "manifest.csv")


def one_person(place: Path) -> None:
    """Render the photographs of one person."""
    shutil.rmtree(_new(place))
    corpus.render(place / "lab", 1)


def two_people(place: Path) -> None:
    """Render the photographs of two people."""
    one_person(place)
    corpus.add_person(place / "lab", 2)


def one_neutral(place: Path) -> None:
    """Render a neutral and a happy photograph of a few people."""
    rendered(place)
    for path in (place / "lab").glob("*.jpg"):
        if not path.stem.endswith(("neutral_frontal", "happy_frontal")):
            path.unlink()


def blank(place: Path) -> None:
    """Make a folder with grey pictures."""
    folder = _new(place)
    for number, emotion in enumerate(("sad", "happy")):
        _save(folder / f"Rafd090_01_Kid_male_{emotion}_left.jpg", 40 * number)


def rendered(place: Path) -> None:
    """Render the photographs of a few people."""
    shutil.rmtree(_new(place))
    corpus.render(place / "lab", PEOPLE)


def renamed(place: Path) -> None:
    """Rename the folder."""
    (place / "lab").rename(place / "study")


def deleted(place: Path) -> None:
    """Delete a photograph."""
    next((place / "study").glob("Rafd090_02_*_happy_frontal.jpg")).unlink()


def half_deleted(place: Path) -> None:
    """Move the photographs of two people out of the folder."""
    (place / "elsewhere").mkdir()
    for person in (1, 2):
        for path in (place / "study").glob(f"Rafd090_{person:02d}_*"):
            path.rename(place / "elsewhere" / path.name)


def returned(place: Path) -> None:
    """Move the photographs back."""
    for path in (place / "elsewhere").iterdir():
        path.rename(place / "study" / path.name)


def renamed_again(place: Path) -> None:
    """Rename the folder once more."""
    (place / "study").rename(place / "again")


def self_link(place: Path) -> None:
    """Let the link to the publication lead to itself."""
    (place / ".affect" / "published").unlink()
    (place / ".affect" / "published").symlink_to("published")
