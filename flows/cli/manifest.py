"""The command `manifest`: write a manifest from the names of files, to check and edit."""

from __future__ import annotations

import os
import shlex
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

if TYPE_CHECKING:
    from affect_store.store.sources.pattern_file import NamePattern
    from affect_store.store.types import Candidate, Reject

commands = typer.Typer()
_CORPUS = "corpus"
_MODE = 0o644
"""Permissions of a file that replaces a link to nothing."""


@commands.command()
def manifest(
    folder: Annotated[Path, typer.Argument(help="Folder of photographs.")],
    pattern: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            help="Regular expression that a whole name matches, with the groups (?P<subject>...), (?P<emotion>...) and "
            "optionally angle, gaze, sex, type, age; with / it is matched against the path in the folder. "
            "[default: that in affect.toml, else the names of a known database]"
        ),
    ] = None,
    words: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--map", metavar="WORD=VALUE", help="Value of a word in the names, as in joy=happy; repeatable."),
    ] = None,
    output: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            help="File to write; one that ends with .toml gets the pattern instead of a table. "
            "[default: manifest.csv in the folder]"
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that exists.")] = False,
) -> None:
    """Write a manifest from the names of files, to check and edit.

    Each picture is one row. Words that were not understood are listed, with the nearest known ones.
    """
    from affect_store.flows.cli import output as terminal
    from affect_store.flows.cli.manifest_report import report
    from affect_store.store.errors import CorpusError
    from affect_store.store.sources import pattern_file
    from affect_store.store.sources.manifest_draft import draft
    from affect_store.store.sources.manifest_files import FILE_NAME, READERS

    given = _pattern(folder, pattern, words or [])
    path = output or folder / FILE_NAME
    _require_output(path)
    entries = _entries(folder, given)
    if path.suffix.lower() != ".toml":
        text = draft(folder, entries, _CORPUS)
    elif given is None:
        raise CorpusError(f"'{path}' would hold a pattern, but no --pattern was given")
    else:
        text = pattern_file.as_toml(given)
    _write(path, text, may_replace=force)
    for line in report(entries, has_pattern=given is not None):
        terminal.say(line, indent=2)
    is_in_folder = path.parent.samefile(folder) and path.name.lower() in (*READERS, pattern_file.FILE_NAME)
    following = f" Check it, then: affect check {shlex.quote(str(folder))}" if is_in_folder else ""
    terminal.say(f"Written to '{path}'.{following}")


def _pattern(folder: Path, pattern: str | None, words: list[str]) -> NamePattern | None:
    """Return the pattern that was given, or that of the folder, with the words that were given; None for neither."""
    from affect_store.store.errors import CorpusError
    from affect_store.store.sources.declared_emotions import declared_emotions
    from affect_store.store.sources.layouts import has_pattern
    from affect_store.store.sources.pattern_file import NamePattern, read_pattern

    mapped = {}
    for text in words:
        word, separator, value = text.rpartition("=")
        if not separator:
            raise CorpusError(f"--map {text}: expected WORD=VALUE, as in --map joy=happy")
        mapped[word.strip().casefold()] = value.strip()
    if pattern is not None:
        return NamePattern(pattern, mapped, declared_emotions(folder) if folder.is_dir() else ())
    if folder.is_dir() and has_pattern(folder):
        own = read_pattern(folder)
        return NamePattern(own.pattern, {**own.words, **mapped}, own.further_emotions)
    if mapped:
        raise CorpusError("--map gives values of words that a pattern finds: it needs --pattern, or an affect.toml")
    return None


def _entries(folder: Path, pattern: NamePattern | None) -> list[Candidate | Reject]:
    """Return the files of a folder. Raises `CorpusError` if no picture matches the pattern, or there is none."""
    from affect_store.store.errors import CorpusError
    from affect_store.store.sources.layouts import LAYOUTS, MANIFEST, detect_layout
    from affect_store.store.sources.name_pattern import is_matched, scan_pattern

    layout = detect_layout(folder, None)
    if pattern is None and layout == MANIFEST:
        raise CorpusError(f"'{folder}' has a manifest already; `affect check` says what is understood of it")
    entries = list(scan_pattern(folder, _CORPUS, pattern) if pattern else LAYOUTS[layout](folder, _CORPUS))
    if not entries:
        raise CorpusError(f"expected photographs in '{folder}', found none")
    if pattern and not any(map(is_matched, entries)):
        detail = getattr(entries[0], "detail", "")
        raise CorpusError(
            f"the pattern matches none of {len(entries):,} names, e.g. {detail}. A pattern must match the whole name, "
            "with its suffix; with / in it, the whole path below the folder"
        )
    return entries


def _require_output(path: Path) -> None:
    """Raise `CorpusError` if no file can be written at the path: it is a folder, or its folder does not exist."""
    from affect_store.store.errors import CorpusError

    if path.is_dir():
        raise CorpusError(f"expected the name of a file to write, but '{path}' is a folder")
    if not path.parent.is_dir():
        raise CorpusError(f"'{path}' cannot be written, since the folder '{path.parent}' does not exist")


def _write(path: Path, text: str, *, may_replace: bool) -> None:
    """Write a new file. Raises `CorpusError` if it exists and may not be replaced.

    Links are not followed: a link at the path is replaced, and the file is written under a new name before.
    """
    from affect_store.store.errors import CorpusError

    if may_replace and os.path.lexists(path):
        _replace(path, text)
        return
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise CorpusError(
            f"'{path}' exists already and was left as it is; --force overwrites it, --output names another file"
        ) from error


def _replace(path: Path, text: str) -> None:
    """Replace a file by one with the same permissions, which is readable by its owner only until it is complete."""
    from affect_store.store.engine.durable_files import put_in_place

    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else _MODE
    descriptor, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(name, mode)
        put_in_place(Path(name), path)
    except BaseException:
        os.unlink(name)
        raise
