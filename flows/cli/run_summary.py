"""The end of a run: time spent in each step, a short leaderboard, and where the results are."""

from __future__ import annotations

from affect_store.flows.cli import output
from affect_store.flows.runtime import console
from affect_store.models.systems import ALL_RECIPES
from affect_store.store.engine.query import QueryResult, run_query
from affect_store.store.home import Home

AUDIT_TITLE = "audit "
"""Titles of audit steps begin with this."""

COLUMNS = ("model", "recipe", "split", "accuracy", "95 % interval", "chance", "photographs", "people")

_QUERY = """
    SELECT model, recipe, split, accuracy, accuracy_low, accuracy_high, chance, n_images, n_people, status, note
    FROM leaderboard
"""


def show(home: Home, *, shows_accuracy: bool = True) -> None:
    """Print the summary; a store must have been published."""
    show_times()
    if shows_accuracy:
        _show_accuracy(home)
    console.say(f"\nstore       {home.published_store}")
    console.say(f"dashboards  {home.dashboards}")


def _show_accuracy(home: Home) -> None:
    rows, notes = [], dict[str, list[str]]()
    for model, recipe, split, accuracy, low, high, chance, images, people, status, note in run_query(home, _QUERY).rows:
        interval = "" if low is None else f"{low:.3f} to {high:.3f}"
        unscored = "not tested" if status == "completed" else "not trained"
        shown = unscored if accuracy is None else _rounded(accuracy)
        rows.append((model, recipe, split, shown, interval, _rounded(chance), images, people))
        if note:
            notes.setdefault(note, []).append(f"{model} {recipe} {split}")
    output.print_table(
        QueryResult(COLUMNS, rows), title="Accuracy on the test part", hint='in `affect sql "from leaderboard" --wide`'
    )
    for note, runs in notes.items():
        output.say(f"\n  {note} ({', '.join(runs)})", indent=2)


def show_times() -> None:
    """Print the seconds of each group of steps, the longest first, and the share of the audits."""
    seconds_of: dict[str, float] = {}
    for step in console.steps():
        name = "train models" if {*ALL_RECIPES} & set(step.title.split()) else step.title
        seconds_of[name] = seconds_of.get(name, 0.0) + step.seconds
    total = sum(seconds_of.values())
    longest_first = sorted(seconds_of.items(), key=lambda item: -item[1])
    listed = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in longest_first if seconds >= 1)
    output.say(f"\nTime in steps: {total:.0f} s ({listed})")
    audits = sum(seconds for name, seconds in seconds_of.items() if name.startswith(AUDIT_TITLE))
    if audits:
        console.say(f"Audits: {audits:.0f} s, {audits / total:.1%} of the total")
    console.say("")


def _rounded(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
