"""The map of the modules is up to date, the README is short, and its links lead to files."""

import re
import subprocess
import sys

from tests.docs.documents import ROOT

LONGEST_README = 150


def test_the_map_is_up_to_date_and_every_module_has_a_sentence() -> None:
    script = subprocess.run(
        [sys.executable, "docs/scripts/module_map.py"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    page = (ROOT / "docs" / "developers" / "map.md").read_text(encoding="utf-8")
    assert page == script.stdout, "docs/developers/map.md is out of date: run `make docs`"
    assert re.findall(r"^\| `[\w.]+` \| +\|$", page, flags=re.MULTILINE) == []


def test_the_readme_is_short_and_its_links_lead_to_files() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", text) if not target.startswith(("http", "mailto"))]
    assert len(text.splitlines()) <= LONGEST_README
    assert targets and [target for target in targets if not (ROOT / target).exists()] == []


def test_every_decision_is_listed() -> None:
    page = (ROOT / "docs" / "developers" / "decisions.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\(\.\./adr/([\w.-]+)\)", page)) == {path.name for path in (ROOT / "docs" / "adr").iterdir()}
