"""Print figures of the code: modules and lines by room, sizes of modules and functions, bindings of vague names.

`python docs/scripts/code_figures.py [ROOT]` reads the tree below ROOT, this one by default.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from pathlib import Path
from statistics import median

FOLDERS = ("flows", "store", "models", "validation", "dashboards")
VAGUE = frozenset({"told", "one", "found", "said", "asked"})


def room(path: Path, root: Path) -> str:
    """The folder, and the sub-folder where there is one."""
    return "/".join(path.relative_to(root).parent.parts[:2])


def functions(tree: ast.AST) -> list[int]:
    """Number of lines of every function and method."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [(node.end_lineno or 0) - node.lineno + 1 for node in ast.walk(tree) if isinstance(node, kinds)]


def vague_names(tree: ast.AST) -> int:
    """Number of bindings (variables, parameters, attributes, definitions) of the vague names."""
    names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    names += [node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)]
    names += [
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    ]
    names += [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    return sum(name in VAGUE for name in names)


def main(root: Path) -> None:
    """Print the figures of the tree below `root`."""
    paths = [path for folder in FOLDERS for path in sorted((root / folder).rglob("*.py")) if path.name != "__init__.py"]
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    modules, size = Counter(room(path, root) for path in paths), Counter[str]()
    for path in paths:
        size[room(path, root)] += lines[path]
    for name in sorted(modules):
        print(f"{name:24}{modules[name]:4} modules {size[name]:6} lines")
    largest = max(lines, key=lambda path: lines[path])
    lengths = [length for tree in trees.values() for length in functions(tree)]
    print(f"modules   {len(paths)}, {sum(lines.values())} lines, median {median(lines.values()):g}, "
          f"largest {lines[largest]} ({largest.relative_to(root)})")  # fmt: skip
    print(f"functions {len(lengths)}, median {median(lengths):g}, largest {max(lengths)}, "
          f"over 25 lines {sum(length > 25 for length in lengths)}")  # fmt: skip
    tests = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted((root / "tests").rglob("*.py"))]
    print(f"bindings of {', '.join(sorted(VAGUE))}: {sum(map(vague_names, trees.values()))}, "
          f"in tests {sum(map(vague_names, tests))}")  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2])
