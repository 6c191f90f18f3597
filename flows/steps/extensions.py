"""The extensions of a home in use: its feature views are loaded, and its models are systems of this process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from affect_store.models.systems import use_own
from affect_store.store.errors import ExtensionError
from affect_store.store.extensions.configuration import (
    configuration_of,
    read_configuration,
    require_allowed,
    write_configuration,
)
from affect_store.store.extensions.load import Extensions, load, load_configuration
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


def name_extensions(home: Home, names: Sequence[str], images: Path | None = None) -> None:
    """Make a home load these extensions from now on, and no others.

    Relative paths are relative to the current directory. Raises `ExtensionError`, and changes nothing, if one of them
    cannot be used, is gone, or is in the folder of photographs `images`.
    """
    configuration = configuration_of(names, Path.cwd())
    for path in configuration.files:
        require_allowed(home, path, images)
    loaded = load_configuration(home, configuration)
    if loaded.absent:
        raise ExtensionError("; ".join(loaded.absent))
    use_own(loaded.models)
    write_configuration(home, configuration)
