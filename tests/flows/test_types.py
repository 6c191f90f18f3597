"""Calls of flows are checked: by mypy as `make check` runs it, by Python, and by Prefect before a run starts."""

import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from affect_store.flows.runtime.parameters import home_at
from affect_store.flows.runtime.prefect import subject_of

ROOT = Path(__file__).parents[2]
FLOWS = {
    "audit": "audit", "deltas": "deltas", "experiment": "experiment", "features": "features", "ingest": "ingest",
    "landmarks": "landmarks", "people": "render_people", "pipeline": "pipeline", "publish": "publish",
    "replicate": "replicate", "retrain": "retrain", "split": "split", "train": "train",
}  # fmt: skip
"""Module and name of each flow."""

WRONG_CALLS = """
from affect_store.flows.publish import publish

publish(".affect", True, False, 3)
publish(home=".affect", quarantine_share="half")
publish(home=".affect", with_face=True)
folder: int = publish(home=".affect")
"""
ERRORS = (
    'Too many positional arguments for "publish"',
    'Argument "quarantine_share" to "publish" has incompatible type "str"',
    'Unexpected keyword argument "with_face" for "publish"',
    "Incompatible types in assignment",
)


def flow_of(module: str) -> Any:
    return getattr(import_module(f"affect_store.flows.{module}"), FLOWS[module])


@pytest.mark.long
def test_mypy_rejects_wrong_arguments_of_a_flow(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(WRONG_CALLS)
    command = [sys.executable, "-m", "mypy", "--config-file", "pyproject.toml", str(planted)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    messages = [line for line in result.stdout.splitlines() if f"{planted.name}:" in line and " error: " in line]
    assert result.returncode == 1 and len(messages) == len(ERRORS), result.stdout + result.stderr
    for message, error in zip(messages, ERRORS, strict=True):
        assert error in message


@pytest.mark.parametrize("module", FLOWS)
def test_parameters_of_flows_are_keyword_only(module: str) -> None:
    parameters = inspect.signature(flow_of(module).fn).parameters.values()
    assert parameters and all(parameter.kind is parameter.KEYWORD_ONLY for parameter in parameters)


@pytest.mark.parametrize("module", FLOWS)
def test_prefect_reads_every_parameter_with_its_default(module: str) -> None:
    flow = flow_of(module)
    schema = flow.parameters
    for name, parameter in inspect.signature(flow.fn).parameters.items():
        if parameter.default is not parameter.empty:
            assert name not in (schema.required or [])
            default = parameter.default
            assert schema.properties[name].get("default") == (list(default) if default == () else default)


@pytest.mark.parametrize("module", sorted(FLOWS.keys() - {"people"}))
def test_a_flow_without_a_home_uses_the_one_of_the_environment(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    signature = inspect.signature(flow_of(module).fn)
    assert signature.parameters["home"].default is None
    monkeypatch.setenv("AFFECT_HOME", "/data/affect")
    assert home_at(None).root == Path("/data/affect") and home_at("mine").root == Path.cwd() / "mine"


@pytest.mark.parametrize("module", ["pipeline", "publish", "retrain", "replicate", "experiment"])
def test_the_number_of_publications_to_keep_has_no_default(module: str) -> None:
    """Otherwise a flow would delete what `--keep` of an earlier run kept."""
    assert inspect.signature(flow_of(module).fn).parameters["keep"].default is None


@pytest.mark.parametrize(
    ("module", "parameters", "message"),
    [
        ("pipeline", {"folds": 2}, "expected 0 or at least 3 folds"),
        ("experiment", {"folds": 1}, "expected 0 or at least 3 folds"),
        ("experiment", {"repeats": 101}, "less than or equal to 100"),
        ("train", {"seeds": 101}, "less than or equal to 100"),
        ("train", {"first_seed": 2**31}, "less than or equal to 2147483647"),
        ("split", {"folds": -1}, "greater than or equal to 0"),
        ("audit", {"stage": "row"}, "'rows', 'splits', 'features' or 'results'"),
    ],
)
def test_numbers_and_names_have_limits(module: str, parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(Exception, match=message):
        flow_of(module).validate_parameters(parameters)


@pytest.mark.parametrize(
    ("parameters", "reads_photographs", "expected"),
    [
        ({"corpus": "RaFD", "images": "/data/a"}, True, "RaFD"),
        ({"corpora": ["rafd", "lab"]}, False, "rafd+lab"),
        ({"images": "/data/a"}, True, "a"),
        ({"images": None}, True, "photographs-of-the-worker"),
        ({"images": None, "is_demo": True}, True, "people"),
        ({"home": None}, False, "affect"),
        ({"home": "/data/.mine"}, False, "mine"),
        ({"folder": "/data/drawn"}, False, "drawn"),
    ],
)
def test_runs_are_named_after_what_they_work_on(
    parameters: dict[str, Any], reads_photographs: bool, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFFECT_IMAGES", "/data/photographs-of-the-worker")
    monkeypatch.setenv("AFFECT_HOME", "/data/affect")
    assert subject_of(parameters, reads_photographs=reads_photographs) == expected


def test_prefect_rejects_a_value_that_a_parameter_does_not_allow() -> None:
    publish = flow_of("publish")
    assert publish.validate_parameters({"quarantine_share": 0.5})["quarantine_share"] == 0.5
    with pytest.raises(Exception, match="less than or equal to 1"):
        publish.validate_parameters({"quarantine_share": 2})
    with pytest.raises(TypeError, match="positional argument"):
        publish.fn(".affect")
