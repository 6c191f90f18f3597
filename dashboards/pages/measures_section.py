"""The sections of the features page about measures and action-unit proxies."""

from __future__ import annotations

from affect_store.dashboards import formatting
from affect_store.dashboards.figures import measures
from affect_store.dashboards.frames import Frames

NO_CODING = (
    "The proxies are weighted sums of distances between landmarks, not codings by the Facial Action Coding System. "
    "Only rendered people have intended units, so nothing here says how well the proxies do on other faces."
)


def content(frames: Frames) -> dict[str, object]:
    """Return what the template shows: each part is None or empty without rows."""
    rows, means, agreement = frames.person_measures, frames.unit_means, frames.unit_agreement
    shown = measures.emotions(rows)
    return {
        "measures": measures.by_emotion(rows) if shown else None,
        "measured_emotions": shown,
        "measured_people": [
            (str(index), formatting.visible(person, 40)) for index, person in enumerate(measures.people_in(rows))
        ],
        "measure_rows": measures.table_rows(rows) if shown else [],
        "units": None if means.is_empty() else measures.against_intended(means),
        "unit_names": [(unit, unit.upper()) for unit in sorted(set(means["unit"]))],
        "unit_rows": measures.agreement_rows(agreement),
        "units_note": NO_CODING,
    }
