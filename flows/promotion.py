"""Who is champion: the rules by which retraining crowns a system, and the rows that tell why; it trains nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from models.challenge import ALPHA, FEWEST_PEOPLE, Contest, contest
from store.errors import StoreError
from store.tables import read, write
from store.tables.connection import Connection

CHAMPION, CHALLENGER = "champion", "challenger"
RULES = 1
"""Raised whenever the rules of this module or of `models.challenge` change what is decided."""

_COMPLETED = "completed"


@dataclass(frozen=True)
class Contender:
    """A system that counts today: its run by person, the run that pools the folds (None where there are no folds),
    whether it could be trained on all of them, and its accuracy on validation people."""

    model: str
    recipe: str
    run_id: str
    pooled_run_id: str | None
    status: str
    status_detail: str | None
    validated: float | None

    @property
    def system(self) -> tuple[str, str]:
        """Model and recipe."""
        return self.model, self.recipe

    @property
    def title(self) -> str:
        """How messages call it."""
        return f"{self.model} {self.recipe}"


@dataclass(frozen=True)
class Decision:
    """Who is champion from now on, who challenged, what their contest showed, where there was one, and why it is so."""

    champion: Contender
    reason: str
    is_new: bool
    challenger: Contender | None = None
    challenger_reason: str = ""
    against: Contender | None = None
    contest: Contest | None = None


def champion_of(connection: Connection, corpus: str) -> tuple[str, str] | None:
    """Model and recipe of the champion of a corpus, None where nothing was crowned yet."""
    found = read.frame(connection, "select_champion", {"corpus": corpus})
    return None if found.is_empty() else (found["model"][0], found["recipe"][0])


def contenders(connection: Connection) -> dict[tuple[str, str], Contender]:
    """Every system that counts today, by model and recipe."""
    rows = read.frame(connection, "select_contenders").iter_rows(named=True)
    return {(row["model"], row["recipe"]): Contender(**row) for row in rows}


def decide(
    known: dict[tuple[str, str], Contender],
    champion: tuple[str, str] | None,
    candidates: Sequence[tuple[str, str]],
    predictions: pl.DataFrame,
) -> Decision:
    """Whether a candidate takes the champion's place; `predictions` are the pooled test predictions of all of them.

    The challenger is the candidate that does best on validation people. It is crowned where there is no champion, where
    the champion cannot be trained any more, or where it is shown to be better over `FEWEST_PEOPLE` people at least; p
    counts as often as there are candidates to choose from, since with folds the validation people are tested, too.
    Raises `StoreError` where none of them could be trained.
    """
    able = [known[one] for one in candidates if one in known and known[one].status == _COMPLETED]
    best = max((one for one in able if one.validated is not None), key=lambda one: one.validated or 0.0, default=None)
    held = known.get(champion) if champion else None
    if held is None or held.status != _COMPLETED:
        if best is None:
            raise StoreError("no system could be trained, so there is no champion: the runs' own sentences say why")
        return Decision(best, _succession(champion, held, best, len(able)), is_new=True, against=held)
    if best is None or best.system == held.system:
        told = "no other system could be trained" if best is None else "no other did better on validation people"
        return Decision(held, f"kept: {told}", is_new=False)
    return _contested(held, best, predictions, sum(one.system != held.system for one in able))


def _succession(champion: tuple[str, str] | None, held: Contender | None, best: Contender, able: int) -> str:
    choice = f"best of {able} on validation people ({best.validated:.3f})" if able > 1 else "the only one"
    if champion is None:
        return f"the first champion: {choice}"
    why = "it is not trained on these features" if held is None else (held.status_detail or held.status)
    return f"the champion {' '.join(champion)} is gone ({why}); {choice}"


def _contested(held: Contender, best: Contender, predictions: pl.DataFrame, contests: int) -> Decision:
    sides = [predictions.filter(pl.col("run_id") == (one.pooled_run_id or "")) for one in (best, held)]
    if any(side.is_empty() for side in sides):
        told = f"not compared: folds are made of {FEWEST_PEOPLE} people at least"
        return Decision(held, "kept: no challenger was compared", False, best, told, held)
    found = contest(*sides)
    seen = f"accuracy {found.difference:+.3f} over {found.people} people in pooled folds, p = {found.p:.2g}"
    seen += f" times {contests} challengers" if contests > 1 else ""
    if found.is_won(contests):
        return Decision(best, f"shown to be better than {held.title}: {seen}", True, best, "", held, found)
    few = "" if found.people >= FEWEST_PEOPLE else f"; {FEWEST_PEOPLE} people are needed"
    told = f"not shown to be better than {held.title} (alpha {ALPHA}): {seen}{few}"
    return Decision(held, f"kept: {best.title} is {told}", False, best, told, held, found)


def record(connection: Connection, decision: Decision) -> None:
    """The decision as rows of `registry.promotions`: the champion's, and the challenger's where it was not crowned."""
    moment = write.now()
    rows = [_row(decision.champion, CHAMPION, decision.reason, decision)]
    if decision.challenger is not None and decision.challenger.system != decision.champion.system:
        rows.append(_row(decision.challenger, CHALLENGER, decision.challenger_reason, decision))
    columns = {name: [row[name] for row in rows] for name in rows[0]} | {"promoted_at": [moment] * len(rows)}
    write.append(connection, "registry.promotions", write.batch("registry.promotions", columns))


def _row(one: Contender, alias: str, reason: str, decision: Decision) -> dict[str, Any]:
    other = decision.against if one is not decision.against else decision.challenger
    found = decision.contest
    return {
        "run_id": one.run_id, "alias": alias, "against_run_id": other.run_id if other else None,
        "statistic": found.statistic if found else None, "p": found.p if found else None, "reason": reason,
    }  # fmt: skip
