"""A home with three subjects."""

from pathlib import Path

import pytest

from affect_store.store.home import Home
from tests.stores import subjects


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return subjects.copy(tmp_path, published=False)
