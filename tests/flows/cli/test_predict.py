"""The command `predict`: its three forms, mistakes in one sentence, and annotated copies that overwrite nothing."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PIL import Image
from typer.testing import CliRunner

from affect_store.flows.cli.app import app
from affect_store.flows.steps.annotated_photographs import MAX_STEM, AnnotatedFolder, draw, safe_stem
from affect_store.flows.steps.prediction import PredictedBatch
from affect_store.flows.steps.prediction_frame import SCHEMA, face_box
from affect_store.store.errors import StoreError
from affect_store.store.features.extract import ExtractionResult
from affect_store.store.features.picture_header import read_header
from affect_store.store.types import Face
from affect_store.store.vocabulary import AXES, LANDMARK_COUNT
from tests.finished import affect
from tests.flows.predicting import ALONE, COMPARING, CORPUS, photographs_of, predicting_home
from tests.stores.known import RUNS, small_home

HOSTILE = ("$(touch gone).jpg", "-rf.png", "..x\x1b[2J\n.jpeg", "a" * 200 + ".jpg", "\udcff.jpg", ".jpg", "Zoé 1.jpg")


def run(*arguments: str, home: Path) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["predict", *arguments], env={"AFFECT_HOME": str(home), "COLUMNS": "160"})
    return done.exit_code, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "expected photographs or folders to predict, or `--model RUN`"),
        (("photo.jpg",), "there is no file or folder 'photo.jpg'"),
        (("folder/photo",), "there is no file or folder 'folder/photo'"),
        (("a.jpg", "b.jpg", "c.jpg"), "there is no file or folder 'a.jpg' (2 more are missing)"),
        (("here", "--neutral", "neutral.jpg"), "there is no file or folder 'neutral.jpg'"),
        (("here",), "there are no pictures in 'here'; expected files such as .jpg"),
        (("photos",), "there is no file or folder 'photos', and there is no run or trained system 'photos'"),
        (("--model", "poin_mlp"), "there is no system or run 'poin_mlp'; did you mean point_mlp"),
        (("--model", "x", "--subject", "lab-1"), "are for photographs that are given by path"),
        (("--model", "x", "--store"), "--annotate and --store are for photographs that are given by path"),
    ],
)
def test_mistakes_are_one_sentence(
    arguments: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here").mkdir()
    code, output, error = run(*arguments, home=small_home().root)
    assert code == 1 and output == "" and message in error and error.count("\n") == 1


def test_without_paths_or_with_a_run_the_photographs_of_the_store_are_predicted(tmp_path: Path) -> None:
    """The weights of the small home are fabricated, so the message about them shows which run was taken."""
    for arguments in ((RUNS[0].run_id,), ("--model", RUNS[0].run_id), ("--model", RUNS[0].run_id[:-3])):
        code, _, error = run(*arguments, home=small_home().root)
        assert code == 1 and RUNS[0].run_id in error and "model" in error


@pytest.mark.parametrize("name", HOSTILE)
def test_a_copy_has_a_harmless_name(name: str) -> None:
    stem = safe_stem(Path(name))
    assert stem and len(stem) <= MAX_STEM and os.sep not in stem and not stem.startswith((".", "-", " "))
    assert all(sign.isalnum() or sign in " -_.()" for sign in stem) and stem.encode()


def test_copies_have_names_of_their_own_and_inputs_stay(tmp_path: Path) -> None:
    names = (*HOSTILE[:3], HOSTILE[0], HOSTILE[0].upper())
    paths = [tmp_path / str(number) / name for number, name in enumerate(names)]
    for number, path in enumerate(paths):
        path.parent.mkdir()
        Image.new("RGB", (60, 80), (number, 0, 0)).save(path, "PNG")
    before = [path.read_bytes() for path in paths]
    images = [ExtractionResult("", header=read_header(data)) for data in before]
    frame = pl.DataFrame([{"reason": "no face"}] * len(paths), schema=SCHEMA)
    AnnotatedFolder(tmp_path / "copies").add(PredictedBatch(paths, images, frame))
    copies = sorted((tmp_path / "copies").iterdir())
    assert {copy.name for copy in copies} == {
        "_(touch gone).jpg", "rf.jpg", "x__2J_.jpg", "_(touch gone)-2.jpg", "_(TOUCH GONE)-3.jpg",
    }  # fmt: skip
    assert [path.read_bytes() for path in paths] == before
    with pytest.raises(StoreError, match="is not empty, expected a new or empty one"):
        AnnotatedFolder(tmp_path / "copies")
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be used: File exists"):
        AnnotatedFolder(tmp_path / "file")


def test_the_face_is_drawn_where_it_is() -> None:
    xyz = np.zeros((LANDMARK_COUNT, AXES), np.float32)
    xyz[:, :2] = np.random.default_rng(1).uniform((0.25, 0.5), (0.75, 0.9), (LANDMARK_COUNT, 2))
    picture = Image.new("RGB", (400, 300))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    draw(picture, ExtractionResult("a", Face("a", xyz), header=read_header(buffer.getvalue())), "happy 90%")
    drawn = np.argwhere(np.asarray(picture)[..., 0] > 200)
    box = face_box(xyz, (400, 300))
    assert box == pytest.approx((100, 150, 200, 120), abs=2)
    low, high = drawn.min(axis=0), drawn.max(axis=0)
    assert high.tolist() == pytest.approx([270, 300], abs=3) and low[1] == pytest.approx(100, abs=3)
    assert 100 < low[0] < 150  # the caption is above the box


@pytest.mark.long
def test_a_folder_is_predicted_with_copies_and_only_the_result_on_standard_output(tmp_path: Path) -> None:
    home, folder = predicting_home()
    before = {path: path.stat().st_mtime_ns for path in home.root.rglob("*")}
    arguments = ("predict", str(folder), "--subject", f"{CORPUS}-02", "--model", COMPARING)
    done = affect(*arguments, "--csv", "--annotate", str(tmp_path / "copies"), home=home.root)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert done.returncode == 0 and [row["path"] for row in rows] == sorted(map(str, folder.iterdir())), done.stderr
    assert list(rows[0]) == list(SCHEMA) and {row["subject"] for row in rows} == {f"{CORPUS}-02"}
    assert f"{COMPARING}.corrected, run " in done.stderr and "24 of 24 predicted" in done.stderr
    assert sorted(path.stem for path in (tmp_path / "copies").iterdir()) == sorted(
        path.stem for path in folder.iterdir()
    )
    assert {path: path.stat().st_mtime_ns for path in home.root.rglob("*")} == before


@pytest.mark.long
def test_without_a_neutral_photograph_the_best_system_that_needs_none_predicts() -> None:
    home, folder = predicting_home()
    photograph = str(photographs_of(folder, f"{CORPUS}-03")[0])
    done = affect("predict", photograph, "--json", home=home.root)
    (row,) = json.loads(done.stdout)
    assert row["model"] == f"{ALONE}.corrected" and row["predicted"] and row["reason"] is None, done.stderr
    assert f"the best system without a neutral photograph ({COMPARING}.corrected needs one" in done.stderr
    refused = affect("predict", photograph, "--model", COMPARING, home=home.root)
    assert refused.returncode == 1 and "`--neutral FILE`, or `--subject ID`" in refused.stderr
