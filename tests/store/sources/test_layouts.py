"""A folder whose file names are not understood: one message with an example of a manifest that works."""

from pathlib import Path

import pytest

from affect_store.store.errors import CorpusError
from affect_store.store.sources import layouts, manifest, rafd
from affect_store.store.types import Candidate, Reject

KDEF = ("AF01/AF01AFFL.JPG", "AF01/AF01AFHL.JPG", "AM10/AM10SUS.JPG")
JAFFE = ("KA.AN1.39.tiff", "NA.SU2.221.tiff")


def touched(folder: Path, names: tuple[str, ...]) -> list[Candidate | Reject]:
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    return list(rafd.scan(folder, "lab"))


@pytest.mark.parametrize("names", [KDEF, JAFFE, ("a, b.png",)])
def test_a_folder_of_another_database_gets_one_message_whose_example_works(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    sources = touched(tmp_path, names)
    with pytest.raises(CorpusError) as error:
        layouts.require_labels(tmp_path, "rafd", sources)
    message = str(error.value)
    assert f"holds {len(names)} photographs" in message and all(repr(name) in message for name in names)
    header, row = message.splitlines()[1:3]
    (tmp_path / manifest.FILE_NAME).write_text(f"{header}\n{row}\n")
    (candidate,) = manifest.scan(tmp_path, "lab")
    assert isinstance(candidate, Candidate) and candidate.path == tmp_path / names[0]


def test_a_table_with_another_name_is_pointed_out(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").touch()
    with pytest.raises(CorpusError, match="rename 'labels.csv'"):
        layouts.require_labels(tmp_path, "rafd", touched(tmp_path, JAFFE))


def test_one_name_that_is_understood_is_enough(tmp_path: Path) -> None:
    sources = touched(tmp_path, (*JAFFE, "Rafd090_01_Kid_male_sad_left.jpg"))
    layouts.require_labels(tmp_path, "rafd", sources)
    layouts.require_labels(tmp_path, "rafd", [])
    assert layouts.remarks(tmp_path, "rafd") == []


@pytest.mark.parametrize("name", ["manifest.csv", "MANIFEST.CSV", "manifest.tsv", "manifest.xlsx", "manifest.parquet"])
def test_a_manifest_of_any_format_is_detected(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert layouts.detect_layout(tmp_path, None) == "manifest"


@pytest.mark.parametrize("layout", ["pattern", "ckplus"])
def test_labels_are_audited_by_the_layout_of_the_run_before_a_manifest(layout: str, tmp_path: Path) -> None:
    (tmp_path / "Emotion").mkdir()
    (tmp_path / "Emotion" / "S001_001_00000002_emotion.txt").write_text("3.0")
    for frame in (1, 2):
        (tmp_path / f"S001_001_{frame:08d}.png").touch()
    (tmp_path / "affect.toml").write_text(r"pattern = 'S(?P<subject>\d+)_001_(?P<emotion>\d+)\.png'")
    (tmp_path / "manifest.csv").write_text("path,subject,emotion\nS001_001_00000002.png,7,sad\n")
    subjects = {getattr(entry, "subject_id", None) or entry.labels.subject_id  # type: ignore[union-attr]
                for entry in layouts.labelled_beside(tmp_path, "lab", layout)}  # fmt: skip
    assert subjects == {"lab-001" if layout == "pattern" else "lab-S001"}
    (entry,) = layouts.labelled_beside(tmp_path, "lab", "manifest")
    assert isinstance(entry, Candidate) and entry.labels.subject_id == "lab-7"
