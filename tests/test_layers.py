"""The house holds: imports run one way, and each heavy library has one door.

`LAYERS` lists the rooms from the bottom to the top. A module may import from its own room and from rooms below it; a
module belongs to the longest name that fits. Rooms on one line do not import each other.
`NEVER` lists what is below a folder and yet none of its business: models and dashboards see frames, not files.
"""

import ast
from pathlib import Path

import pytest

from tests import syntax

ROOT = Path(__file__).parents[1]
FOLDERS = ("flows", "dashboards", "validation", "models", "store")
PACKAGE = "affect_store"

LAYERS = (
    ("store.vocabulary", "store.unknown_word"),
    ("store.errors", "store.face_mesh", "store.erasure_request", "store.reported_2022"),
    ("store.types", "store.emotion_classes"),
    ("store.home",),
    ("store.schema.declarations", "store.schema.setting_keys"),
    ("store.sources.synthetic.drawing",),
    ("store.sources.synthetic.scene",),
    ("store.sources.synthetic.person",),
    ("store.sources.synthetic",),
    ("store.features", "store.sources"),
    ("store.extensions",),
    ("store.schema",),
    ("store.engine",),
    ("store.lake",),
    ("store.offline",),
    ("store.publication",),
    ("store.consent",),
    ("models.systems", "models.backend", "models.intervals", "models.notebook_split"),
    ("models.settings",),
    ("models.rows",),
    ("models.networks",),
    ("models.training",),
    ("models.evaluation",),
    ("validation.thresholds", "validation.face_geometry", "validation.audit_record"),
    ("validation.verdict", "validation.rules"),
    ("validation.gx",),
    ("validation.recompute", "validation.report"),
    ("validation",),
    ("dashboards.palette", "dashboards.formatting", "dashboards.people_means"),
    ("dashboards.frames",),
    ("dashboards.figures",),
    ("dashboards.person_scripts",),
    ("dashboards.pages",),
    ("dashboards",),
    ("flows.runtime",),
    ("flows.steps",),
    ("flows.webapp",),
    ("flows",),
    ("flows.cli",),
)  # fmt: skip
NEVER = {
    "models": ("store.engine", "store.lake", "store.offline", "store.publication", "store.consent", "store.sources"),
    "dashboards": (
        "models",
        "validation",
        "store.engine",
        "store.lake",
        "store.offline",
        "store.publication",
        "store.consent",
    ),
    "validation": ("dashboards",),
}
DOORS = {
    "prefect": tuple(f"flows/runtime/{name}.py" for name in ("prefect", "prefect_api", "prefect_deployments")),
    "plotly": ("dashboards/",),
    "great_expectations": ("validation/gx/",),
    "sqlalchemy": ("validation/gx/",),
    "duckdb_engine": ("validation/gx/dialect.py",),
    "tensorflow": ("models/",),
    "keras": ("models/",),
    "sklearn": ("models/",),
    "duckdb": (
        "store/engine/",
        "store/lake/",
        "store/offline/",
        "store/publication/",
        "store/consent/",
        "validation/gx/dialect.py",
    ),
    "cv2": (
        *(
            f"store/features/{name}.py"
            for name in ("area_average", "copied_pictures", "decode", "extract", "moved_copies")
        ),
        "store/sources/synthetic/",
    ),
    "simplejpeg": ("store/features/picture_damage.py",),
    "mediapipe": ("store/features/landmarks.py",),
    "fastapi": ("flows/webapp/server.py",),
    "starlette": ("flows/webapp/server.py",),
    "uvicorn": ("flows/webapp/server.py",),
}


def imports(source: str) -> set[str]:
    names = set()
    for node in ast.walk(syntax.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def layer(module: str) -> tuple[int, str]:
    """Number of the layer and name of the room of a module, without the package's name."""
    fitting = [
        (len(room), number, room)
        for number, rooms in enumerate(LAYERS)
        for room in rooms
        if module == room or module.startswith(f"{room}.")
    ]
    _, number, room = max(fitting, default=(0, -1, module))
    return number, room


def violations(path: str, source: str) -> list[str]:
    importer = path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    number, room = layer(importer)
    breaches = []
    for name in sorted(imports(source)):
        top, _, imported = name.partition(".")
        if top in DOORS and not path.startswith(DOORS[top]):
            breaches.append(f"{path} imports {name}; the door is {' or '.join(DOORS[top])}")
        if top in FOLDERS:
            breaches.append(f"{path} imports {name}; the package is {PACKAGE}")
        if top == PACKAGE and imported.split(".")[0] in FOLDERS and "." in imported:
            their_number, their_room = layer(imported)
            forbidden = NEVER.get(importer.split(".")[0], ())
            if their_room != room and (their_number >= number or imported.startswith(forbidden)):
                breaches.append(f"{path} ({room}) imports {imported} ({their_room})")
    return breaches


def modules() -> list[Path]:
    return sorted(path for name in FOLDERS for path in (ROOT / name).rglob("*.py"))


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_one_way_and_doors_are_kept(path: Path) -> None:
    assert violations(str(path.relative_to(ROOT)), path.read_text()) == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("store/features/deltas.py", "import duckdb"),
        ("store/features/deltas.py", "from affect_store.store.engine import reader"),
        ("store/features/deltas.py", "from store.features import landmarks"),
        ("store/vocabulary.py", "from affect_store.store.types import Face"),
        ("store/engine/reader.py", "from affect_store.store.offline.splits import fingerprint"),
        ("models/training/fit.py", "from affect_store.store.engine.reader import frame"),
        ("dashboards/build.py", "from affect_store.flows.runtime import console"),
        ("dashboards/build.py", "from affect_store.models.systems import SYSTEMS"),
        ("flows/steps/erasure.py", "from affect_store.flows.publish import publish"),
        ("flows/train.py", "import keras"),
        ("flows/train.py", "import prefect"),
        ("flows/webapp/access.py", "from fastapi import FastAPI"),
        ("flows/steps/prediction.py", "from affect_store.flows.webapp.analysis import Analyser"),
    ],
)
def test_a_breach_is_seen(path: str, source: str) -> None:
    assert violations(path, source)


def test_packages_are_empty() -> None:
    filled = [str(path) for path in modules() if path.name == "__init__.py" and path.read_text().strip()]
    assert filled == []
