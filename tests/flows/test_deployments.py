"""The declaration of the deployments: the same in `prefect.yaml`, and importable under one name."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from affect_store.flows import deployments
from affect_store.flows.cli.app import app
from affect_store.flows.deployments import DESCRIPTIONS, Schedule, entrypoint
from affect_store.store.errors import StoreError, UnknownNameError

ROOT = Path(__file__).parents[2]
LOAD_ALL = """
import sys
from collections import defaultdict
from pathlib import Path
from prefect.flows import load_flow_from_entrypoint

for entrypoint in sys.argv[2:]:
    load_flow_from_entrypoint(entrypoint, use_placeholder_flow=False)
roots = [Path(folder).resolve() for folder in sys.argv[1].split(":")]
names = defaultdict(set)
for name, module in list(sys.modules.items()):
    file = getattr(module, "__file__", None)
    if file and Path(file).name != "__init__.py" and any(Path(file).resolve().is_relative_to(root) for root in roots):
        names[Path(file).resolve()].add(name)
print(len(names), [sorted(twice) for twice in names.values() if len(twice) > 1])
"""


def test_prefect_yaml_declares_the_same_deployments() -> None:
    declared = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    assert {row["entrypoint"]: row["description"] for row in declared} == {
        entrypoint(flow): description for flow, description in DESCRIPTIONS.items()
    }
    assert {(row["name"], *row["tags"], row["work_pool"]["name"]) for row in declared} == {("affect",) * 3}
    (scheduled,) = [row for row in declared if "schedules" in row]
    assert scheduled["entrypoint"] == entrypoint(deployments.SCHEDULED)
    assert scheduled["schedules"] == [{"slug": "nightly", "cron": "0 3 * * *", "timezone": "Europe/Berlin"}]
    assert [row["entrypoint"] for row in declared if "concurrency_limit" in row] == [scheduled["entrypoint"]]


@pytest.mark.long
def test_no_module_is_imported_under_two_names() -> None:
    folders = ":".join(str(ROOT / name) for name in ("src", "flows", "store", "models", "validation", "dashboards"))
    command = [sys.executable, "-c", LOAD_ALL, folders, *map(entrypoint, DESCRIPTIONS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    count, _, twice = done.stdout.strip().splitlines()[-1].partition(" ")
    assert int(count) > 50 and twice == "[]"


def test_a_schedule_is_checked_before_prefect_starts() -> None:
    assert Schedule("0 3 * * *", "Europe/Berlin").cron == "0 3 * * *"
    with pytest.raises(StoreError, match="expected five fields"):
        Schedule("0 3 * *", "UTC")
    with pytest.raises(UnknownNameError, match="no time zone 'Europe/Berlin2'"):
        Schedule("0 3 * * *", "Europe/Berlin2")


def test_deploy_without_a_server_says_how_to_start_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    environment = {"PREFECT_HOME": str(tmp_path)}
    done = CliRunner().invoke(app, ["deploy"], env=environment)
    assert done.exit_code == 1 and "prefect server start" in done.stderr and done.stderr.count("\n") == 1
