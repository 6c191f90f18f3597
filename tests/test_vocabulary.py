"""The field's constants stand in one place: no bare number of landmarks, picture size or emotion name elsewhere."""

import ast
from pathlib import Path

import pytest

from store import vocabulary

ROOT = Path(__file__).parents[1]
NUMBERS = {
    vocabulary.LANDMARK_COUNT,
    vocabulary.VECTOR_LENGTH,
    vocabulary.PIXEL_BYTES,
}
SIZE = {vocabulary.PIXEL_WIDTH_PX, vocabulary.PIXEL_HEIGHT_PX}  # either alone is an ordinary number
WORDS = set(vocabulary.EMOTIONS)
EXEMPT = ("store/vocabulary.py",)


def bare(source: str) -> list[str]:
    found: list[str] = []
    sides: dict[int, set[int]] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and not isinstance(node.value, bool):
            is_number = isinstance(node.value, int) and node.value in NUMBERS
            is_word = isinstance(node.value, str) and node.value in WORDS
            if is_number or is_word:
                found.append(f"line {node.lineno}: {node.value!r}")
            if isinstance(node.value, int):
                sides.setdefault(node.lineno, set()).add(node.value)
    found += [f"line {line}: the size of a thumbnail" for line, values in sides.items() if values >= SIZE]
    return found


def code() -> list[Path]:
    rooms = ("flows", "dashboards", "validation", "models", "store")
    return sorted(path for name in rooms for path in (ROOT / name).rglob("*.py"))


@pytest.mark.parametrize("path", code(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_bare_constant(path: Path) -> None:
    if str(path.relative_to(ROOT)) not in EXEMPT:
        assert bare(path.read_text()) == []


def test_a_bare_constant_is_seen() -> None:
    assert bare("x = 468") and bare("size = (85, 128)") and bare("y = 'happy'") and not bare("z = 467")


def test_emotions_are_the_networks_outputs_in_alphabetical_order() -> None:
    assert list(vocabulary.EMOTIONS) == sorted(vocabulary.EMOTIONS) and len(set(vocabulary.EMOTIONS)) == 8


def test_landmark_groups_are_indices_of_landmarks() -> None:
    for group in (*vocabulary.LANDMARK_GROUPS.values(), vocabulary.RIGID_LANDMARKS):
        assert len(set(group)) == len(group)
        assert min(group) >= 0 and max(group) < vocabulary.LANDMARK_COUNT
