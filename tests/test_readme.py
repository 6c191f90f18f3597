"""The README is a map: every module with one line, and no line without a module."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("flows", "store", "models", "validation", "dashboards", "benchmarks")


def listed(text: str) -> set[str]:
    """Module paths in the README's table of the house: lines like `| `store/types.py` | ... |`."""
    return set(re.findall(rf"^\| `((?:{'|'.join(ROOMS)})/[\w/]+\.py)` \| \S", text, flags=re.MULTILINE))


def existing() -> set[str]:
    paths = (path for name in ROOMS for path in (ROOT / name).rglob("*.py") if path.name != "__init__.py")
    return {str(path.relative_to(ROOT)) for path in paths}


def test_the_map_lists_every_module_once() -> None:
    assert listed((ROOT / "README.md").read_text(encoding="utf-8")) == existing()


def test_a_missing_line_is_seen() -> None:
    assert "store/types.py" in listed("| `store/types.py` | values |")
    assert listed("`store/types.py` values") == set()


def test_the_readmes_links_lead_to_files() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = [one for one in re.findall(r"\]\(([^)#]+)\)", text) if not one.startswith(("http", "mailto"))]
    assert targets and [one for one in targets if not (ROOT / one).exists()] == []
