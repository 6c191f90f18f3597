"""The command `manifest`: write a manifest from the names of files, to check and edit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

if TYPE_CHECKING:
    from affect_store.store.sources.pattern_file import NamePattern
    from affect_store.store.types import Candidate, Reject

commands = typer.Typer()
_CORPUS = "corpus"
_SHOWN_WORDS = 20


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
    from affect_store.store.errors import CorpusError
    from affect_store.store.sources import pattern_file
    from affect_store.store.sources.manifest_draft import draft
    from affect_store.store.sources.manifest_files import FILE_NAME

    given = _pattern(folder, pattern, words or [])
    path = output or folder / FILE_NAME
    entries = _entries(folder, given)
    if path.suffix.lower() != ".toml":
        text = draft(folder, entries, _CORPUS)
    elif given is None:
        raise CorpusError(f"'{path}' would hold a pattern, but no --pattern was given")
    else:
        text = pattern_file.as_toml(given)
    _write(path, text, may_replace=force)
    for line in _report(entries):
        terminal.say(line, indent=2)
    terminal.say(f"Written to {path}. Check it, then: affect check {folder}")


def _pattern(folder: Path, pattern: str | None, words: list[str]) -> NamePattern | None:
    """Return the pattern that was given, or that of the folder, with the words that were given; None for neither."""
    from affect_store.store.errors import CorpusError
    from affect_store.store.sources.layouts import has_pattern
    from affect_store.store.sources.pattern_file import NamePattern, read_pattern

    mapped = {}
    for text in words:
        word, separator, value = text.rpartition("=")
        if not separator:
            raise CorpusError(f"--map {text}: expected WORD=VALUE, as in --map joy=happy")
        mapped[word.strip().casefold()] = value.strip()
    if pattern is not None:
        return NamePattern(pattern, mapped)
    if folder.is_dir() and has_pattern(folder):
        own = read_pattern(folder)
        return NamePattern(own.pattern, {**own.words, **mapped})
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


def _write(path: Path, text: str, *, may_replace: bool) -> None:
    """Write a new file. Raises `CorpusError` if it exists and may not be replaced."""
    from affect_store.store.engine.durable_files import put_in_place
    from affect_store.store.errors import CorpusError

    if may_replace:
        temporary = path.with_name(f".{path.name}.part")
        temporary.write_text(text, encoding="utf-8")
        put_in_place(temporary, path)
        return
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise CorpusError(
            f"'{path}' exists already and was left as it is; --force overwrites it, --output names another file"
        ) from error


def _report(entries: list[Candidate | Reject]) -> list[str]:
    """Return what was understood and what was not."""
    from affect_store.store.sources.manifest_draft import unknown_words
    from affect_store.store.types import Candidate, Reject

    labels = [entry.labels for entry in entries if isinstance(entry, Candidate)]
    rejects = [entry for entry in entries if isinstance(entry, Reject)]
    people, emotions = {label.subject_id for label in labels}, {label.emotion for label in labels}
    words = unknown_words(entries)
    lines = [f"understood: {len(labels):,} photographs of {len(people):,} people and {len(emotions)} emotions"]
    for field, word, nearest, count, example in words[:_SHOWN_WORDS]:
        hint = f"did you mean {nearest}? Add --map {word}={nearest}" if nearest else f"add --map {word}=VALUE"
        lines.append(f"not understood: {field} {word!r} in {count:,} files, e.g. '{Path(example).name}'; {hint}")
    if len(words) > _SHOWN_WORDS:
        lines.append(f"... and {len(words) - _SHOWN_WORDS:,} more words")
    others = [reject for reject in rejects if reject.unknown is None]
    if others:
        lines.append(f"not understood: {len(others):,} files, e.g. {others[0].detail}")
    return lines
