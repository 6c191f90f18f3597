"""Pictures as cameras and disks leave them: orientation, damage, memory, several faces."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from affect_store.flows.steps.catalogue import read_file
from affect_store.store.features.decode import decode
from affect_store.store.home import Home
from affect_store.store.types import Candidate, Labels, Photo
from tests.cases.folders import fill, rows
from tests.store.features.pictures import upright, with_exif, with_xmp

LABELS = Labels("lab-1", "male", "Kid", "sad", 90, "left")
GIB = 2**30


def read(path: Path, data: bytes) -> Photo:
    path.write_bytes(data)
    photo = read_file(Candidate(path, LABELS), "lab", ())
    assert isinstance(photo, Photo), photo
    return photo


@pytest.mark.parametrize(
    "data",
    [
        with_exif(6, "WEBP"), with_exif(6, "JPEG", order=">", tag_type=4), with_xmp(6, "JPEG"),
        with_exif(6, "PNG", order=">", tag_type=4), with_xmp(6, "WEBP"),
    ],
    ids=["webp", "exif-big-endian-long", "xmp", "png-exif-long", "webp-xmp"],
)  # fmt: skip
def test_every_reader_turns_a_picture_as_its_metadata_say(data: bytes, tmp_path: Path) -> None:
    expected = upright()
    photo = read(tmp_path / "a", data)
    decoded = decode(data)
    assert (photo.height_px, photo.width_px, 3) == decoded.shape == expected.shape
    quarters = (slice(4, 28), slice(36, 60))
    for part in quarters:
        assert np.abs(decoded[part, 4:20].astype(int) - expected[part, 4:20]).max() < 40


BOMBS = """
import resource, sys
from pathlib import Path
from affect_store.flows.steps.catalogue import ingest_folder
from affect_store.store.home import Home
ingest_folder(Path(sys.argv[1]), "rafd", "lab", Home(Path(sys.argv[2])))
status = Path("/proc/self/status")
if status.is_file():  # Linux, where ru_maxrss begins at the peak of the parent
    (peak_kb,) = (line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    print(int(peak_kb) * 1024)
else:  # macOS counts in bytes
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.long
def test_small_files_with_huge_pictures_are_decoded_within_one_bound_over_all_threads(tmp_path: Path) -> None:
    folder = fill(tmp_path / "lab", range(1, 2))
    for number in range(4):
        picture = Image.new("1", (10_000, 10_000 - number))
        picture.save(folder / f"Rafd090_0{number + 2}_Kid_male_sad_left.png")
    command = [sys.executable, "-c", BOMBS, str(folder), str(tmp_path / "home")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.splitlines()[-1]) < 1.5 * GIB
    assert rows(Home(tmp_path / "home"), "SELECT count(*) FROM catalogue.images") == [(7,)]


FACES = """
import sys
from pathlib import Path
from affect_store.flows.steps.catalogue import ingest_folder
from affect_store.flows.steps.extraction import materialize_landmarks
from affect_store.store.home import Home
if __name__ == "__main__":  # the processes that extract import this file
    home = Home(Path(sys.argv[2]))
    ingest_folder(Path(sys.argv[1]), "rafd", "lab", home)
    materialize_landmarks(home)
"""


@pytest.mark.long
def test_two_faces_in_a_picture_are_counted_and_the_taken_one_is_ranked(tmp_path: Path) -> None:
    from tests.flows import corpus

    corpus.render(tmp_path / "people", 2)
    pictures = [Image.open(sorted((tmp_path / "people").glob(f"Rafd090_0{person}_*"))[0]) for person in (1, 2)]
    both = Image.new("RGB", (sum(picture.width for picture in pictures), pictures[0].height))
    both.paste(pictures[0], (0, 0))
    both.paste(pictures[1], (pictures[0].width, 0))
    (tmp_path / "lab").mkdir()
    both.save(tmp_path / "lab" / "Rafd090_01_Kid_male_sad_left.jpg")
    script = tmp_path / "faces.py"
    script.write_text(FACES, encoding="utf-8")
    command = [sys.executable, str(script), str(tmp_path / "lab"), str(tmp_path / "home")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    columns = rows(Home(tmp_path / "home"), "SELECT column_name FROM (DESCRIBE features.landmarks)")
    assert {("face_count",), ("face_size_rank",)} <= set(columns)
    ((count, rank),) = rows(Home(tmp_path / "home"), "SELECT face_count, face_size_rank FROM features.landmarks")
    assert count == 2 and rank in (1, 2)
