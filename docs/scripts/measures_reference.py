"""Generate the reference page `docs/reference/measures.md` from the declared measures and proxies.

`python docs/scripts/measures_reference.py` prints it. The text around the tables is in `measures_reference.in.md`, the
figures of the benchmark in `measures_results.md`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from affect_store.store.features.action_unit_proxies import PROXIES
from affect_store.store.features.measure_definitions import MEASURES
from affect_store.store.publication.markdown import table

TEMPLATE = Path(__file__).with_name("measures_reference.in.md")
RESULTS = Path(__file__).with_name("measures_results.md")


def page() -> str:
    """Return the page as Markdown."""
    text = TEMPLATE.read_text(encoding="utf-8")
    parts = {"measures": _measures(), "proxies": _proxies(), "results": RESULTS.read_text(encoding="utf-8").strip()}
    for name, part in parts.items():
        text = text.replace(f"{{{name}}}", part)
    return text


def _measures() -> str:
    rows = [[f"`{measure.column}`", measure.meaning, measure.formula, measure.source] for measure in MEASURES]
    return table(["Column", "Meaning", "Formula", "Source"], rows)


def _proxies() -> str:
    rows = [
        [f"`{proxy.unit}`", proxy.name, " ".join(term.formula for term in proxy.terms).removeprefix("+")]
        for proxy in PROXIES
    ]
    return table(["Column", "Action unit", "Sum of changes"], rows)


if __name__ == "__main__":
    sys.stdout.write(page())
