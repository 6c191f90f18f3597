import pytest

from affect_store.flows.runtime import system_libraries
from affect_store.store.errors import MissingLibraryError


def test_a_missing_library_is_an_error_that_names_the_package() -> None:
    with pytest.raises(MissingLibraryError, match="OpenCV needs libnowhere.so.9.*apt-get install nowhere9") as caught:
        system_libraries.require_libraries((("libnowhere.so.9", "OpenCV", "nowhere9", "nowhere"),))
    assert "\n" not in str(caught.value)


def test_an_installed_library_is_no_error() -> None:
    system_libraries.require_libraries((("libc.so.6", "everything", "libc6", "glibc"),))
