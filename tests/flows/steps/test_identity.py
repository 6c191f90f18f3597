"""Similar ids of one corpus stop a run before anything is stored, until the user decides; none are merged silently."""

import shlex
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from affect_store.flows.steps import erasure
from affect_store.flows.steps.catalogue import ingest_folder
from affect_store.flows.steps.identity import NO_ANSWERS, IdentityAnswers, shell_word
from affect_store.store.consent.identities import read_identities
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import CorpusError
from affect_store.store.home import Home

HEADER = "path,subject,emotion,angle,gaze,sex,type"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "lab"
    folder.mkdir()
    for shade in range(8):
        Image.new("RGB", (40, 60), (shade * 9, shade, shade)).save(folder / f"{shade}.png")
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def label(folder: Path, *subjects: str) -> None:
    """Label the first pictures of the folder with these subjects."""
    rows = [f"{number}.png,{subject},sad,90,left,male,Kid" for number, subject in enumerate(subjects)]
    (folder / "manifest.csv").write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")


def ingest(folder: Path, home: Home, same: Sequence[str] = (), *, distinct: bool = False, corpus: str = "lab") -> int:
    answers = IdentityAnswers(same, distinct) if same or distinct else NO_ANSWERS
    return ingest_folder(folder, "manifest", corpus, home, answers, accept_missing=True)


def people(home: Home) -> dict[str, int]:
    with open_work(home) as connection:
        query = "SELECT subject_id, count(*) FROM catalogue.images GROUP BY ALL ORDER BY ALL"
        return dict(connection.execute(query).fetchall())


def decisions(home: Home) -> dict[str, str | None]:
    with open_work(home) as connection:
        return dict(sorted(read_identities(connection).same_as.items()))


def test_similar_ids_stop_the_run_with_pairs_numbers_files_and_commands(folder: Path, home: Home) -> None:
    label(folder, "01", "01", "1", "02", "sub-02", "3", "3\u200b", "04")
    with pytest.raises(CorpusError) as caught:
        ingest(folder, home)
    lines = str(caught.value).splitlines()
    assert f"'01' (2 photographs, e.g. {folder / '0.png'}) and '1' (1 photograph, e.g. {folder / '2.png'})" in lines[1]
    assert "'02' (1 photograph" in lines[2] and "'sub-02' (1 photograph" in lines[2]
    assert "'3' (1 photograph" in lines[3] and r"'3\u200b' (1 photograph" in lines[3]
    command = f"affect run --home {home.root} --images {folder} --corpus lab"
    same, different = lines.index("If each line is one person:"), lines.index("If all are different people:")
    assert lines[same + 1] == f"{command} --same 1=01 --same 02=sub-02 --same $'3\\U0000200b=3'"
    assert lines[different + 1] == f"{command} --distinct"
    assert people(home) == {} and decisions(home) == {}


def test_distinct_is_stored_and_asked_again_for_a_new_spelling_only(folder: Path, home: Home) -> None:
    label(folder, "01", "1", "02")
    ingest(folder, home, distinct=True)
    assert people(home) == {"lab-01": 1, "lab-02": 1, "lab-1": 1}
    assert decisions(home) == {"lab-01": None, "lab-1": None}
    assert ingest(folder, home) == 0
    label(folder, "01", "1", "02", "001")
    with pytest.raises(CorpusError, match="'001' .* and '01' .* and '1' "):
        ingest(folder, home)


def test_a_mapping_is_stored_and_shown_whenever_it_is_used(
    folder: Path, home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    label(folder, "01", "1", "02", "2", "3", "03")
    ingest(folder, home, ["1=01", "2=02"], distinct=True)
    assert people(home) == {"lab-01": 2, "lab-02": 2, "lab-03": 1, "lab-3": 1}
    assert decisions(home) == {"lab-03": None, "lab-1": "lab-01", "lab-2": "lab-02", "lab-3": None}
    capsys.readouterr()
    assert ingest(folder, home) == 0
    assert "ids replaced, as decided with --same: 1 by 01, 2 by 02" in capsys.readouterr().out
    ingest(folder, home, ["1=1"], distinct=True)
    assert people(home)["lab-1"] == 1 and decisions(home)["lab-1"] is None


def test_ids_that_are_catalogued_already_are_merged_and_the_history_stays(folder: Path, home: Home) -> None:
    label(folder, "01", "1", "1")
    ingest(folder, home, distinct=True)
    label(folder, "01")
    ingest(folder, home, ["lab-1=lab-01"])
    assert people(home) == {"lab-01": 3}
    with open_work(home) as connection:
        assert connection.execute("SELECT count(*) FROM catalogue.labels WHERE subject_id = 'lab-1'").fetchone() == (2,)
    ingest(folder, home, ["01=1"])
    assert people(home) == {"lab-1": 3} and decisions(home) == {"lab-01": "lab-1", "lab-1": None}


def test_an_id_that_was_reformatted_in_all_photographs_is_a_correction(folder: Path, home: Home) -> None:
    label(folder, "01", "01", "02")
    ingest(folder, home)
    label(folder, "1", "1", "2")
    ingest(folder, home)
    assert people(home) == {"lab-1": 2, "lab-2": 1}
    label(folder, "1", "01", "2")
    with pytest.raises(CorpusError, match="may belong to one person"):
        ingest(folder, home)


def test_ids_of_different_corpora_are_not_compared(folder: Path, home: Home, tmp_path: Path) -> None:
    label(folder, "01", "02")
    ingest(folder, home)
    other = tmp_path / "other"
    other.mkdir()
    for number in range(2):
        (folder / f"{number + 4}.png").rename(other / f"{number}.png")
    label(other, "1", "2")
    ingest(other, home, corpus="other")
    assert people(home) == {"lab-01": 1, "lab-02": 1, "other-1": 1, "other-2": 1}


@pytest.mark.parametrize(
    ("same", "message"),
    [
        (["1"], "expected A=B"),
        (["1=001"], "has no id '001'; did you mean 01"),
        (["x=01"], "has no id 'x'"),
        (["1=01", "01=1"], "contradicts another --same"),
        (["1=01", "1=02"], "contradicts another --same"),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_meant_is_an_error(folder: Path, home: Home, same: list[str], message: str) -> None:
    label(folder, "01", "1", "02")
    with pytest.raises(CorpusError, match=message):
        ingest(folder, home, same)
    assert people(home) == {}


def test_erasure_covers_every_id_of_the_person_and_removes_the_decision(folder: Path, home: Home) -> None:
    label(folder, "01", "1", "01", "02", "2")
    ingest(folder, home, ["1=01"], distinct=True)
    erasure.erase_person(home, "lab-1")
    assert people(home) == {"lab-02": 1, "lab-2": 1} and decisions(home) == {"lab-02": None, "lab-2": None}
    for same in ((), ["1=01"]):
        ingest(folder, home, same)
        assert people(home) == {"lab-02": 1, "lab-2": 1} and decisions(home) == {"lab-02": None, "lab-2": None}


def test_a_distinct_person_with_a_similar_id_stays_when_the_other_is_erased(folder: Path, home: Home) -> None:
    label(folder, "01", "1")
    ingest(folder, home, distinct=True)
    erasure.erase_person(home, "lab-01")
    label(folder, "01", "1", "1")
    ingest(folder, home)
    assert people(home) == {"lab-1": 2}


def test_the_word_of_a_shell_shows_what_is_invisible() -> None:
    assert shell_word("1=01") == shlex.quote("1=01") == "1=01"
    assert shell_word("a b") == "'a b'"
    assert shell_word("it's\u200b") == "$'it\\U00000027s\\U0000200b'"
