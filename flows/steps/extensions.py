"""The extensions of a home in use: its feature views are loaded, and its models are systems of this process."""

from __future__ import annotations

from pathlib import Path

from affect_store.models.systems import use_own
from affect_store.store.extensions.configuration import read_configuration, require_allowed
from affect_store.store.extensions.load import Extensions, load
from affect_store.store.home import Home


def use_extensions(home: Home, images: str | None = None) -> Extensions:
    """Load the extensions of a home and use its models, and no others, from now on.

    Raises `ExtensionError` if they cannot be used, or if a file is in the folder of photographs `images`.
    """
    if images is not None:
        for path in read_configuration(home).files:
            require_allowed(home, path, Path(images))
    extensions = load(home)
    use_own(extensions.models)
    return extensions
