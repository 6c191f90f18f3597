"""The house holds: imports run one way, levels do not mix, and each heavy library has one door."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("flows", "dashboards", "validation", "models", "store")
BASE = {"store.vocabulary", "store.types", "store.errors", "store.mesh"}
LEVEL_1 = ("store.sources", "store.features", "store.tables", "models")
DOORS = {
    "prefect": ("flows/engine.py",),
    "plotly": ("dashboards/",),
    "great_expectations": ("validation/",),
    "sqlalchemy": ("validation/",),
    "duckdb_engine": ("validation/dialect.py",),
    "tensorflow": ("models/",),
    "keras": ("models/",),
    "sklearn": ("models/",),
    "duckdb": ("store/tables/", "validation/dialect.py"),
    "cv2": ("store/features/decode.py", "store/features/extract.py", "store/sources/synthetic/"),
    "mediapipe": ("store/features/landmarks.py",),
}


def imports(source: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room(module: str) -> str:
    """The room of level 1 or the top-level folder that a module of ours belongs to."""
    if any(module == one or module.startswith(f"{one}.") for one in BASE):
        return "base"
    for one in LEVEL_1:
        if module == one or module.startswith(f"{one}."):
            return one
    return module.split(".")[0]


def allowed(importer: str) -> set[str]:
    """Rooms that a room may import from, besides itself."""
    if importer == "base":
        return {"base"}
    if importer in LEVEL_1:
        return {"base"}
    if importer in ("validation", "dashboards"):
        return {"base", "store", *LEVEL_1}
    return {"base", "store", *LEVEL_1, "validation", "dashboards"}


def violations(path: str, source: str) -> list[str]:
    module = path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    found = []
    for name in sorted(imports(source)):
        top = name.split(".")[0]
        if top in DOORS and not path.startswith(DOORS[top]):
            found.append(f"{path} imports {name}; the door is {' or '.join(DOORS[top])}")
        if top in ROOMS and name != "store":
            theirs, ours = room(name), room(module)
            if theirs not in (ours, *allowed(ours)) or module == "store.vocabulary":
                found.append(f"{path} ({ours}) imports {name} ({theirs})")
    return found


def modules() -> list[Path]:
    return sorted(path for name in ROOMS for path in (ROOT / name).rglob("*.py"))


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_one_way_and_doors_are_kept(path: Path) -> None:
    assert violations(str(path.relative_to(ROOT)), path.read_text()) == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("store/features/deltas.py", "import duckdb"),
        ("store/features/deltas.py", "from store.tables import read"),
        ("store/vocabulary.py", "from store.types import Face"),
        ("models/fit.py", "from store.tables.read import frame"),
        ("dashboards/publish.py", "from flows import terminal"),
        ("flows/train.py", "import keras"),
        ("flows/train.py", "import prefect"),
    ],
)
def test_a_breach_is_seen(path: str, source: str) -> None:
    assert violations(path, source)


def test_packages_are_empty() -> None:
    filled = [str(path) for path in modules() if path.name == "__init__.py" and path.read_text().strip()]
    assert filled == []
