"""Rollback to an earlier publication, and pruning. Both hold the home's lock; photographs are not touched."""

from __future__ import annotations

from affect_store.store.engine.locks import hold
from affect_store.store.home import Home
from affect_store.store.publication import repository
from affect_store.store.publication.retention import RemovalPlan, carry_out, plan, publications_to_keep


def rollback(home: Home, to: str | None = None) -> tuple[str | None, str]:
    """Roll back; returns the names of the previous and of the now current publication. See `repository.rollback`."""
    home.require()
    with hold(home):
        before = repository.current(home)
        return before.name if before else None, repository.rollback(home, to).name


def rollback_note(home: Home) -> str | None:
    """Return a note for a run that publishes nothing because its state was rolled back; None if it was not."""
    newest, current = repository.newest(home), repository.current(home)
    if newest is None or current is None or newest == current:
        return None
    return (
        f"The current publication is {current.name}; the newer one with this state, {newest.name}, was rolled back "
        f"(`affect rollback --to {newest.name}` restores it)."
    )


def prune(home: Home, keep: int | None = None, *, is_dry: bool = False) -> RemovalPlan:
    """Remove what the home no longer needs; with `is_dry`, only plan it.

    `keep` publications are kept this time, by default the number that the home remembers.
    """
    home.require()
    with hold(home):
        removal = plan(home, publications_to_keep(home) if keep is None else keep)
        if not is_dry:
            carry_out(home, removal)
        return removal
