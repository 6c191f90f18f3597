"""Changes to single files that a walk chooses from. Each function returns None where its change is not possible now."""

from __future__ import annotations

from pathlib import Path

from affect_store.store.sources.layouts import MANIFEST
from affect_store.store.sources.manifest import FILE_NAME
from affect_store.store.vocabulary import GAZES, SEXES
from tests.walk.folders import COPIES, JUNK, Folder, label, named
from tests.walk.state import Change, Operation, Rng, State

MIN_PEOPLE = 5
MIN_PHOTOGRAPHS = 2


def dispensable(folder: Folder, rng: Rng) -> Path | None:
    """Return a photograph whose person keeps others."""
    chosen = [path for paths in folder.people().values() if len(paths) > MIN_PHOTOGRAPHS for path in paths]
    return rng.choice(chosen) if chosen else None


def moved(action: str, folder: Folder, paths: list[tuple[Path, Path]]) -> Change:
    """Return a change that moves files from and to these paths."""
    moves: list[Operation] = [["move", folder.relative(source), folder.relative(target)] for source, target in paths]
    return Change(action, folder.corpus, moves)


def nothing(folder: Folder, state: State, rng: Rng) -> Change | None:
    """Run again on the same folder."""
    return Change("nothing", folder.corpus)


def correct_gaze(folder: Folder, state: State, rng: Rng) -> Change | None:
    """Rename a file, and its copy, so that another gaze is in its name."""
    path = rng.choice(folder.photographs())
    taken = {other.name for kind in ("unused", "removed", "whole") for other in folder.kept(kind)}
    taken |= {other.name for other in folder.everything()}
    names = [name for gaze in GAZES if (name := named(path.name, gaze=gaze)) not in taken]
    return _renamed("correct_gaze", folder, {path.name: rng.choice(names)}) if names else None


def correct_person(folder: Folder, state: State, rng: Rng) -> Change | None:
    """Correct the sex of a person in all files, those put aside included."""
    people = folder.people()
    person = rng.choice(sorted(people))
    sex = next(sex for sex in SEXES if sex != label(people[person][0], "sex"))
    kinds = [folder.everything(), *(folder.kept(kind) for kind in ("unused", "removed", "whole"))]
    names = {path.name for paths in kinds for path in paths if label(path, "model") == person}
    return _renamed("correct_person", folder, {name: named(name, sex=sex) for name in names})


def _renamed(action: str, folder: Folder, names: dict[str, str]) -> Change:
    """Rename every file with one of these names, wherever it is."""
    roots = [folder.root, *(folder.aside(kind) for kind in ("unused", "removed", "whole"))]
    paths = [path for root in roots for path in sorted(root.rglob("Rafd*.jpg")) if path.name in names]
    moves: list[Operation] = [
        ["move", folder.relative(path), folder.relative(path.with_name(names[path.name]))] for path in paths
    ]
    return Change(action, folder.corpus, moves)


def move_file(folder: Folder, state: State, rng: Rng) -> Change | None:
    """Move a file into another folder below the root."""
    path = rng.choice(folder.photographs())
    target = folder.root / rng.choice(("", "first", "second")) / path.name
    return None if target.exists() else moved("move_file", folder, [(path, target)])


def remove_file(folder: Folder, state: State, rng: Rng) -> Change | None:
    """Remove one photograph and its copy."""
    path = dispensable(folder, rng)
    if path is None:
        return None
    files = [other for other in folder.everything() if other.name == path.name]
    change = moved("remove_file", folder, [(path, folder.aside("removed") / path.name)])
    change.operations += [["delete", folder.relative(other)] for other in files if other != path]
    return change


def remove_person(folder: Folder, state: State, rng: Rng) -> Change | None:
    """Remove every photograph of a person."""
    people = folder.people()
    if len(people) <= MIN_PEOPLE:
        return None
    person = rng.choice(sorted(people))
    files = [path for path in folder.everything() if label(path, "model") == person]
    if any(folder.is_broken(path) for path in files):
        return None
    change = moved("remove_person", folder, [(path, folder.aside("removed") / path.name) for path in people[person]])
    change.operations += [["delete", folder.relative(path)] for path in files if path.parent.name == COPIES]
    change.accept_missing = True
    return change


def restore(folder: Folder, state: State, rng: Rng) -> Change | None:
    """Put one removed photograph back, or all of them."""
    removed = folder.kept("removed")
    if not removed:
        return None
    chosen = removed if rng.random() < 0.3 else [rng.choice(removed)]
    return moved("restore", folder, [(path, folder.root / path.name) for path in chosen])


def add_photographs(folder: Folder, state: State, rng: Rng) -> Change | None:
    """Add the next unused photographs of one person."""
    unused = folder.kept("unused")
    if not unused:
        return None
    person = label(rng.choice(unused), "model")
    chosen = [path for path in unused if label(path, "model") == person][: rng.choice((1, 4))]
    return moved("add_photographs", folder, [(path, folder.root / path.name) for path in chosen])


def copy_file(folder: Folder, state: State, rng: Rng) -> Change | None:
    """Add the same bytes under a second path."""
    path = rng.choice(folder.photographs())
    target = folder.root / COPIES / path.name
    operation = ["copy", folder.relative(path), folder.relative(target)]
    return None if target.exists() else Change("copy_file", folder.corpus, [operation])


def delete_copy(folder: Folder, state: State, rng: Rng) -> Change | None:
    """Delete a second file of a photograph."""
    copies = folder.copies()
    return Change("delete_copy", folder.corpus, [["delete", folder.relative(rng.choice(copies))]]) if copies else None


def break_file(folder: Folder, state: State, rng: Rng) -> Change | None:
    """Cut a file in the middle, as a broken download is, or overwrite a part of it with zeros."""
    path = dispensable(folder, rng)
    if path is None:
        return None
    damage = rng.choice(("halve", "zero"))
    return Change("break_file", folder.corpus, [[damage, folder.relative(path), folder.relative(folder.whole(path))]])


def mend_file(folder: Folder, state: State, rng: Rng) -> Change | None:
    """Give a broken file its bytes back."""
    broken = folder.kept("whole")
    if not broken:
        return None
    path = rng.choice(broken)
    return moved("mend_file", folder, [(path, folder.root / path.relative_to(folder.aside("whole")))])


def add_junk(folder: Folder, state: State, rng: Rng) -> Change | None:
    """Add, or delete, a file that is no photograph."""
    path = folder.root / JUNK
    return Change("add_junk", folder.corpus, [["delete" if path.exists() else "write", folder.relative(path)]])


def correct_row(folder: Folder, state: State, rng: Rng) -> Change | None:
    """Correct the gaze of a photograph in the manifest."""
    if folder.layout != MANIFEST or folder.corpus not in state.ingested:
        return None
    name, manifest = rng.choice(folder.photographs()).name, folder.relative(folder.root / FILE_NAME)
    return Change("correct_row", folder.corpus, [["relabel", manifest, name, rng.choice(GAZES)]])
