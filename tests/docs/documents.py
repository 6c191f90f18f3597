"""The code blocks of the README and of the hand-written pages of the site."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
GENERATED = ("docs/reference/store.md", "docs/reference/cli.md", "docs/developers/map.md")
"""Generated pages, which have tests of their own."""

_BLOCK = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced code block: its page, the line on which it starts, its language and its text."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def pages() -> list[Path]:
    """README, guides, concepts and developers' pages; not the decisions, the log or generated pages."""
    candidates = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    excluded = {*(ROOT / name for name in GENERATED), ROOT / "docs" / "log.md"}
    return [path for path in candidates if path not in excluded and path.parent.name not in ("adr", "scripts")]


def blocks(language: str) -> list[Block]:
    """All code blocks in one language, page by page."""
    return [
        Block(str(page.relative_to(ROOT)), text.count("\n", 0, match.start()) + 1, language, match[2])
        for page in pages()
        for text in [page.read_text(encoding="utf-8")]
        for match in _BLOCK.finditer(text)
        if match[1] == language
    ]
