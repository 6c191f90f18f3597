"""Write the README's map anew: under each heading of a folder, every module with the first sentence of its docstring."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEADER = "| module | what is in it |\n| --- | --- |\n"


def line(path: Path) -> str:
    """One row of the table."""
    words = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    first = " ".join(words.split("\n\n")[0].split())
    sentence = re.split(r"(?<=[\w`*)])[.;](?= [A-Z`]|$)", first)[0].rstrip(".")
    return f"| `{path.relative_to(ROOT)}` | {sentence} |\n"


def table(folder: str) -> str:
    """Every module below a folder."""
    paths = sorted(path for path in (ROOT / folder).rglob("*.py") if path.name != "__init__.py")
    return HEADER + "".join(map(line, paths))


def main() -> None:
    """Rewrite README.md in place."""
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    pattern = r"(### `(\w+)/`[^\n]*\n\n)\| module .*?\n(?=\n)"
    readme.write_text(re.sub(pattern, lambda m: m[1] + table(m[2]), text, flags=re.DOTALL), encoding="utf-8")


if __name__ == "__main__":
    main()
