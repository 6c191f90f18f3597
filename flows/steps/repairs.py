"""Repairs after a failed audit: rows that are derived from others, which the next run makes again.

Without them, a damaged row of a run or of a split table would stop every later audit.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from affect_store.flows.runtime import console
from affect_store.store.engine import reader, write
from affect_store.store.engine.duckdb import Connection, transaction
from affect_store.store.engine.run_updates import delete_comparisons, delete_run
from affect_store.store.engine.settings import get_setting, put_setting
from affect_store.store.schema.setting_keys import SettingKey

COMPARED = ("registry.comparisons", "registry.ranks", "registry.effects")
SPLIT_TABLES_CHECK = "split tables match the assignments"


class StoppingFinding(Protocol):
    """The part of `affect_store.validation.verdict.Finding` that says which rows are wrong."""

    @property
    def suite(self) -> str: ...
    @property
    def check(self) -> str: ...
    @property
    def samples(self) -> Sequence[Mapping[str, object]]: ...


def prepare(connection: Connection, stopping: Iterable[StoppingFinding]) -> None:
    """Record which runs, split tables and comparisons the next run has to make again."""
    rejected: set[str] = set()
    for finding in stopping:
        schema, _, table = finding.suite.partition(".")
        if finding.suite in COMPARED:
            put_setting(connection, SettingKey.COMPARED_RUNS, "")
        elif schema == "registry":
            rejected |= {str(sample["run_id"]) for sample in finding.samples if "run_id" in sample}
        elif schema == "splits" and (table not in ("sets", "assignments") or finding.check == SPLIT_TABLES_CHECK):
            put_setting(connection, SettingKey.MATERIALIZED_SPLIT, "")
    if rejected:
        put_setting(connection, SettingKey.REJECTED_RUNS, write.as_json(sorted(rejected)))


def delete_rejected_runs(connection: Connection) -> None:
    """Delete the runs that failed the last audit, and their comparisons, so that they can be trained again."""
    rejected = json.loads(get_setting(connection, SettingKey.REJECTED_RUNS) or "[]")
    if not rejected:
        return
    known = set(reader.query_frame(connection, "registry/select_run_ids")["run_id"])
    with transaction(connection):
        for run_id in rejected:
            delete_run(connection, run_id)
        delete_comparisons(connection, rejected)
        put_setting(connection, SettingKey.REJECTED_RUNS, write.as_json([]))
        put_setting(connection, SettingKey.COMPARED_RUNS, "")
    if count := len(known & set(rejected)):
        runs = "1 run" if count == 1 else f"{count} runs"
        console.say(f"  {runs} failed the last audit and will be trained again if requested", style="yellow")
