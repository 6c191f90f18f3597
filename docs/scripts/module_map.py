"""Generate `docs/developers/map.md`: every module with the first sentence of its docstring.

`python docs/scripts/module_map.py` prints it.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = {
    "store": "values, sources, features, and everything that touches the DuckDB files",
    "models": "networks, training and evaluation",
    "validation": "Great Expectations, rules, recomputation and the audit page",
    "dashboards": "frames to figures to pages",
    "flows": "Prefect flows, plain steps, runtime and the command line",
    "benchmarks": "one script per question; each prints its goals and exits 1 if it misses any",
}
"""Each folder, and what it contains."""

INTRODUCTION = """# Map of the modules

Imports run one way: `store` is at the bottom, `models`, `validation` and `dashboards` are above it, and `flows` is at
the top. Each heavy library is imported in one place. `tests/test_layers.py` checks both. The folders are imported as
`affect_store.store`, `affect_store.models` and so on.

This page is generated from the first sentence of every module (`make docs`).
"""


def sentence(path: Path) -> str:
    """Return the first sentence of a module's docstring, without the full stop."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    first = " ".join(text.split("\n\n")[0].split())
    return re.split(r"(?<=[\w`*)\"])[.;](?= [A-Z`]|$)", first)[0].rstrip(".")


def page() -> str:
    """Return the page as Markdown: one section per folder and one table per sub-folder."""
    parts = [INTRODUCTION]
    for room, purpose in ROOMS.items():
        parts.append(f"\n## `{room}/`: {purpose}\n")
        folders: dict[Path, list[Path]] = {}
        for path in sorted((ROOT / room).rglob("*.py")):
            if path.name != "__init__.py":
                folders.setdefault(path.parent, []).append(path)
        for folder, paths in sorted(folders.items()):
            if folder != ROOT / room:
                parts.append(f"\n### `{folder.relative_to(ROOT)}/`\n")
            rows = [f"| `{path.name}` | {sentence(path)} |" for path in paths]
            parts.append("\n| Module | Content |\n| --- | --- |\n" + "\n".join(rows) + "\n")
    return "".join(parts)


if __name__ == "__main__":
    sys.stdout.write(page())
