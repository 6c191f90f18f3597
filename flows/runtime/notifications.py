"""Notify about the decisions of retraining, as artifacts and events in Prefect: at least once per decision.

A decision whose run was killed before its notification is announced by the next deployed run.
"""

from __future__ import annotations

import json
from typing import Any

from affect_store.flows.runtime import console, prefect
from affect_store.store.engine import reader, write
from affect_store.store.engine.settings import get_setting, put_setting
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from affect_store.store.schema.setting_keys import SettingKey

MAX_ACCURACY_DROP = 0.02
"""An event is emitted if the champion's accuracy drops by more than this."""

RETRAINED, DROPPED = "affect-store.retrained", "affect-store.accuracy-dropped"


def announce(home: Home, corpus: str) -> None:
    """Announce the last decision for a corpus, unless it was announced before; only deployed runs do so."""
    if not prefect.is_deployed():
        return
    with open_work(home) as connection:
        champions = reader.query_frame(connection, "registry/select_champion", {"corpus": corpus}).to_dicts()
        before = json.loads(get_setting(connection, SettingKey.ANNOUNCED_DECISION.of(corpus)) or "{}")
        scores = reader.query_frame(connection, "registry/select_contender_scores").to_dicts()
    if not champions or before.get("promoted_at") == str(champions[0]["promoted_at"]):
        return
    champion = champions[0]
    now = {"promoted_at": str(champion["promoted_at"]), **_score(champion, scores)}
    _show(home, champion, scores)
    prefect.announce(RETRAINED, home, {**now, "reason": champion["reason"]})
    if drop := _drop(before, now):
        console.say(f"  the champion's accuracy dropped by {drop:.3f} to {now['accuracy']:.3f}", style="yellow")
        prefect.announce(DROPPED, home, {**now, "before": before["accuracy"]})
    with open_work(home) as connection:
        put_setting(connection, SettingKey.ANNOUNCED_DECISION.of(corpus), write.as_json(now))


def _score(champion: dict[str, Any], scores: list[dict[str, Any]]) -> dict[str, Any]:
    """The champion with its accuracy and how it was tested; None for both if it has no run on the current split."""
    own = next((row for row in scores if row["run_id"] == champion["run_id"]), None)
    return {
        "champion": f"{champion['model']} {champion['recipe']}",
        "tested": own["tested"] if own else None,
        "accuracy": own["accuracy"] if own else None,
    }


def _drop(before: dict[str, Any], now: dict[str, Any]) -> float | None:
    """Return the drop in accuracy if it exceeds `MAX_ACCURACY_DROP`, for the same system tested in the same way."""
    is_comparable = all(before.get(name) == now[name] for name in ("champion", "tested"))
    if not is_comparable or before.get("accuracy") is None or now["accuracy"] is None:
        return None
    drop = float(before["accuracy"]) - float(now["accuracy"])
    return drop if drop > MAX_ACCURACY_DROP else None


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
    prefect.show_table("contenders", rows, champion["reason"])
    prefect.show_text(
        "decision",
        f"**Champion: {champion['model']} {champion['recipe']}**, {champion['reason']}.\n\n"
        f"[Dashboards]({home.dashboards.as_uri()}), or `affect open --home {home.root}`.",
    )
