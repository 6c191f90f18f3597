"""Reconciliation of a folder with the catalogue, on hand-made readings: no file is opened and nothing is stored."""

from dataclasses import replace
from pathlib import Path

import pytest

from affect_store.flows.steps.recognition import recognise, require_own_name
from affect_store.flows.steps.reconcile import KnownPhoto, Readings, Reconciliation, reconcile
from affect_store.store.errors import CorpusError
from affect_store.store.types import Candidate, Labels, Photo

LABELS = Labels("lab-1", "male", "Kid", "sad", 90, "left")


def known(count: int, corpus: str = "lab", folder: str = "/lab", **state: bool) -> dict[str, KnownPhoto]:
    return {
        f"{corpus}{number}": KnownPhoto(
            f"{folder}/{corpus}{number}.jpg", corpus, replace(LABELS, subject_id=f"{corpus}-1"), 1, **state
        )
        for number in range(count)
    }


def readings(image_ids: list[str], folder: str = "/lab", labels: Labels = LABELS) -> Readings:
    return [(Candidate(Path(folder, f"{image_id}.jpg"), labels), image_id) for image_id in image_ids]


def new(name: str, corpus: str = "lab", labels: Labels = LABELS) -> tuple[Candidate, Photo]:
    path = Path("/lab", name)
    return Candidate(path, labels), Photo(name, corpus, path, labels, 1, 1, 1)


def changes_of(
    read: Readings, catalogue: dict[str, KnownPhoto], corpus: str = "lab", *, kept: bool = False
) -> Reconciliation:
    return reconcile(read, catalogue, corpus, lambda image_id: kept)


def test_photographs_that_no_file_holds_are_missing_and_return_with_their_bytes() -> None:
    catalogue = known(4)
    changes = changes_of(readings(["lab0", "lab1", "lab2"]), catalogue)
    assert (changes.missing, changes.known, changes.returned) == (["lab3"], 3, [])
    catalogue["lab3"] = replace(catalogue["lab3"], is_missing=True)
    changes = changes_of(readings(["lab0", "lab1", "lab2"]), catalogue)
    assert (changes.missing, changes.returned) == ([], [])
    changes = changes_of(readings(list(catalogue)), catalogue)
    assert (changes.missing, changes.returned, changes.known) == ([], ["lab3"], 4)


def test_a_file_with_other_bytes_at_the_old_path_is_new_and_the_old_photograph_missing() -> None:
    changes = changes_of([new("lab0.jpg")], known(1))
    assert [photo.image_id for photo in changes.photos] == ["lab0.jpg"] and changes.missing == ["lab0"]


def test_photographs_of_other_corpora_are_not_missing() -> None:
    assert changes_of(readings(["lab0"]), {**known(1), **known(2, "other")}).missing == []


def test_a_correction_is_compared_only_with_photographs_that_are_there() -> None:
    """Case 7: the sex is wrong in all photographs of a person; one is deleted and the others are corrected."""
    corrected = replace(LABELS, sex="female")
    changes = changes_of(readings([f"lab{number}" for number in range(1, 24)], labels=corrected), known(24))
    assert (changes.rejects, changes.missing, len(changes.corrected)) == ([], ["lab0"], 23)


def test_a_correction_is_not_compared_with_removed_photographs() -> None:
    catalogue = {**known(3), "x": KnownPhoto("/lab/x.jpg", "lab", LABELS, 1, is_removed=True)}
    read = [*readings(["x"]), *readings(["lab0", "lab1", "lab2"], labels=replace(LABELS, sex="female"))]
    changes = changes_of(read, catalogue)
    assert changes.rejects == [] and len(changes.corrected) == 3


def test_a_photograph_that_returns_with_a_label_corrected_since_is_rejected() -> None:
    catalogue = {name: replace(photo, labels=replace(LABELS, sex="female")) for name, photo in known(2).items()}
    catalogue["x"] = KnownPhoto("/lab/x.jpg", "lab", LABELS, 1, is_missing=True)
    read = [*readings(["lab0", "lab1"], labels=replace(LABELS, sex="female")), *readings(["x"])]
    changes = changes_of(read, catalogue)
    assert [reject.reason for reject in changes.rejects] == ["contradicts the person"] and changes.returned == []


def test_a_photograph_whose_own_file_is_gone_is_taken_over_by_the_corpus_of_its_new_folder() -> None:
    catalogue = {**known(3), **known(1, "other", "/other")}
    changes = changes_of(readings(list(catalogue)), catalogue)
    assert changes.adopted == ["other0"] and changes.moved == [("other0", "/lab/other0.jpg")]
    assert changes.corrected == [("other0", LABELS)]
    changes = changes_of(readings(list(catalogue)), catalogue, kept=True)
    assert changes.adopted == [] and [reject.reason for reject in changes.rejects] == ["duplicate bytes"]


def test_a_copy_in_the_folder_is_a_duplicate_only_while_the_own_file_is_read() -> None:
    catalogue = known(1)
    copy = (Candidate(Path("/lab/copy.jpg"), LABELS), "lab0")
    both = changes_of([copy, *readings(["lab0"])], catalogue, kept=True)
    assert [reject.path for reject in both.rejects] == ["/lab/copy.jpg"] and both.moved == []
    alone = changes_of([copy], catalogue, kept=True)
    assert alone.rejects == [] and alone.moved == [("lab0", "/lab/copy.jpg")] and alone.missing == []


@pytest.mark.parametrize(
    ("name", "folder", "kept", "recognised"),
    [
        ("renamed", "/renamed", False, "lab"),  # moved: the old files are gone
        ("renamed", "/lab", True, "lab"),  # the same files under another corpus name
        ("copy", "/copy", True, "copy"),  # a copy beside the whole
        ("lab", "/copy", True, "lab"),  # a copy that is named as the corpus
    ],
)
def test_a_corpus_is_recognised_by_its_bytes(name: str, folder: str, kept: bool, recognised: str) -> None:
    read = readings([f"lab{number}" for number in range(8)], folder)
    assert recognise(read, known(8), name, lambda image_id: kept) == recognised
    assert recognise([*read, new("more")], known(8), name, lambda image_id: kept) == recognised
    assert recognise(read[:3], known(8), name, lambda image_id: kept) == recognised  # a subset


def test_two_folders_that_swapped_their_names_keep_their_corpora() -> None:
    catalogue = {**known(4, "a", "/a"), **known(4, "b", "/b")}
    swapped = readings([f"b{number}" for number in range(4)], "/a")
    assert recognise(swapped, catalogue, "a", lambda image_id: False) == "b"


def test_few_shared_photographs_do_not_make_two_corpora_one() -> None:
    read = [*readings(["lab0"], "/other"), *(new(str(number), "other") for number in range(4))]
    assert recognise(read, known(8), "other", lambda image_id: False) == "other"


@pytest.mark.parametrize("state", [{}, {"is_missing": True}])
def test_a_name_that_another_corpus_has_or_had_is_refused(state: dict[str, bool]) -> None:
    with pytest.raises(CorpusError, match=r"'/elsewhere/lab' holds none of them: give .* another name with --corpus"):
        require_own_name([new("x")], known(3, **state), "lab", Path("/elsewhere/lab"))
    require_own_name([new("x")], known(3, **state), "lab", Path("/lab"))
    require_own_name(readings(["lab0", "lab1"], "/elsewhere/lab"), known(3, **state), "lab", Path("/elsewhere/lab"))
