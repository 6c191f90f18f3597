"""Which files and entry points this user has named for a home: only these are executed.

The record is outside of homes, in the user's configuration directory, so that a home that somebody else made or sent
cannot name code. It holds paths, not contents: a file that the user named may be edited.
"""

from __future__ import annotations

import json
import os
import shlex
import tempfile
from pathlib import Path
from typing import Any

from affect_store.store.errors import ExtensionError
from affect_store.store.extensions.configuration import Configuration
from affect_store.store.home import Home

VARIABLE = "AFFECT_CONFIG"
"""Environment variable with another configuration directory, for instance for workers in containers."""

_FILE = "extensions.json"


def record_path() -> Path:
    """Return the file of the record: in AFFECT_CONFIG, else in `affect-store` of XDG_CONFIG_HOME or `~/.config`."""
    if folder := os.environ.get(VARIABLE):
        return Path(folder).absolute() / _FILE
    base = os.environ.get("XDG_CONFIG_HOME", "")
    return (Path(base) if os.path.isabs(base) else Path.home() / ".config") / "affect-store" / _FILE


def accept(home: Home, configuration: Configuration) -> None:
    """Record that this user named these extensions for a home, and no others, atomically and readable by no one else.

    Raises `ExtensionError` if the record cannot be read or written.
    """
    path = record_path()
    homes = _read(path)
    homes[_key(home)] = {
        "files": [str(each.resolve()) for each in configuration.files],
        "entry_points": list(configuration.entry_points),
    }
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, unfinished = tempfile.mkstemp(prefix=".extensions", dir=path.parent)  # its mode is 0600
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"homes": homes}, file, indent=1)
        os.replace(unfinished, path)
    except OSError as error:
        raise ExtensionError(f"'{path}', the record of your extensions, cannot be written: {error.strerror}") from error


def refusal(home: Home, configuration: Configuration) -> str | None:
    """Return why the extensions of a home are not executed, and how to accept them; None if this user named them all.

    Raises `ExtensionError` if the record cannot be read.
    """
    if configuration == Configuration():
        return None
    record = _read(record_path()).get(_key(home), {})
    unknown = [str(path) for path in configuration.files if str(path.resolve()) not in record.get("files", ())]
    unknown += [name for name in configuration.entry_points if name not in record.get("entry_points", ())]
    if not unknown:
        return None
    names = [*map(str, configuration.files), *configuration.entry_points]
    options = " ".join(f"--extensions {shlex.quote(name)}" for name in names)
    command = f"affect run --images FOLDER --home {shlex.quote(str(home.root))} {options}"
    return (
        f"'{home.extensions}' names {', '.join(unknown)}, which you have not named for this home, so nothing of it is "
        f"executed; if you trust it, name it: `{command}`; otherwise remove that file"
    )


def require_accepted(home: Home, configuration: Configuration) -> None:
    """Raise `ExtensionError` if this user has not named one of the extensions for this home."""
    if sentence := refusal(home, configuration):
        raise ExtensionError(sentence)


def _key(home: Home) -> str:
    return str(home.root.resolve())


def _read(path: Path) -> dict[str, Any]:
    """Return the extensions by home; empty if nothing was recorded yet."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise ExtensionError(f"'{path}', the record of your extensions, cannot be read: {error}") from error
    homes = content.get("homes") if isinstance(content, dict) else None
    if not isinstance(homes, dict) or not all(_is_entry(entry) for entry in homes.values()):
        raise ExtensionError(f"'{path}' is no record of extensions; remove it and name your extensions again")
    return homes


def _is_entry(entry: object) -> bool:
    return isinstance(entry, dict) and all(isinstance(names, list) for names in entry.values())
