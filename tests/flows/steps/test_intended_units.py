"""Intended action units of rendered photographs in the catalogue: stored once, corrected, never of real photographs."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from affect_store.flows.steps.intended_units import store_intended_units
from affect_store.store.engine import clock, reader
from affect_store.store.engine.work_store import open_work
from affect_store.store.sources.synthetic.action_units_file import FILE_NAME, content_of
from affect_store.store.sources.synthetic.marker import MARKER_NAME
from affect_store.store.vocabulary import FRONTAL_DEG, INTENDED_UNITS
from tests.stores.build import copy
from tests.stores.known import ANGLES, CORPUS, PEOPLE, small_home

UNITS = tuple(np.linspace(0, 1, len(INTENDED_UNITS)).round(4).tolist())
STORED = f"SELECT image_id, {INTENDED_UNITS[-1]} FROM catalogue.intended_action_units ORDER BY known_at"


def test_units_are_stored_once_corrected_and_never_without_marker(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = copy(small_home(), tmp_path)
    folder = tmp_path / "photographs"
    folder.mkdir()
    (folder / FILE_NAME).write_bytes(content_of({"a.jpg": UNITS, "unknown.jpg": UNITS}))
    with open_work(home) as connection:
        (key,) = connection.execute("SELECT min(image_id) FROM catalogue.images").fetchone()
        connection.execute("UPDATE catalogue.images SET path = ? WHERE image_id = ?", [str(folder / "a.jpg"), key])
        assert store_intended_units(connection, folder, CORPUS) == 0, "affect-store did not render this folder"
        (folder / MARKER_NAME).write_text("{}")
        assert store_intended_units(connection, folder, "other") == 0
        assert [store_intended_units(connection, folder, CORPUS) for _ in range(2)] == [1, 0]
        (folder / FILE_NAME).write_bytes(content_of({"a.jpg": (*UNITS[:-1], 0.5)}))
        assert [store_intended_units(connection, folder, CORPUS) for _ in range(2)] == [1, 0]
        assert connection.execute(STORED).fetchall() == [(key, 1.0), (key, 0.5)]
        (folder / FILE_NAME).write_text("nothing")
        assert store_intended_units(connection, folder, CORPUS) == 0
    assert "intended action units not stored" in capsys.readouterr().out


def test_proxies_are_compared_with_the_latest_intended_units(tmp_path: Path) -> None:
    """Intended units that are twice the proxies correlate perfectly; those of an earlier table do not count."""
    home = copy(small_home(), tmp_path)
    with open_work(home) as connection:
        others = ", ".join(f"0 AS {name}" for name in INTENDED_UNITS if name not in ("au12_intended", "au14_intended"))
        insert = (
            "INSERT INTO catalogue.intended_action_units BY NAME FROM features.action_unit_proxies SELECT image_id, "
            f"? AS known_at, {others}, least(10, au12 * ?) AS au12_intended, least(10, au14 * ?) AS au14_intended"
        )
        connection.execute(insert, [clock.now(), 0.0, 0.0])
        connection.execute(insert, [clock.now(), 2.0, 2.0])
        parameters = {"corpora": [CORPUS], "frontal_deg": FRONTAL_DEG}
        means = reader.query_frame(connection, "dashboards/unit_means", parameters)
        agreement = reader.query_frame(connection, "dashboards/unit_agreement", {"corpora": [CORPUS]})
    own = means.filter(pl.col("unit").is_in(["au12", "au14"]), pl.col("proxy") < 5)
    assert own.height and own["intended"].to_list() == pytest.approx((2 * own["proxy"]).to_list(), rel=1e-3)
    of_unit = agreement.filter(unit="au01")
    assert of_unit.height == len(PEOPLE) * len(ANGLES) and of_unit["correlation"].is_null().all(), "nothing intended"
    assert agreement.filter(unit="au12")["correlation"].drop_nulls().max() == pytest.approx(1, abs=1e-6)
