"""The corpora in use are those that were split last; later flows split them again and take their options."""

from pathlib import Path

import pytest

from affect_store.flows import split as splitting
from affect_store.flows.steps.corpora import require_split, use_corpora
from affect_store.flows.steps.corpus_options import (
    CorpusOptions,
    corpora_without_faces,
    options_in_use,
    remember_options,
)
from affect_store.flows.steps.splits import store_splits
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import StoreError
from affect_store.store.home import Home
from affect_store.store.vocabulary import EMOTIONS
from tests.flows.steps.test_splits import add_people

OTHER = "UPDATE catalogue.images SET corpus = $corpus WHERE subject_id IN (SELECT unnest($people))"
LAB, REST = CorpusOptions(with_faces=False), CorpusOptions(with_faces=True, quarantine_share=0.5)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    with open_work(home) as connection:
        add_people(connection, 0, 10)
    rename(home, "rest", range(6, 10))
    remember_options(home, "lab", LAB)
    remember_options(home, "rest", REST)
    return home


def rename(home: Home, corpus: str, people: range) -> None:
    with open_work(home) as connection:
        connection.execute(OTHER, {"corpus": corpus, "people": [f"p{person}" for person in people]})


def run_on(home: Home, *corpora: str) -> None:
    use_corpora(home, corpora)
    store_splits(home, 1, corpora)


def test_a_corpus_in_use_stays_in_use_when_another_one_takes_photographs_of_its_split(home: Home) -> None:
    """Otherwise new folds would hold the people of both corpora."""
    run_on(home, "lab")
    rename(home, "rest", range(1))
    assert require_split(home) == ["lab"] and options_in_use(home) == LAB
    run_on(home, "rest")
    assert require_split(home) == ["rest"] and options_in_use(home) == REST


def test_several_corpora_that_were_split_together_have_no_options_in_common(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(splitting, "make_splits", store_splits)
    run_on(home, "lab")
    splitting.split.fn(home=str(home.root))  # type: ignore[attr-defined]
    assert require_split(home) == ["lab", "rest"] and options_in_use(home) == CorpusOptions()
    rename(home, "third", range(5, 7))
    run_on(home, *require_split(home))
    with open_work(home) as connection:
        (count,) = connection.execute(
            "SELECT count(*) FROM splits.assignments JOIN splits.current USING (split_id) WHERE strategy = 'by_person'"
        ).fetchone() or (0,)
    assert count == 8 * len(EMOTIONS[:3])


def test_a_publication_with_faces_leaves_out_those_of_corpora_whose_runs_publish_none(home: Home) -> None:
    run_on(home, "rest")
    assert corpora_without_faces(home) == ["lab"]
    remember_options(home, "lab", CorpusOptions(with_faces=True))
    assert corpora_without_faces(home) == []
    run_on(home, "lab", "rest")
    assert corpora_without_faces(home) == [], "both were given faces"
    remember_options(home, "rest", CorpusOptions(with_faces=False))
    assert corpora_without_faces(home) == ["rest"], "several corpora in use have no choice in common"


def test_nothing_is_in_use_without_splits(home: Home) -> None:
    use_corpora(home, ["lab"])
    with pytest.raises(StoreError, match="there are no splits in .* yet"):
        require_split(home)
