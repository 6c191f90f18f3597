"""Constants of the field are defined once: no bare landmark counts, image sizes or emotion names elsewhere."""

import ast
from pathlib import Path

import pytest

from affect_store.store import vocabulary
from tests import syntax

ROOT = Path(__file__).parents[1]
NUMBERS = {
    vocabulary.LANDMARK_COUNT,
    vocabulary.VECTOR_LENGTH,
    vocabulary.PIXEL_BYTES,
}
SIZE = {vocabulary.PIXEL_WIDTH_PX, vocabulary.PIXEL_HEIGHT_PX}  # either number alone is common
WORDS = set(vocabulary.EMOTIONS)
EXEMPT = ("store/vocabulary.py",)


def bare_constants(source: str) -> list[str]:
    constants: list[str] = []
    numbers_by_line: dict[int, set[int]] = {}
    for node in ast.walk(syntax.parse(source)):
        if isinstance(node, ast.Constant) and not isinstance(node.value, bool):
            is_number = isinstance(node.value, int) and node.value in NUMBERS
            is_word = isinstance(node.value, str) and node.value in WORDS
            if is_number or is_word:
                constants.append(f"line {node.lineno}: {node.value!r}")
            if isinstance(node.value, int):
                numbers_by_line.setdefault(node.lineno, set()).add(node.value)
    constants += [f"line {line}: the size of a thumbnail" for line, values in numbers_by_line.items() if values >= SIZE]
    return constants


def modules() -> list[Path]:
    folders = ("flows", "dashboards", "validation", "models", "store")
    return sorted(path for name in folders for path in (ROOT / name).rglob("*.py"))


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_has_bare_constants(path: Path) -> None:
    if str(path.relative_to(ROOT)) not in EXEMPT:
        assert bare_constants(path.read_text()) == []


def test_bare_constants_are_detected() -> None:
    assert (
        bare_constants("x = 468")
        and bare_constants("size = (85, 128)")
        and bare_constants("y = 'happy'")
        and not bare_constants("z = 467")
    )


def test_emotions_are_in_alphabetical_order_and_unique() -> None:
    assert list(vocabulary.EMOTIONS) == sorted(vocabulary.EMOTIONS) and len(set(vocabulary.EMOTIONS)) == 8


def test_landmark_groups_are_unique_indices_of_landmarks() -> None:
    for group in (*vocabulary.LANDMARK_GROUPS.values(), vocabulary.RIGID_LANDMARKS):
        assert len(set(group)) == len(group)
        assert min(group) >= 0 and max(group) < vocabulary.LANDMARK_COUNT


VAGUE = {"told", "one", "found", "said", "asked"}


def vague_names(source: str) -> set[str]:
    nodes = list(ast.walk(syntax.parse(source)))
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return VAGUE & (bound | {node.arg for node in nodes if isinstance(node, ast.arg)})


def test_names_say_what_a_value_is() -> None:
    paths = [*modules(), *(path for room in ("benchmarks", "tests") for path in (ROOT / room).rglob("*.py"))]
    vague = {str(path.relative_to(ROOT)): names for path in paths if (names := vague_names(path.read_text()))}
    assert not vague
    assert vague_names("for one, other in pairs: pass") == {"one"} and not vague_names("found_at = stone")
