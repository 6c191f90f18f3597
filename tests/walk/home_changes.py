"""Changes to options and the home that a walk chooses from, and those of people who withdrew consent."""

from __future__ import annotations

from tests.walk.file_changes import MIN_PEOPLE, MIN_PHOTOGRAPHS
from tests.walk.folders import RETURNED, Folder, label, named, sha256
from tests.walk.state import CORPORA, Change, Operation, Rng, State

MAX_REMOVED = 4
"""Maximum number of photographs that `affect remove` takes out of use at a time."""

OTHER_ID = "77"


def change_options(folder: Folder, state: State, rng: Rng) -> Change | None:
    """Change one option of the run."""
    name, values = rng.choice(
        (
            ("keep", (1, 2, 4)),
            ("with_faces", (True, False)),
            ("folds", (0, 3, 4)),
            ("seeds", (1, 2)),
            ("models", (["lda"], ["logistic"], ["lda", "logistic"])),
            ("quarantine_share", (0.05, 0.2)),
            ("decode_scale", (1.0, 0.5)),
            ("references", ("one", "mean")),
        )
    )
    return Change("change_options", folder.corpus, options={name: rng.choice(values)})


def erase(folder: Folder, state: State, rng: Rng) -> Change | None:
    """A person withdraws consent; the files stay in the folder."""
    people = {
        person: paths for person, paths in folder.people().items() if folder.subject(paths[0]) not in state.erased
    }
    if len(people) <= MIN_PEOPLE or folder.corpus not in state.ingested:
        return None
    person = rng.choice(sorted(people))
    erased = folder.aside("erased")
    operations: list[Operation] = [
        ["copy", folder.relative(path), folder.relative(erased / path.name)] for path in people[person]
    ]
    return Change("erase", folder.corpus, operations, erased=folder.subject(people[person][0]))


def roll_back(folder: Folder, state: State, rng: Rng) -> Change | None:
    """Make the publication before the current one current, then run."""
    return Change("roll_back", folder.corpus, command="rollback")


def prune(folder: Folder, state: State, rng: Rng) -> Change | None:
    """Remove old publications and weights, then run."""
    return Change("prune", folder.corpus, command="prune")


def train(folder: Folder, state: State, rng: Rng) -> Change | None:
    """Run, then train another model without reading the folder."""
    return Change("train", folder.corpus, command="train")


def return_erased(folder: Folder, state: State, rng: Rng) -> Change | None:
    """Add, or delete, a photograph of an erased person of either corpus, under another id or spelling of it."""
    erased = [path for corpus in CORPORA for path in Folder(folder.place, corpus).kept("erased")]
    if not erased or folder.corpus not in state.ingested:
        return None
    path = rng.choice(erased)
    name = named(path.name, model=rng.choice((OTHER_ID, f"0{label(path, 'model')}", label(path, "model"))))
    target = folder.root / RETURNED / name
    delete: Operation = ["delete", folder.relative(target)]
    copy: Operation = ["copy", folder.relative(path), folder.relative(target)]
    return Change("return_erased", folder.corpus, [delete if target.exists() else copy])


def remove_image(folder: Folder, state: State, rng: Rng) -> Change | None:
    """Take a photograph whose file stays out of use."""
    erased = {sha256(path) for path in folder.kept("erased")}
    people = [[(path, sha256(path)) for path in paths] for paths in folder.people().values()]
    in_use = [[image for _, image in paths if image not in {*erased, *state.removed}] for paths in people]
    images = [image for paths in in_use if len(paths) > MIN_PHOTOGRAPHS for image in paths]
    if not images or folder.corpus not in state.ingested or len(state.removed) >= MAX_REMOVED:
        return None
    return Change("remove_image", folder.corpus, command="remove", images=[rng.choice(images)])


def bring_back_image(folder: Folder, state: State, rng: Rng) -> Change | None:
    """Use a removed photograph again."""
    if not state.removed:
        return None
    return Change("bring_back_image", folder.corpus, command="bring_back", images=[rng.choice(state.removed)])


def damage_artifact(folder: Folder, state: State, rng: Rng) -> Change | None:
    """Cut a file of a trained model, then run."""
    return Change("damage_artifact", folder.corpus, command="damage")
