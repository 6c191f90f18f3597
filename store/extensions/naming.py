"""Name the extensions of a home: they are loaded first, so that a home never names files that cannot be used."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from affect_store.store.errors import ExtensionError
from affect_store.store.extensions.configuration import configuration_of, require_allowed, write_configuration
from affect_store.store.extensions.load import load_configuration
from affect_store.store.home import Home


def name_extensions(home: Home, names: Sequence[str], images: Path | None = None) -> None:
    """Make a home load these extensions from now on, and no others.

    Relative paths are relative to the current directory. Raises `ExtensionError`, and changes nothing, if one of them
    cannot be used, is gone, or is in the folder of photographs `images`.
    """
    configuration = configuration_of(names, Path.cwd())
    for path in configuration.files:
        require_allowed(home, path, images)
    absent = load_configuration(home, configuration).absent
    if absent:
        raise ExtensionError("; ".join(absent))
    write_configuration(home, configuration)
