"""Promotion of a champion: the rules of the decision, and its rows in the registry. Nothing is trained here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import polars as pl

from affect_store.models.evaluation.champion_test import (
    GROWTH,
    MIN_PEOPLE_FOR_PROMOTION,
    Comparison,
    compare_with_champion,
    is_due,
    level_of_test,
)
from affect_store.store.engine import clock, reader, write
from affect_store.store.engine.duckdb import Connection
from affect_store.store.errors import StoreError

System = tuple[str, str]
"""Model and recipe."""

CHAMPION, CHALLENGER = "champion", "challenger"
RULES = 2
"""Revision of the rules; increment whenever this module or `champion_test` would decide differently."""

_COMPLETED = "completed"


@dataclass(frozen=True)
class Contender:
    """A system with its current runs.

    `run_id` is its run on the split by person; `pooled_run_id` the run that pools the folds (None without folds);
    `status` says whether it could be trained on all of them; `validated` its accuracy on the validation part.
    """

    model: str
    recipe: str
    run_id: str
    pooled_run_id: str | None
    status: str
    status_detail: str | None
    validated: float | None

    @property
    def system(self) -> System:
        """Model and recipe."""
        return self.model, self.recipe

    @property
    def title(self) -> str:
        """The name in messages: 'lda corrected'."""
        return f"{self.model} {self.recipe}"


@dataclass(frozen=True)
class PastTest:
    """An earlier test of this home: the two systems, and the number of people."""

    systems: frozenset[System]
    people: int


@dataclass(frozen=True)
class Decision:
    """The champion from now on and the reason; the challenger, and the comparison of the two if there was one.

    `against` is the champion before the decision.
    """

    champion: Contender
    reason: str
    is_new: bool
    challenger: Contender | None = None
    challenger_reason: str = ""
    against: Contender | None = None
    comparison: Comparison | None = None


def champion_of(connection: Connection, corpus: str) -> System | None:
    """Return the champion of a corpus; None if none has been promoted yet."""
    champion = reader.query_frame(connection, "registry/select_champion", {"corpus": corpus})
    return None if champion.is_empty() else (champion["model"][0], champion["recipe"][0])


def contenders(connection: Connection) -> dict[System, Contender]:
    """Return every system with current runs."""
    rows = reader.query_frame(connection, "registry/select_contenders").iter_rows(named=True)
    return {(row["model"], row["recipe"]): Contender(**row) for row in rows}


def past_tests(connection: Connection) -> list[PastTest]:
    """Return all tests of the home, of every corpus, oldest first."""
    rows = reader.query_frame(connection, "registry/select_promotion_tests").rows(named=True)
    return [
        PastTest(
            frozenset({(row["model"], row["recipe"]), (row["other_model"], row["other_recipe"])}), row["n_people"] or 0
        )
        for row in rows
    ]


def decide(
    known: dict[System, Contender],
    champion: System | None,
    candidates: Sequence[System],
    predictions: pl.DataFrame,
    past: Sequence[PastTest] = (),
) -> Decision:
    """Decide whether a candidate replaces the champion; `predictions` are the pooled test predictions of all of them,
    and `past` are the earlier tests of the home.

    The challenger is the candidate with the highest accuracy on the validation part. It is promoted if there is no
    champion, if the champion can no longer be trained, or if it is significantly better over at least
    `MIN_PEOPLE_FOR_PROMOTION` people. p is multiplied by the number of candidates (Bonferroni), since with folds the
    people of the validation part are tested, too. Each test has its own level, and a pair is tested again only with
    enough new people: see `champion_test`. Raises `StoreError` if no system could be trained.
    """
    trained = [known[system] for system in candidates if system in known and known[system].status == _COMPLETED]
    validated = [contender for contender in trained if contender.validated is not None]
    best = max(validated, key=lambda contender: contender.validated or 0.0, default=None)
    current = known.get(champion) if champion else None
    if current is None or current.status != _COMPLETED:
        if best is None:
            raise StoreError(
                "none of the challengers could be trained, so there is no champion: choose others with "
                "`--challengers`. The messages above say which models can be trained"
            )
        return Decision(best, _succession(champion, current, best, len(trained)), is_new=True, against=current)
    if best is None or best.system == current.system:
        why = "no other system could be trained" if best is None else "no other did better on validation people"
        return Decision(current, f"kept: {why}", is_new=False)
    challengers = sum(contender.system != current.system for contender in trained)
    return _compared(current, best, predictions, challengers, past)


def _succession(champion: System | None, current: Contender | None, best: Contender, candidates: int) -> str:
    choice = f"best of {candidates} on validation people ({best.validated:.3f})" if candidates > 1 else "the only one"
    if champion is None:
        return f"the first champion: {choice}"
    why = "it is not trained on these features" if current is None else (current.status_detail or current.status)
    return f"the champion {' '.join(champion)} can no longer be trained ({why}); {choice}"


def _compared(
    current: Contender, best: Contender, predictions: pl.DataFrame, challengers: int, past: Sequence[PastTest]
) -> Decision:
    sides = [predictions.filter(pl.col("run_id") == (side.pooled_run_id or "")) for side in (best, current)]
    if any(side.is_empty() for side in sides):
        why = f"not compared: folds need at least {MIN_PEOPLE_FOR_PROMOTION} people"
        return Decision(current, "kept: no challenger was compared", False, best, why, current)
    pair = frozenset({best.system, current.system})
    last = next((test.people for test in reversed(past) if test.systems == pair), None)
    comparison, level = compare_with_champion(*sides), level_of_test(len(past))
    if last is not None and not is_due(comparison.people, last):
        why = (
            f"not tested again against {current.title}: the last test had {last} people, this one would have "
            f"{comparison.people}, and {ceil(GROWTH * last)} are needed"
        )
        return Decision(current, f"kept: {best.title} was {why}", False, best, why, current)
    evidence = f"accuracy {comparison.difference:+.3f} over {comparison.people} people in pooled folds"
    evidence += f", p = {comparison.p:.2g}" + (f" times {challengers} challengers" if challengers > 1 else "")
    evidence += f", level {level:.2g} of test {len(past) + 1}"
    if comparison.is_won(level, challengers=challengers):
        reason = f"shown to be better than {current.title}: {evidence}"
        return Decision(best, reason, True, best, "", current, comparison)
    too_few = "" if comparison.people >= MIN_PEOPLE_FOR_PROMOTION else f"; {MIN_PEOPLE_FOR_PROMOTION} people are needed"
    why = f"not shown to be better than {current.title}: {evidence}{too_few}"
    return Decision(current, f"kept: {best.title} is {why}", False, best, why, current, comparison)


def record(connection: Connection, decision: Decision) -> None:
    """Append the decision to `registry.promotions`: the champion, and the challenger if it was not promoted."""
    moment = clock.now()
    rows = [_row(decision.champion, CHAMPION, decision.reason, decision)]
    if decision.challenger is not None and decision.challenger.system != decision.champion.system:
        rows.append(_row(decision.challenger, CHALLENGER, decision.challenger_reason, decision))
    columns = {name: [row[name] for row in rows] for name in rows[0]} | {"promoted_at": [moment] * len(rows)}
    write.append(connection, "registry.promotions", write.batch("registry.promotions", columns))


def _row(contender: Contender, alias: str, reason: str, decision: Decision) -> dict[str, Any]:
    other = decision.against if contender is not decision.against else decision.challenger
    comparison = decision.comparison
    return {
        "run_id": contender.run_id, "alias": alias, "against_run_id": other.run_id if other else None,
        "statistic": comparison.statistic if comparison else None, "p": comparison.p if comparison else None,
        "reason": reason,
    }  # fmt: skip
