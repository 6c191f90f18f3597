"""Metrics that use ratings by people are recomputed from the store and checked against their range."""

from pathlib import Path

from affect_store.store.engine.work_store import open_work
from affect_store.validation.gx.dialect import open_reader, sql
from affect_store.validation.recompute.metrics import check_metrics
from tests.stores import clean

RANGE = "find/metrics_out_of_range"


def test_metrics_of_rated_photographs_can_be_recomputed(tmp_path: Path) -> None:
    home = clean.rated_copy(tmp_path)
    with open_reader(home.work) as store:
        (finding,) = check_metrics(store, "seed")
    assert finding.success
    with open_work(home) as connection:
        connection.execute("UPDATE catalogue.ratings SET agreement = agreement / 2")
    with open_reader(home.work) as store:
        (finding,) = check_metrics(store, "seed")
    assert {row["metric"] for row in finding.samples} == {"agreement", "accuracy_human_normalised"}


def test_only_losses_and_normalised_metrics_may_exceed_1(tmp_path: Path) -> None:
    home = clean.rated_copy(tmp_path)
    with open_work(home) as connection:
        statement = "UPDATE registry.metrics SET value = 1.1, low = 1, high = 1.2 WHERE slice = 'all' AND metric = "
        for metric in ("accuracy_human_normalised", "soft_log_loss", "agreement"):
            connection.execute(f"{statement}'{metric}'")
    with open_reader(home.work) as store:
        rows = store.arrow(sql(RANGE).replace("{batch}", "registry.metrics")).to_pylist()
    assert {row["metric"] for row in rows} == {"agreement"}
