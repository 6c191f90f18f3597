"""The order of importance of the columns of views."""

from affect_store.flows.cli.view_columns import ORDER, order_for
from affect_store.store.engine import definitions
from affect_store.store.engine.published_store import open_published
from tests.stores.known import small_home


def test_every_view_has_an_order_of_its_own_columns() -> None:
    assert set(ORDER) == set(definitions.views())
    with open_published(small_home()) as connection:
        for view, first in ORDER.items():
            columns = [name for name, *_ in connection.execute(f"DESCRIBE {view}").fetchall()]
            assert len(set(first)) == len(first) and set(first) <= set(columns), view


def test_the_order_is_that_of_the_view_a_query_reads() -> None:
    assert order_for("SELECT * FROM Leaderboard WHERE accuracy > 0.5")[:2] == ("model", "recipe")
    assert order_for("from features.absent")[-1] == "reason"
    assert order_for("select 1") == () == order_for("from features.deltas")
