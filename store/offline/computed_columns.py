"""The versions of the columns of training rows that are computed when rows are read: no split freezes their values.

The version is part of a run's identity and recorded with it, since a run of another version reads other values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from affect_store.store.offline import measure_rows, relative_rows

_VERSION_OF: dict[str, tuple[str, Callable[[str], str]]] = {
    measure_rows.COLUMN: ("landmarks", measure_rows.version_of),
    relative_rows.COLUMN: (relative_rows.FEATURE, relative_rows.version_of),
}
"""By column, the feature that it is computed from, and its version for a version of that feature."""


def versions_of(columns: Iterable[str], versions: Mapping[str, str]) -> dict[str, str]:
    """Return the version that this code computes of those of the columns that are computed.

    `versions` are those of the features of the run.
    """
    computed = {}
    for column in columns:
        if column in _VERSION_OF:
            feature, version_of = _VERSION_OF[column]
            computed[column] = version_of(versions.get(feature, ""))
    return computed
