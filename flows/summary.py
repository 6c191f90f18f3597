"""The end of a run: where the time went, the leaderboard in short, and two paths."""

from __future__ import annotations

from rich.table import Table

from flows import terminal
from models.systems import RECIPES
from store.tables.home import Home
from store.tables.query import ask

AUDITS = "audit "
"""How the titles of their steps begin."""

_QUERY = """
    SELECT model, recipe, split, accuracy, accuracy_low, accuracy_high, chance, n_images, n_people, note
    FROM leaderboard
"""


def show(home: Home) -> None:
    """Print everything; the store must have been published."""
    show_times()
    table = Table(title="Accuracy on the test part", title_justify="left", show_edge=False, pad_edge=False)
    for name in ("model", "recipe", "split"):
        table.add_column(name, no_wrap=True)
    for name in ("accuracy", "95 % interval", "chance", "photographs", "people"):
        table.add_column(name, justify="right", no_wrap=True)
    notes: dict[str, list[str]] = {}
    for model, recipe, split, accuracy, low, high, chance, images, people, note in ask(home, _QUERY).rows:
        interval = "" if low is None else f"{low:.3f} to {high:.3f}"
        shown = "not trained" if accuracy is None else f"{accuracy:.3f}"
        table.add_row(model, recipe, split, shown, interval, _number(chance), str(images or ""), str(people or ""))
        if note:
            notes.setdefault(note, []).append(f"{model} {recipe} {split}")
    terminal.show_table(table)
    for note, runs in notes.items():
        terminal.say(f"\n  {note}\n    ({', '.join(runs)})", style="yellow")
    terminal.say(f"\nstore       {home.published_store}")
    terminal.say(f"dashboards  {home.dashboards}")


def show_times() -> None:
    """Seconds of each group of steps, the longest first, and what the audits cost of it."""
    spent: dict[str, float] = {}
    for step in terminal.steps():
        name = "train models" if set(RECIPES) & set(step.title.split()) else step.title
        spent[name] = spent.get(name, 0.0) + step.seconds
    total = sum(spent.values())
    shares = sorted(spent.items(), key=lambda item: -item[1])
    told = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in shares if seconds >= 1)
    terminal.say(f"\nTime in steps: {total:.0f} s ({told})")
    audits = sum(seconds for name, seconds in spent.items() if name.startswith(AUDITS))
    if audits:
        terminal.say(f"Audits: {audits:.0f} s, {audits / total:.1%} of it")
    terminal.say("")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
