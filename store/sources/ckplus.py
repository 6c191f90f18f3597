"""The layout of the Extended Cohn-Kanade dataset (CK+): sequences of frames, and a label file for some of them.

A frame is `cohn-kanade-images/S005/001/S005_001_00000011.png`, and the label of its sequence is in
`Emotion/S005/001/S005_001_00000011_emotion.txt` (Lucey et al. 2010, doi 10.1109/CVPRW.2010.5543262, and the file that
accompanies its first distribution): a number from 0 to 7 for the peak, the last frame. Each sequence begins with a
neutral face. So the first frame of a sequence is used as neutral and the peak with its label, or as unlabelled if there
is no label file; the frames between are not used. A folder without any label file is not understood: the labels are
elsewhere. Sex, population and gaze are not recorded.

Frames are not opened here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from affect_store.store.errors import CorpusNameError, ManifestError
from affect_store.store.sources.manifest_files import bytes_of
from affect_store.store.sources.named_files import bad_name, files_below, pictures_below, require_usable_path
from affect_store.store.sources.text import escape_line_breaks, quoted
from affect_store.store.types import Candidate, Labels, Reject
from affect_store.store.vocabulary import (
    ANGRY,
    CONTEMPTUOUS,
    DISGUSTED,
    EMOTIONS,
    FEARFUL,
    FRONTAL_DEG,
    HAPPY,
    NEUTRAL,
    SAD,
    SURPRISED,
    UNKNOWN,
)

GRAMMAR = "S<person>_<sequence>_<frame>.png, with the label in S<person>_<sequence>_<frame>_emotion.txt"
NAMES = re.compile(r"(S\d{3})_(\d{3})_(\d{1,10})\.\w{1,5}")
UNLABELLED, BAD_LABEL, NO_FRAMES = "unlabelled sequence", "bad label file", "sequence without frames"
_LABEL_FILES = re.compile(r"((S\d{3})_(\d{3})_\d{1,10})_emotion\.txt")
_LABEL_FOLDER = "Emotion"
_EMOTIONS = (NEUTRAL, ANGRY, CONTEMPTUOUS, DISGUSTED, FEARFUL, HAPPY, SAD, SURPRISED)
"""The emotion of each number."""

_Sequence = tuple[str, str]
"""The person and the number of a sequence."""


def scan(folder: Path, corpus: str) -> Iterator[Candidate | Reject]:
    """Yield the first frame and the peak of each sequence, and one reject per file that cannot be used."""
    frames, rejects = _frames(folder)
    labels = _label_files(folder)
    yield from rejects
    if not labels:
        yield from (_unlabelled(f"{corpus}-{person}", frames[person, number]) for person, number in sorted(frames))
        return
    for sequence in sorted(frames.keys() | labels.keys()):
        yield from _used(f"{corpus}-{sequence[0]}", frames.get(sequence, []), labels.get(sequence))


def subject_in(name: str, corpus: str) -> str:
    """Return the subject of a frame or label file, `<corpus>-S005`. Raises `CorpusNameError` for another name."""
    if match := NAMES.fullmatch(name):
        return f"{corpus}-{match[1]}"
    if match := _LABEL_FILES.fullmatch(name):
        return f"{corpus}-{match[2]}"
    raise CorpusNameError(f"{name!r} does not match {GRAMMAR}")


def has_label_folder(folder: Path) -> bool:
    """Return whether this very folder holds the folder `Emotion` (or `Emotion_labels`) of the label files."""
    return any(path.name.startswith(_LABEL_FOLDER) for path in folder.iterdir() if path.is_dir())


def remarks(folder: Path) -> list[str]:
    """Return how many sequences have a label, and how many frames between the first and the peak were not used."""
    frames, _ = _frames(folder)
    labelled = len(frames.keys() & _label_files(folder).keys())
    between = sum(max(len(paths) - 2, 0) for paths in frames.values())
    return [
        f"of {len(frames):,} sequences {labelled:,} have a label: the last frame is used with its label, or as "
        f"unlabelled, and the first as neutral; {between:,} frames between are not used"
    ]


def _frames(folder: Path) -> tuple[dict[_Sequence, list[Path]], list[Reject]]:
    """Return the frames of each sequence, in order, and a reject per other picture."""
    frames: dict[_Sequence, list[Path]] = defaultdict(list)
    rejects = []
    for path in pictures_below(folder):
        try:
            require_usable_path(path, folder)
            subject_in(path.name, "")
        except CorpusNameError as error:
            rejects.append(bad_name(path, error))
            continue
        person, number, _ = path.name.split("_")
        frames[person, number].append(path)
    return {sequence: sorted(paths, key=_frame) for sequence, paths in frames.items()}, rejects


def _frame(path: Path) -> tuple[int, str]:
    """Return the number of a frame, by which frames are ordered."""
    return int(path.stem.rpartition("_")[2]), path.name


def _label_files(folder: Path) -> dict[_Sequence, Path]:
    matches = ((path, _LABEL_FILES.fullmatch(path.name)) for path in files_below(folder))
    return {(match[2], match[3]): path for path, match in matches if match}


def _unlabelled(person: str, frames: Sequence[Path]) -> Reject:
    peak = frames[-1]
    detail = f"{str(peak)!r} and the frames before it have no label: there is no file '{peak.stem}_emotion.txt'"
    return Reject(str(peak), UNLABELLED, detail, person)


def _used(person: str, frames: Sequence[Path], label_file: Path | None) -> Iterator[Candidate | Reject]:
    """Yield what a sequence of a person gives: two photographs, or one reject."""
    if label_file is None:
        yield from _first_and_peak(person, frames, frames[-1], UNKNOWN)
        return
    try:
        emotion = _emotion_in(label_file)
    except (ManifestError, OSError) as error:
        yield Reject(escape_line_breaks(str(label_file)), BAD_LABEL, str(error), person)
        return
    if not frames:
        yield Reject(str(label_file), NO_FRAMES, f"{str(label_file)!r} labels a sequence without frames", person)
        return
    name = label_file.name.removesuffix("_emotion.txt")
    peak = next((path for path in frames if path.stem == name), frames[-1].with_name(f"{name}.png"))
    yield from _first_and_peak(person, frames, peak, emotion, f"named by {label_file.name}")


def _first_and_peak(
    person: str, frames: Sequence[Path], peak: Path, emotion: str, hint: str = ""
) -> Iterator[Candidate]:
    if frames[0] != peak:
        yield Candidate(frames[0], _labels(person, NEUTRAL))
    yield Candidate(peak, _labels(person, emotion), hint)


def _emotion_in(path: Path) -> str:
    """Return the emotion in a label file, e.g. `   3.0000000e+00`. Raises `ManifestError`."""
    text = bytes_of(path)[:200].decode("ascii", "replace").strip()
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if number not in range(len(EMOTIONS)):
        expected = f"expected a number from 0 to {len(EMOTIONS) - 1}"
        raise ManifestError(f"{str(path)!r} holds {quoted(text)}, {expected}")
    return _EMOTIONS[int(number)]


def _labels(subject_id: str, emotion: str) -> Labels:
    return Labels(subject_id, UNKNOWN, UNKNOWN, emotion, FRONTAL_DEG, UNKNOWN)
