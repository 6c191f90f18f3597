"""Two commands from a folder under the published names of a database to dashboards: `affect check` and `affect run`."""

import json
from pathlib import Path

import pytest

from affect_store.store.sources.pattern_file import FILE_NAME, NamePattern, as_toml
from tests.finished import affect
from tests.flows.corpus import PEOPLE, SHOTS, render
from tests.stores.published_names import COPIES, WORDS

pytestmark = pytest.mark.long
PATTERN = r"vp(?P<subject>\d+)_(?P<emotion>\pL+)_(?P<angle>\d+)_(?P<take>\d)\.jpg"
PHOTOGRAPHS = {**dict.fromkeys(COPIES, PEOPLE * len(SHOTS)), "ckplus": PEOPLE * 2 * 2}
"""In the copies; of CK+, two frames of two sequences of each person."""


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rendered") / "people"
    render(folder)
    return folder


@pytest.mark.parametrize("layout", COPIES)
def test_two_commands_lead_from_a_folder_to_dashboards(layout: str, people: Path, tmp_path: Path) -> None:
    folder = tmp_path / "photographs"
    COPIES[layout](people, folder)
    if layout == "pattern":
        pattern = NamePattern(PATTERN, {word: emotion for emotion, word in WORDS.items()})
        (folder / FILE_NAME).write_text(as_toml(pattern), encoding="utf-8")
    checked = affect("check", str(folder), "--json")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    document = json.loads(checked.stdout)
    assert (document["layout"], document["photographs"]) == (layout, PHOTOGRAPHS[layout])
    assert "lda" in document["trainable"] and not document["rejects"] and len(document["people"]) == PEOPLE
    home = tmp_path / "home"
    run = affect("run", "--images", str(folder), "--models", "lda", home=home)
    assert run.returncode == 0, run.stdout + run.stderr
    assert (home / "published" / "dashboards" / "index.html").is_file()
    query = "select count(*) n, count(distinct subject_id) people from catalogue.images"
    (counts,) = json.loads(affect("sql", query, "--json", home=home).stdout)
    assert counts == {"n": PHOTOGRAPHS[layout], "people": PEOPLE}
    again = affect("run", "--images", str(folder), "--models", "lda", home=home)
    assert "Nothing new" in again.stdout, again.stdout
