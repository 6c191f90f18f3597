"""What a failed audit rejects is made again: runs, split tables and comparisons."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from affect_store.flows.steps import repairs
from affect_store.flows.steps.comparisons import compare_current, is_compared
from affect_store.flows.steps.splits import store_splits
from affect_store.store.engine import reader
from affect_store.store.engine.settings import get_setting
from affect_store.store.engine.work_store import open_work
from affect_store.store.schema.setting_keys import SettingKey
from tests.stores import clean


@dataclass(frozen=True)
class Wrong:
    """The part of a stopping finding that says which rows are wrong."""

    suite: str
    check: str = "a check"
    samples: tuple[dict[str, object], ...] = field(default=())


def test_rejected_runs_are_deleted_once_and_others_stay(tmp_path: Path) -> None:
    with open_work(clean.copy(tmp_path)) as connection:
        kept, rejected = reader.query_frame(connection, "registry/select_run_ids")["run_id"].sort().to_list()
        samples = ({"run_id": rejected, "image_id": "x"}, {"run_id": "of no run"})
        repairs.prepare(connection, [Wrong("registry.metrics", samples=samples), Wrong("catalogue.images")])
        assert json.loads(get_setting(connection, SettingKey.REJECTED_RUNS) or "") == sorted([rejected, "of no run"])
        repairs.delete_rejected_runs(connection)
        for table in ("runs", "predictions", "metrics", "epochs"):
            ids = {row[0] for row in connection.execute(f"SELECT DISTINCT run_id FROM registry.{table}").fetchall()}
            assert ids == {kept}
        assert connection.execute("SELECT count(*) FROM registry.comparisons").fetchall() == [(0,)]
        repairs.delete_rejected_runs(connection)
        assert reader.query_frame(connection, "registry/select_run_ids").height == 1


def test_rejected_comparisons_and_split_tables_are_made_again(tmp_path: Path) -> None:
    home = clean.copy(tmp_path)
    with open_work(home) as connection:
        compare_current(connection)
        before = connection.execute("SELECT count(*) FROM splits.train").fetchall()
        connection.execute("DELETE FROM splits.train WHERE image_id = (SELECT min(image_id) FROM splits.train)")
        assert is_compared(connection)
        repairs.prepare(connection, [Wrong("registry.comparisons", samples=({"run_id": "x"},)), Wrong("splits.train")])
        assert not is_compared(connection) and get_setting(connection, SettingKey.REJECTED_RUNS) is None
    store_splits(home, seed=clean.DESIGN.seed, corpora=[clean.CORPUS])
    with open_work(home) as connection:
        assert connection.execute("SELECT count(*) FROM splits.train").fetchall() == before
