"""Before any test: the system libraries that the packages need, or one sentence instead of a hundred import errors."""

import pytest

from flows import libraries
from store.errors import MissingLibraryError


def pytest_configure() -> None:
    try:
        libraries.require()
    except MissingLibraryError as error:
        pytest.exit(str(error), returncode=1)
