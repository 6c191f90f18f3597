"""Flow `deltas`: compute both kinds of delta features and the scalar features for every face that lacks them."""

from __future__ import annotations

from affect_store.flows.runtime.parameters import home_at
from affect_store.flows.runtime.prefect import flow, hold, task
from affect_store.flows.steps.delta_features import materialize_deltas
from affect_store.flows.steps.scalar_features import materialize_scalar_views

compute_deltas = task("compute deltas")(materialize_deltas)
compute_scalar_features = task("compute scalar features")(materialize_scalar_views)


@flow("deltas")
def deltas(*, home: str | None = None) -> int:
    """Compute missing delta and scalar features; return the number of new rows, including rows of missing features."""
    store_home = home_at(home)
    with hold(store_home):
        return compute_deltas(store_home) + compute_scalar_features(store_home)
