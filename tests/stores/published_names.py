"""Rendered people under the published file names of KDEF, JAFFE and CK+, and under names of nobody's grammar."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image, ImageEnhance

from affect_store.store.sources import rafd
from affect_store.store.types import Labels

KDEF_EMOTIONS = {
    "fearful": "AF", "angry": "AN", "disgusted": "DI", "happy": "HA", "neutral": "NE", "sad": "SA", "surprised": "SU",
}  # fmt: skip
JAFFE_EMOTIONS = KDEF_EMOTIONS | {"fearful": "FE"}
CKPLUS_EMOTIONS = ("neutral", "angry", "contemptuous", "disgusted", "fearful", "happy", "sad", "surprised")
VIEWS = {0: "FL", 45: "HL", 90: "S", 135: "HR", 180: "FR"}


def photographs(people: Path) -> Iterator[tuple[Path, Labels, int]]:
    """Yield each rendered photograph with its labels and the number of its person."""
    for path in sorted(people.glob("Rafd*.jpg")):
        labels = rafd.parse(path.name, "x")
        yield path, labels, int(labels.subject_id.removeprefix("x-"))


def as_kdef(people: Path, folder: Path) -> None:
    """Copy to names of KDEF: frontal gaze is session A, gaze to the left session B."""
    for path, labels, person in photographs(people):
        if labels.gaze != "right" and labels.emotion in KDEF_EMOTIONS:
            session, sex = "AB"[labels.gaze == "left"], labels.sex[0].upper()
            parent = folder / f"{session}{sex}{person:02d}"
            parent.mkdir(parents=True, exist_ok=True)
            name = f"{parent.name}{KDEF_EMOTIONS[labels.emotion]}{VIEWS[labels.camera_angle_deg]}.JPG"
            shutil.copy(path, parent / name)


def as_jaffe(people: Path, folder: Path) -> None:
    """Copy to names of JAFFE: the gazes are takes."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, (path, labels, person) in enumerate(photographs(people), 1):
        if labels.camera_angle_deg == 90 and labels.emotion in JAFFE_EMOTIONS:
            take = ("frontal", "left", "right").index(labels.gaze) + 1
            name = f"K{chr(64 + person)}.{JAFFE_EMOTIONS[labels.emotion]}{take}.{number}.tiff"
            Image.open(path).convert("L").save(folder / name)


def as_ckplus(people: Path, folder: Path) -> None:
    """Write sequences of three frames, from neutral to the emotion; those of contempt have no label."""
    neutral = {
        person: path
        for path, labels, person in photographs(people)
        if (labels.emotion, labels.gaze, labels.camera_angle_deg) == ("neutral", "frontal", 90)
    }
    for path, labels, person in photographs(people):
        if labels.camera_angle_deg == 90 and labels.gaze == "frontal" and labels.emotion != "neutral":
            label = CKPLUS_EMOTIONS.index(labels.emotion)
            _write_sequence(folder, f"S{person:03d}_{label:03d}", neutral[person], path, label)


def _write_sequence(folder: Path, name: str, first: Path, peak: Path, label: int) -> None:
    images, labels = (folder / room / name.replace("_", "/") for room in ("cohn-kanade-images", "Emotion"))
    images.mkdir(parents=True, exist_ok=True)
    labels.mkdir(parents=True, exist_ok=True)
    start, end = Image.open(first), Image.open(peak)
    start = ImageEnhance.Brightness(start).enhance(1 + label / 100)  # another picture in each sequence
    for frame, picture in enumerate((start, Image.blend(start, end, 0.5), end), 1):
        picture.save(images / f"{name}_{frame:08d}.png", compress_level=1)
    if label != CKPLUS_EMOTIONS.index("contemptuous"):
        (labels / f"{name}_{3:08d}_emotion.txt").write_text(f"   {label:.7e}\n", encoding="ascii")


_GERMAN = "neutr wut verachtung ekel angst freude trauer erstaunen"
WORDS = dict(zip(CKPLUS_EMOTIONS, _GERMAN.split(), strict=True))


def as_own(people: Path, folder: Path) -> None:
    """Copy to names of a laboratory's own, in German: `vp03/vp03_freude_l45_1.jpg`."""
    for path, labels, person in photographs(people):
        if labels.gaze != "right":
            parent = folder / f"vp{person:02d}"
            parent.mkdir(parents=True, exist_ok=True)
            take = 1 + (labels.gaze == "left")
            name = f"{parent.name}_{WORDS[labels.emotion]}_{labels.camera_angle_deg}_{take}.jpg"
            shutil.copy(path, parent / name)


COPIES: dict[str, Callable[[Path, Path], None]] = {
    "kdef": as_kdef, "jaffe": as_jaffe, "ckplus": as_ckplus, "pattern": as_own,
}  # fmt: skip
"""The function that copies rendered people to a folder in each layout."""
