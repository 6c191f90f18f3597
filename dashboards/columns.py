"""The columns of every frame that the dashboards show, and what each means. No frame is made here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dashboards.columns_of_data import OF_DATA
from dashboards.columns_of_models import OF_MODELS

COLUMNS: Mapping[str, Mapping[str, str]] = MappingProxyType({**OF_MODELS, **OF_DATA})
"""Every frame's columns and their meaning."""
