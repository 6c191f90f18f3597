"""Flow `deltas`: compute the missing delta features, scalar features and features of the user's own."""

from __future__ import annotations

from affect_store.flows.runtime.parameters import home_at
from affect_store.flows.runtime.prefect import flow, hold, task
from affect_store.flows.steps.delta_features import materialize_deltas
from affect_store.flows.steps.own_features import materialize_own_views
from affect_store.flows.steps.scalar_features import materialize_scalar_views

compute_deltas = task("compute deltas")(materialize_deltas)
compute_scalar_features = task("compute scalar features")(materialize_scalar_views)
compute_own_features = task("compute own features")(materialize_own_views)


@flow("deltas")
def deltas(*, home: str | None = None) -> int:
    """Compute missing features from landmarks, and those of the home's extensions.

    Returns the number of new rows, including rows of missing features. Raises `ExtensionError` for extensions that
    cannot be used.
    """
    store_home = home_at(home)
    with hold(store_home):
        rows = compute_deltas(store_home) + compute_scalar_features(store_home)
        return rows + compute_own_features(store_home)
