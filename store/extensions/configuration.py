"""The file `extensions.toml` of a home: which files and entry points of the user's own its runs load.

Only what is named there is executed: never a file of a corpus or of a publication.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from affect_store.store.errors import ExtensionError
from affect_store.store.home import Home

_KEYS = ("files", "entry_points")
_HEADER = """\
# Feature views and models of your own, which every run in this home loads; written by `affect run --extensions`.
# files: Python files; a relative path is relative to this folder. entry_points: names in the entry point group
# "affect_store.extensions" of installed packages. Nothing else is executed.
"""


@dataclass(frozen=True)
class Configuration:
    """The Python files, absolute, and the names of entry points that a home names."""

    files: tuple[Path, ...] = ()
    entry_points: tuple[str, ...] = ()

    def present(self) -> Configuration:
        """Return the configuration without files that do not exist."""
        return Configuration(tuple(path for path in self.files if path.is_file()), self.entry_points)


def read_configuration(home: Home) -> Configuration:
    """Read the configuration of a home; empty if there is none. Raises `ExtensionError` if it cannot be used."""
    path = home.extensions
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Configuration()
    except (OSError, UnicodeDecodeError, RecursionError, tomllib.TOMLDecodeError) as error:
        raise ExtensionError(f"'{path}' cannot be read: {error}") from error
    if unknown := sorted(set(content) - set(_KEYS)):
        raise ExtensionError(f"'{path}': expected {' and '.join(_KEYS)}, received {', '.join(unknown)}")
    for key in _KEYS:
        values = content.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, str) and value.strip() for value in values):
            raise ExtensionError(f"'{path}': expected {key} as a list of texts, received {values!r}")
    files = dict.fromkeys(_absolute(home, name) for name in content.get("files", []))
    return Configuration(tuple(files), tuple(dict.fromkeys(content.get("entry_points", []))))


def configuration_of(names: Sequence[str], folder: Path) -> Configuration:
    """Return the configuration of these names: those that end with `.py` are files, relative to `folder`, others entry
    points."""
    files = [(folder / Path(name).expanduser()).absolute() for name in names if name.endswith(".py")]
    entry_points = [name for name in names if not name.endswith(".py")]
    return Configuration(tuple(dict.fromkeys(files)), tuple(dict.fromkeys(entry_points)))


def write_configuration(home: Home, configuration: Configuration) -> None:
    """Make a home load these extensions from now on, and no others.

    Raises `ExtensionError` for a name that is no printable text.
    """
    values = {"files": [str(path) for path in configuration.files], "entry_points": list(configuration.entry_points)}
    for name in (name for names in values.values() for name in names):
        if not name.isprintable():
            raise ExtensionError(f"{name!r}: expected a name of printable characters; rename the file")
    home.root.mkdir(parents=True, exist_ok=True)
    lines = [f"{key} = {json.dumps(names, ensure_ascii=False)}" for key, names in values.items()]
    unfinished = home.extensions.with_name(f".{home.extensions.name}")
    unfinished.write_text("\n".join([_HEADER.rstrip(), *lines, ""]), encoding="utf-8")
    os.replace(unfinished, home.extensions)


def require_allowed(home: Home, path: Path, photographs: Sequence[Path] = ()) -> None:
    """Raise `ExtensionError` for a file below the publications or the embedded corpus of the home, or below one of the
    folders of photographs.

    Others write to these folders: a publication or a corpus that somebody sends must never be executed.
    """
    real = path.resolve()
    for folder in (home.publications, home.people, *photographs):
        if real.is_relative_to(folder.resolve()):
            raise ExtensionError(
                f"'{path}' is not executed, since it is in '{folder}': files of publications and corpora never are; "
                "move it elsewhere"
            )


def _absolute(home: Home, name: str) -> Path:
    return (home.root / Path(name).expanduser()).absolute()
