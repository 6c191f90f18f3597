"""What a run prints about a folder: counts, the first rejects, missing and skipped files, and why it stops."""

from __future__ import annotations

from pathlib import Path

from affect_store.flows.runtime import console
from affect_store.flows.steps.catalogue_rows import excluded_reason
from affect_store.flows.steps.reconcile import KnownPhoto, Reconciliation
from affect_store.store.errors import CorpusError
from affect_store.store.sources.unused_files import summaries
from affect_store.store.types import Reject
from affect_store.store.vocabulary import UNKNOWN

LISTED = 10
SHOWN_MISSING = 3
MAX_MISSING_SHARE = 0.2
"""More missing photographs in one run are not accepted without being asked: an unmounted disk looks like that.

Chosen, not measured."""


def summary(changes: Reconciliation, erased: int) -> str:
    """Return the counts of what changed; `erased` files show people who withdrew consent."""
    active = sum(excluded_reason(photo.labels) is None for photo in changes.photos)
    unlabelled = sum(photo.labels.emotion == UNKNOWN for photo in changes.photos)
    of_new = f"{active:,} active" + (f", {unlabelled:,} unlabelled" if unlabelled else "")
    counts = {
        "moved": len(changes.moved), "with corrected labels": len(changes.corrected),
        "with new ratings": len(changes.rated), "missing": len(changes.missing),
        "returned": len(changes.returned), "moved from another corpus": len(changes.adopted),
        "skipped (consent withdrawn)": erased,
    }  # fmt: skip
    text = f"{len(changes.photos):,} new ({of_new}), {changes.known:,} known, {len(changes.rejects):,} rejected"
    return text + "".join(f", {count:,} {effect}" for effect, count in counts.items() if count)


def list_rejects(rejects: list[Reject]) -> None:
    """Print the first rejects, and how many more there are."""
    for reject in rejects[:LISTED]:
        console.say(f"      {reject.reason}: {reject.detail}", style="yellow")
    if len(rejects) > LISTED:
        console.say(f"      ... and {len(rejects) - LISTED} more in catalogue.rejects", style="yellow")


def list_missing(paths: list[str]) -> None:
    """Print how many photographs are missing from now on, and the first ones."""
    if paths:
        shown = ", ".join(f"'{path}'" for path in paths[:SHOWN_MISSING])
        verb = "photograph is" if len(paths) == 1 else "photographs are"
        console.say(
            f"      {len(paths):,} {verb} no longer in the folder, and not used until the same bytes return: {shown}"
            + (" and others" if len(paths) > SHOWN_MISSING else ""),
            style="yellow",
        )


def list_skipped(skipped: list[Reject]) -> None:
    """Print how many files no layout reads, by reason."""
    for sentence in summaries(skipped):
        console.say(f"      {sentence}", style="yellow")


def empty_folder(folder: Path, layout: str, corpus: str, known: dict[str, KnownPhoto]) -> CorpusError:
    """Return the error about a folder without photographs."""
    message = f"expected photographs in '{folder}' (layout {layout}), found none"
    before = sum(photo.corpus == corpus for photo in known.values())
    hint = f"; the corpus {corpus!r} has {before:,} photographs: is the disk mounted? Nothing was changed"
    return CorpusError(message + (hint if before else ""))


def require_present(
    changes: Reconciliation, known: dict[str, KnownPhoto], corpus: str, folder: Path, *, accept_missing: bool
) -> None:
    """Raise `CorpusError` if more than `MAX_MISSING_SHARE` of the corpus are missing now, unless that is accepted."""
    before = sum(photo.corpus == corpus and not photo.is_missing for photo in known.values())
    if accept_missing or len(changes.missing) <= MAX_MISSING_SHARE * before:
        return
    raise CorpusError(
        f"{len(changes.missing):,} of {before:,} photographs of the corpus {corpus!r} are not in '{folder}', e.g. "
        f"'{known[changes.missing[0]].path}'. That is more than {MAX_MISSING_SHARE:.0%}, so nothing was changed. Is "
        f"the disk mounted, and the folder complete? To continue without them, run again with --accept-missing."
        + _advice_for_others(changes)
    )


def _advice_for_others(changes: Reconciliation) -> str:
    """Return what to do if new photographs show other people, whose ids may be those of people of the corpus.

    A folder that shares photographs with the corpus is recognised as that corpus, whatever name is given.
    """
    if not changes.photos:
        return ""
    if not changes.known:
        return f" If the {len(changes.photos):,} new photographs show other people, run with --corpus NAME."
    return (
        f" If the {len(changes.photos):,} new photographs show other people, move them to a folder of their own, and "
        "run that one with --corpus NAME."
    )
