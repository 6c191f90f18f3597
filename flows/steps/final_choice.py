"""The final model that predicts new photographs instead of a run by person, and what it is in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from affect_store.flows.steps.numbers import number_of
from affect_store.store.engine import reader
from affect_store.store.engine.store_file import StoreFile

ADVICE = "`affect train --final` trains a final model on everybody"


def final_of(source: StoreFile, run_id: str, choice: str) -> tuple[str, str]:
    """Return the run of the final model of the same system and corpora as a run, and what it is in words.

    Without one, returns the run itself; `choice` says what that is.
    """
    finals = reader.query_frame(source.connection, "registry/select_final_of", {"run_id": run_id}).rows(named=True)
    if not finals:
        return run_id, f"{choice}, which was not trained on all people: {ADVICE}"
    final = finals[0]
    people = number_of(final["n_people"], "person", "people")
    text = (
        f"{choice}, as a final model trained on all {people}; the folds or its run by person "
        f"{final['basis_run_id']} say how good it is"
    )
    return final["run_id"], text + _news(final)


def basis_of(run: Mapping[str, Any]) -> str | None:
    """Return the run by person that says how good a final model is; None for another run."""
    basis: dict[str, str] = json.loads(run["parameters"]).get("basis", {})
    return basis.get("run_id")


def _news(final: dict[str, Any]) -> str:
    """Say what is in the catalogue since a final model was trained; empty if nothing is."""
    people, photographs = final["n_new_people"], final["n_new_images"]
    if not photographs:
        return ""
    what = number_of(people, "person", "people") if people else number_of(photographs, "photograph")
    verb = "is" if (people or photographs) == 1 else "are"
    return f". {what} {verb} new since: `affect train --final` trains it again"
