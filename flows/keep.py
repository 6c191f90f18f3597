"""What is kept and what goes: going back to an earlier publication, and pruning.

Each holds the home's lock for as long as it works. The photographs that a user brought are never touched.
"""

from __future__ import annotations

from store.tables import publications
from store.tables.home import Home
from store.tables.lock import hold
from store.tables.prune import Plan, carry_out, plan


def rollback(home: Home, to: str | None = None) -> tuple[str | None, str]:
    """Names of the publication that was current, and of the one that is now; see `publications.rollback`."""
    home.require()
    with hold(home):
        before = publications.current(home)
        return before.name if before else None, publications.rollback(home, to).name


def on_rollback(home: Home) -> str | None:
    """A sentence for a run that has nothing to publish because its state was taken back; None where it was not."""
    last, now = publications.newest(home), publications.current(home)
    if last is None or now is None or last == now:
        return None
    return (
        f"The publication {now.name} is current; {last.name}, which is newer and holds this very state, was rolled "
        f"back (`affect rollback --to {last.name}` brings it back)."
    )


def prune(home: Home, keep: int, *, is_dry: bool = False) -> Plan:
    """Remove what the home no longer needs, or only say what that is."""
    home.require()
    with hold(home):
        todo = plan(home, keep)
        if not is_dry:
            carry_out(home, todo)
        return todo
