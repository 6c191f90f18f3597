"""Options of a corpus are stored with it and used until others are given."""

from dataclasses import replace
from pathlib import Path

import pytest

from affect_store.flows.steps.catalogue import layout_of
from affect_store.flows.steps.corpus_options import CorpusOptions, options_of, remember_options, stored_options
from affect_store.store.errors import CorpusError
from affect_store.store.features.feature_options import FeatureOptions
from affect_store.store.home import Home

GIVEN = CorpusOptions("rafd", 0.5, True, 0.1, 7, "attention", "mean")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_options_are_used_until_others_are_given(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    remember_options(home, "lab", GIVEN)
    assert options_of(home, "lab", CorpusOptions(with_faces=False)) == replace(GIVEN, with_faces=False)
    printed = capsys.readouterr().out
    assert (
        "earlier run on this corpus: --layout rafd --decode-scale 0.5 --quarantine-share 0.1 --passes 7 "
        "--mesh attention --references mean (`affect run` with other " in printed
    )
    assert stored_options(home, "lab") == GIVEN
    assert options_of(home, "other", CorpusOptions()) == CorpusOptions()
    assert capsys.readouterr().out == ""


def test_defaults_are_not_stored(home: Home) -> None:
    remember_options(home, "lab", CorpusOptions(decode_scale=0.5))
    options = stored_options(home, "lab")
    assert (
        options == CorpusOptions(decode_scale=0.5) and not options.publishes_faces and options.quarantine_share is None
    )
    assert stored_options(Home(home.root / "none"), "lab").features.decode_scale == 1.0


def test_options_of_the_features_are_those_given_and_the_defaults() -> None:
    assert CorpusOptions().features == FeatureOptions()
    assert GIVEN.features == FeatureOptions(0.5, 7, "attention", "mean")
    assert CorpusOptions(mesh="attention").features == FeatureOptions(mesh="attention")


@pytest.mark.parametrize(
    "options", [CorpusOptions(passes=32), CorpusOptions(mesh="fine"), CorpusOptions(references="two")]
)
def test_impossible_options_of_the_features_are_not_stored(home: Home, options: CorpusOptions) -> None:
    with pytest.raises(CorpusError, match="expected"):
        remember_options(home, "lab", options)
    assert stored_options(home, "lab") == CorpusOptions()


def test_an_impossible_scale_is_not_stored(home: Home) -> None:
    with pytest.raises(CorpusError, match="scale is 0.3"):
        remember_options(home, "lab", CorpusOptions(decode_scale=0.3))
    assert stored_options(home, "lab") == CorpusOptions()


def test_the_layout_is_the_given_the_stored_or_the_detected_one(home: Home, tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text("path\n")
    assert layout_of(home, tmp_path, None, "lab") == "manifest"
    remember_options(home, "lab", CorpusOptions(layout="rafd"))
    assert layout_of(home, tmp_path, None, "lab") == "rafd"
    assert layout_of(home, tmp_path, "manifest", "lab") == "manifest"
