"""The extensions of a home in use: its feature views are loaded, and its models are systems of this process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from affect_store.models.systems import use_own
from affect_store.store.engine.published_store import open_published
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import ExtensionError, StoreError
from affect_store.store.extensions.accepted import accept, refusal
from affect_store.store.extensions.configuration import (
    configuration_of,
    read_configuration,
    require_allowed,
    write_configuration,
)
from affect_store.store.extensions.load import Extensions, load, load_configuration
from affect_store.store.home import Home
from affect_store.store.offline.photograph_folders import photograph_folders


def use_extensions(home: Home, images: str | None = None) -> Extensions:
    """Load the extensions of a home and use its models, and no others, from now on.

    Raises `ExtensionError` if they cannot be used, if this user did not name them, or if a file is in the folder of
    photographs `images` or in that of a corpus of the home.
    """
    extensions = load(home, _folders(home, images) if read_configuration(home).files else ())
    use_own(extensions.models)
    return extensions


def use_named_extensions(home: Home) -> str | None:
    """Use the models of a home if this user named all of its extensions; else load nothing and return why."""
    if sentence := refusal(home, read_configuration(home).present()):
        use_own(())
        return sentence
    use_own(load(home, published_folders(home)).models)
    return None


def name_extensions(home: Home, names: Sequence[str], images: Path | None = None) -> None:
    """Make a home load these extensions from now on, and no others, and record that this user named them.

    Relative paths are relative to the current directory. Raises `ExtensionError`, and changes nothing, if one of them
    cannot be used, is gone, or is in the folder of photographs `images` or in that of a corpus of the home.
    """
    configuration = configuration_of(names, Path.cwd())
    folders = _folders(home, None if images is None else str(images))
    for path in configuration.files:
        require_allowed(home, path, folders)
    loaded = load_configuration(configuration)
    if loaded.absent:
        raise ExtensionError("; ".join(loaded.absent))
    use_own(loaded.models)
    accept(home, configuration)
    write_configuration(home, configuration)


def published_folders(home: Home) -> tuple[Path, ...]:
    """Return the folders of photographs of the published store; none if nothing usable is published."""
    try:
        with open_published(home) as connection:
            return photograph_folders(connection, home)
    except StoreError:
        return ()


def _folders(home: Home, images: str | None) -> tuple[Path, ...]:
    given = () if images is None else (Path(images).expanduser(),)
    if not home.work.exists():
        return given
    with open_work(home) as connection:
        return given + photograph_folders(connection, home)
