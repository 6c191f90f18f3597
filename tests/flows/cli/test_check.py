"""`affect check` prints what is understood of a folder, without Prefect, TensorFlow or a home."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from affect_store.flows.cli.app import app
from affect_store.store.sources.layouts import LAYOUTS

EMOTIONS = {"AF": "fearful", "AN": "angry", "HA": "happy", "NE": "neutral"}
LONDON = Path(__file__).parents[4] / "shared" / "corpora" / "london"


def check(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["check", str(folder), *options], env={"COLUMNS": "100"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Names of KDEF: two sessions of four people; one file is missing and one misnamed."""
    for person in ("F01", "F02", "M01", "M02"):
        for emotion in EMOTIONS:
            for session in "AB":
                name = f"{session}{person}{emotion}S.JPG"
                (tmp_path / name).write_text(name)
    (tmp_path / "AF01HAS.JPG").unlink()
    (tmp_path / "BF01HAS.JPG").rename(tmp_path / "BF01HSS.JPG")
    (tmp_path / "AF01HAS.gif").touch()
    return tmp_path


def test_the_overview_and_every_finding_are_printed(folder: Path) -> None:
    result = check(folder)
    assert result.exit_code == 0, result.output
    for text in (
        "kdef (Karolinska Directed Emotional Faces)", "30 understood, 1 rejected, 1 skipped", "4 (2 female, 2 male)",
        "angry 8, fearful 8, happy 6, neutral 8", "up to 2 photographs in 15 cells",
        "16 cells (4 people x 4 emotions x 1 camera x 1 gaze), 1 missing", "Missing cells: 1 of 16",
        "emotion is 'HS', expected one of AF AN DI HA NE SA SU", "Can be trained: general_mlp",
        "skipped, unsupported format: 1",
    ):  # fmt: skip
        assert text in result.output, text


@pytest.mark.parametrize("has_manifest", [True, False])
def test_only_a_manifest_or_pattern_is_advised_to_declare_a_class(has_manifest: bool, tmp_path: Path) -> None:
    names = [f"Rafd090_01_Kid_male_{emotion}_frontal.jpg" for emotion in ("neutral", "happy", "happx")]
    for name in names:
        (tmp_path / name).write_text(name)
    if has_manifest:
        rows = [f"{name},1,{name.split('_')[4]}" for name in names]
        (tmp_path / "manifest.csv").write_text("\n".join(["path,subject,emotion", *rows]))
    output = " ".join(check(tmp_path).output.split())
    assert "did you mean 'happy'?" in output and ("declared in" in output) == has_manifest


def test_json_holds_everything(folder: Path) -> None:
    result = check(folder, "--json")
    document = json.loads(result.output)
    assert document["missing_cells"] == [{"subject": "F01", "emotion": "happy", "angle": 90, "gaze": "unknown"}]
    assert document["rejects"][0]["word"] == "HS" and document["most_takes"] == 2
    assert document["is_usable"] and "lda" in document["trainable"]


def test_an_unknown_folder_gets_a_pattern_that_works_when_its_words_are_given(tmp_path: Path) -> None:
    for person in range(4):
        for word in ("freude", "trauer"):
            (tmp_path / f"vp{person}_{word}.jpg").write_text("picture")
    result = check(tmp_path)
    assert result.exit_code == 1
    assert r"--pattern 'vp(?P<subject>\d+)_(?P<emotion>\pL+)\.jpg' --map freude=EMOTION" in result.output
    document = json.loads(check(tmp_path, "--json").output)
    assert not document["is_usable"] and "affect manifest" in document["findings"][-1]
    options = [
        "--pattern",
        r"vp(?P<subject>\d+)_(?P<emotion>\pL+)\.jpg",
        "--map",
        "freude=happy",
        "--map",
        "trauer=sad",
    ]
    assert CliRunner().invoke(app, ["manifest", str(tmp_path), *options]).exit_code == 0
    assert check(tmp_path).exit_code == 0


def test_a_folder_without_photographs_and_a_hostile_name_are_said(tmp_path: Path) -> None:
    result = check(tmp_path)
    assert result.exit_code == 1 and "There are no pictures" in result.output
    (tmp_path / "\x1b[31mred\n.jpg").touch()
    (tmp_path / "$(touch hacked).jpg").touch()
    result = check(tmp_path)
    assert result.exit_code == 1 and "\x1b" not in result.output
    assert check(tmp_path / "nowhere").exit_code == 1


def test_neither_prefect_nor_tensorflow_nor_a_home_is_needed(folder: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from affect_store.flows.cli.app import app\n"
        "try: app(['check', sys.argv[1]])\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "assert not {'prefect', 'tensorflow', 'keras', 'sklearn', 'mediapipe', 'great_expectations'} & set(sys.modules)"
    )
    before = sorted(tmp_path.iterdir())
    result = subprocess.run([sys.executable, "-c", code, str(folder)], cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert sorted(tmp_path.iterdir()) == before


def test_every_layout_is_named_in_the_help_of_a_run() -> None:
    shown = CliRunner().invoke(app, ["run", "--help"], env={"COLUMNS": "200"}).output
    assert [name for name in LAYOUTS if f"'{name}'" not in shown] == []


@pytest.mark.skipif(not LONDON.is_dir(), reason="needs the photographs in shared/corpora")
def test_real_photographs() -> None:
    document = json.loads(check(LONDON, "--json").output)
    assert (document["layout"], document["photographs"], document["cells"]) == ("manifest", 102, 102)
    assert document["own_references"]["aligned"] == 51 and set(document["trainable"]) == {"cnn", "point_mlp"}
