"""What retraining decided, told in Prefect's page and as events: at least once for each decision, also where a run was
killed between the decision and this."""

from __future__ import annotations

import json
from typing import Any

from flows import engine, terminal
from store.tables import read, write
from store.tables.connection import open_work
from store.tables.home import Home

TOLD = "decision that was announced"
"""Begins the setting that holds, for a corpus, the champion as it was last announced, as JSON."""

DROP = 0.02
"""A champion whose accuracy falls by more than this is announced."""

RETRAINED, DROPPED = "affect-store.retrained", "affect-store.accuracy-dropped"


def announce(home: Home, corpus: str) -> None:
    """Tell of the last decision for a corpus, unless that was done; a run that no deployment started tells nobody, and
    leaves it to the next that one did."""
    if not engine.is_deployed():
        return
    with open_work(home) as connection:
        found = read.frame(connection, "select_champion", {"corpus": corpus}).to_dicts()
        before = json.loads(write.setting(connection, f"{TOLD}: {corpus}") or "{}")
        scores = read.frame(connection, "select_contender_scores").to_dicts()
    if not found or before.get("promoted_at") == str(found[0]["promoted_at"]):
        return
    champion = found[0]
    now = {"promoted_at": str(champion["promoted_at"]), **_score(champion, scores)}
    _show(home, champion, scores)
    engine.announce(RETRAINED, home, {**now, "reason": champion["reason"]})
    if fell := _fell(before, now):
        terminal.say(f"  the champion's accuracy fell by {fell:.3f} to {now['accuracy']:.3f}", style="yellow")
        engine.announce(DROPPED, home, {**now, "before": before["accuracy"]})
    with open_work(home) as connection:
        write.put_setting(connection, f"{TOLD}: {corpus}", write.as_json(now))


def _score(champion: dict[str, Any], scores: list[dict[str, Any]]) -> dict[str, Any]:
    """The champion with its accuracy and how it was tested; no accuracy where it is not of the current split."""
    own = next((row for row in scores if row["run_id"] == champion["run_id"]), None)
    return {
        "champion": f"{champion['model']} {champion['recipe']}",
        "tested": own["tested"] if own else None,
        "accuracy": own["accuracy"] if own else None,
    }


def _fell(before: dict[str, Any], now: dict[str, Any]) -> float | None:
    """By how much the accuracy fell, where that is worth an alarm; only like is compared with like."""
    is_like = all(before.get(name) == now[name] for name in ("champion", "tested"))
    if not is_like or before.get("accuracy") is None or now["accuracy"] is None:
        return None
    fell = float(before["accuracy"]) - float(now["accuracy"])
    return fell if fell > DROP else None


def _show(home: Home, champion: dict[str, Any], scores: list[dict[str, Any]]) -> None:
    rows = [
        {
            "system": f"{row['model']} {row['recipe']}",
            "champion": "yes" if row["run_id"] == champion["run_id"] else "",
            "tested": row["tested"],
            **{name: None if row[name] is None else round(row[name], 3) for name in ("accuracy", "low", "high")},
        }
        for row in scores
    ]
    engine.show_table("contenders", rows, champion["reason"])
    engine.show_text(
        "decision",
        f"**Champion: {champion['model']} {champion['recipe']}**, {champion['reason']}.\n\n"
        f"[Dashboards]({home.dashboards.as_uri()}), or `affect open --home {home.root}`.",
    )
