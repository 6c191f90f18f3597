"""Flows that bring no photographs make no home: on a mistyped path they fail and write nothing."""

from pathlib import Path
from typing import Any

import pytest

from affect_store.flows.audit import audit
from affect_store.flows.deltas import deltas
from affect_store.flows.experiment import experiment
from affect_store.flows.features import features
from affect_store.flows.landmarks import landmarks
from affect_store.flows.publish import publish
from affect_store.flows.split import split
from affect_store.flows.train import train
from affect_store.store.errors import StoreError


@pytest.mark.parametrize(
    "flow", [audit, deltas, experiment, features, landmarks, publish, split, train], ids=lambda flow: flow.name
)
def test_a_mistyped_home_is_an_error_and_stays_absent(flow: Any, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"there is no store in '.*new'"):
        flow.fn(home=str(tmp_path / "new"))
    assert not (tmp_path / "new").exists()
