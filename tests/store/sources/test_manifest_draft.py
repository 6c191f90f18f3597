"""A drafted manifest keeps the ratings of the photographs, and is read back with the same values."""

import csv
from pathlib import Path

from affect_store.store.sources import layouts
from affect_store.store.sources.manifest_draft import draft
from affect_store.store.types import Candidate, Reject
from affect_store.store.vocabulary import AGREEMENTS


def add_photographs(folder: Path) -> None:
    for name in ("AF01HAS.JPG", "AF01NES.JPG"):
        (folder / name).touch()


def test_ratings_beside_the_photographs_are_kept(tmp_path: Path) -> None:
    add_photographs(tmp_path)
    shares = ["0.99999", "0.00001", *["0"] * (len(AGREEMENTS) - 2)]
    header, row = ",".join(("path", "intensity", *AGREEMENTS)), ",".join(("AF01HAS.JPG", "4.1", *shares))
    (tmp_path / "ratings.csv").write_text(f"{header}\n{row}\n")
    before = list(layouts.LAYOUTS["kdef"](tmp_path, "lab"))
    text = draft(tmp_path, before, "lab")
    assert "e-05" not in text, "manifests hold no exponents"
    (tmp_path / "manifest.csv").write_text(text)
    after = list(layouts.LAYOUTS["manifest"](tmp_path, "lab"))
    ratings = [entry.ratings for entry in before if isinstance(entry, Candidate)]
    assert ratings == [entry.ratings for entry in after if isinstance(entry, Candidate)]
    assert ratings[0].intensity == 4.1 and ratings[0].distribution is not None and ratings[1].intensity is None
    assert "ratings.csv is not used, since there is a manifest" in layouts.remarks(tmp_path, "manifest")


def test_without_ratings_there_are_no_columns_of_ratings(tmp_path: Path) -> None:
    add_photographs(tmp_path)
    (header, *_) = csv.reader(draft(tmp_path, layouts.LAYOUTS["kdef"](tmp_path, "lab"), "lab").splitlines())
    assert header == ["path", "subject", "emotion", "angle", "gaze", "sex", "type", "age"]


def test_a_photograph_of_which_only_the_person_is_known_stays_rejected_until_it_is_edited(tmp_path: Path) -> None:
    (tmp_path / "S005_001_00000003.png").touch()
    entries = list(layouts.LAYOUTS["ckplus"](tmp_path, "lab"))
    (tmp_path / "manifest.csv").write_text(draft(tmp_path, entries, "lab"))
    (entry,) = layouts.LAYOUTS["manifest"](tmp_path, "lab")
    assert isinstance(entry, Reject) and "emotion is 'EMOTION'" in entry.detail and entry.subject_id == "lab-S005"
