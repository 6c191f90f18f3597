"""The wheel: it installs `affect_store` alone, holds real files, and works from any folder."""

import os
import shutil
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("flows", "store", "models", "validation", "dashboards")
WHEEL = "affect_store-*.whl"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of the checkout, without a network; setuptools leaves its build folder in the copy."""
    copy, target = tmp_path_factory.mktemp("checkout"), tmp_path_factory.mktemp("wheel")
    for name in (*FOLDERS, "src"):
        shutil.copytree(
            ROOT / name, copy / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
        )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(target)]
    done = subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(copy)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return next(target.glob(WHEEL))


@pytest.fixture(scope="module")
def unzipped(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run(unzipped: Path, empty: Path, *arguments: str) -> str:
    """Standard output of Python in an empty folder, where `affect_store` is the unzipped one."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "AFFECT_"))}
    environment["PYTHONPATH"] = str(unzipped)
    done = subprocess.run(
        [sys.executable, "-P", *arguments], cwd=empty, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_one_package_is_at_the_top_level(unzipped: Path) -> None:
    assert {path.name.partition("-")[0] for path in unzipped.iterdir()} == {"affect_store"}
    assert sorted(path.name for path in (unzipped / "affect_store").iterdir()) == sorted(
        [*FOLDERS, "__init__.py", "py.typed"]
    )


def test_every_file_of_the_folders_is_in_it(unzipped: Path) -> None:
    expected = {
        path.relative_to(ROOT)
        for name in FOLDERS
        for path in (ROOT / name).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    package = unzipped / "affect_store"
    assert {path.suffix for path in expected} >= {".sql", ".csv", ".j2", ".css", ".js"}
    assert {
        path.relative_to(package) for path in package.rglob("*") if path.parent != package and path.is_file()
    } == expected


def test_it_works_in_an_empty_folder(unzipped: Path, tmp_path: Path) -> None:
    code = "import affect_store; from affect_store import FeatureStore; print(affect_store.__file__)"
    assert Path(run(unzipped, tmp_path, "-c", code)).is_relative_to(unzipped)
    command = "from affect_store.flows.cli.app import main; main()"
    assert "leaderboard" in run(unzipped, tmp_path, "-c", command, "sql", "--help")
    assert list(tmp_path.iterdir()) == []


def test_sql_and_catalogue_are_read_from_the_wheel(unzipped: Path, tmp_path: Path) -> None:
    code = "from affect_store.store.engine import definitions; print(*definitions.views())"
    assert "leaderboard" in run(unzipped, tmp_path, "-c", code).split()


def test_metadata_has_ranges_and_pins_only_what_must_be_pinned(unzipped: Path) -> None:
    (path,) = unzipped.glob("*.dist-info/METADATA")
    metadata = Parser().parsestr(path.read_text(encoding="utf-8"))
    requirements = [row for row in metadata.get_all("Requires-Dist", []) if "extra ==" not in row]
    pinned = {row.partition("==")[0] for row in requirements if "==" in row}
    assert pinned == {"duckdb", "fastapi", "mediapipe", "opencv-contrib-python", "opencv-python"}
    assert "Operating System :: POSIX :: Linux" in metadata.get_all("Classifier", [])
