import pytest

from flows import libraries
from store.errors import MissingLibraryError


def test_a_missing_library_is_one_sentence_with_the_packages_name() -> None:
    with pytest.raises(MissingLibraryError, match="OpenCV needs libnowhere.so.9.*apt-get install nowhere9") as caught:
        libraries.require((("libnowhere.so.9", "OpenCV", "nowhere9", "nowhere"),))
    assert "\n" not in str(caught.value)


def test_a_library_that_is_there_is_no_trouble() -> None:
    libraries.require((("libc.so.6", "everything", "libc6", "glibc"),))
