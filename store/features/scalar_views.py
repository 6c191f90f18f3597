"""The registry of scalar feature views: a new view is one module and one entry here."""

from __future__ import annotations

from affect_store.store.features import head_pose
from affect_store.store.features.scalar_view import ScalarView

SCALAR_VIEWS: tuple[ScalarView, ...] = (head_pose.VIEW,)

SCALAR_VIEW_BY_NAME = {view.name: view for view in SCALAR_VIEWS}
