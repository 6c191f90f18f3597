"""The registry of scalar feature views: a new view is one module and one entry here."""

from __future__ import annotations

from affect_store.store.features import action_unit_proxies, head_pose, measure_changes, measures
from affect_store.store.features.scalar_view import ScalarView

SCALAR_VIEWS: tuple[ScalarView, ...] = (head_pose.VIEW, measures.VIEW, measure_changes.VIEW, action_unit_proxies.VIEW)

SCALAR_VIEW_BY_NAME = {view.name: view for view in SCALAR_VIEWS}
