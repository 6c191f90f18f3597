"""The changes that a walk chooses from: what people do to folders of photographs, and to a home.

A new change is a function and an entry in `CHANGES`.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.walk.file_changes import (
    add_junk,
    add_photographs,
    break_file,
    copy_file,
    correct_gaze,
    correct_person,
    correct_row,
    delete_copy,
    mend_file,
    move_file,
    nothing,
    remove_file,
    remove_person,
    restore,
)
from tests.walk.folder_changes import lose_all, lose_many, move_folder
from tests.walk.folders import Folder
from tests.walk.home_changes import (
    bring_back_image,
    change_options,
    damage_artifact,
    erase,
    prune,
    remove_image,
    return_erased,
    roll_back,
    train,
)
from tests.walk.state import Change, Rng, State

Chooser = Callable[[Folder, State, Rng], Change | None]

CHANGES: tuple[Chooser, ...] = (
    nothing, correct_gaze, correct_gaze, correct_person, correct_row, correct_row, move_file, move_file, remove_file,
    remove_file, remove_person, restore, restore, restore, add_photographs, add_photographs, copy_file, delete_copy,
    break_file, break_file, mend_file, mend_file, add_junk, change_options, change_options, change_options, erase,
    return_erased, return_erased, remove_image, remove_image, bring_back_image, roll_back, prune, train,
    damage_artifact, move_folder, move_folder, lose_all, lose_many, lose_many,
)  # fmt: skip
"""What is listed twice is chosen twice as often."""

RESTORING: tuple[Chooser, ...] = (restore, add_photographs, mend_file, bring_back_image)
SCARCE = 16
"""With fewer photographs a corpus usually gets some back: few can be trained on, and few changes are possible."""


def choose(folders: list[Folder], state: State) -> Change:
    """Choose the change of the next step; a corpus that was never read is read first."""
    rng = state.random("change")
    while True:
        folder = rng.choices(folders, weights=[3, *[1] * (len(folders) - 1)])[0]
        if folder.corpus not in state.ingested:
            return nothing(folder, state, rng) or Change("nothing", folder.corpus)
        is_scarce = len(folder.photographs()) < SCARCE and rng.random() < 0.8
        if (change := rng.choice(RESTORING if is_scarce else CHANGES)(folder, state, rng)) is not None:
            return change
