"""Faults in the tables of the scalar feature views, the same for every view."""

from __future__ import annotations

from collections.abc import Iterator

from affect_store.store.features.scalar_view import ScalarView
from affect_store.store.features.scalar_views import SCALAR_VIEWS
from affect_store.validation.recompute.scalars import VALUES_CHECK
from affect_store.validation.rules import CHECKSUM
from tests.validation.planting import (
    LANDMARKS,
    MISSES,
    NAN,
    OF_ID,
    SERVICES,
    UNKNOWN,
    Fault,
    delete,
    miss,
    sealed,
    update,
)


def _faults(view: ScalarView) -> Iterator[Fault]:
    name, table, columns = view.name, view.table.qualified, view.column_names
    first, values = columns[0], f"[{', '.join(columns)}]"
    of_twin = (
        f"UPDATE {table} AS target SET {', '.join(f'{column} = twin.{column}' for column in columns)} "
        f"FROM (SELECT * FROM {table} WHERE image_id = $twin) AS twin WHERE target.image_id = $id"
    )
    yield Fault(
        f"{name} of another photograph", table, CHECKSUM, of_twin, column="seal", batch="scalars", photograph=0,
    )  # fmt: skip
    yield Fault(
        f"{name} of another photograph with a matching checksum", table, VALUES_CHECK,
        sealed(table, values, of_twin), batch="scalars", photograph=4,  # 0 and 1 may be each other's twins
    )  # fmt: skip
    yield Fault(
        f"{name} slightly wrong with a matching checksum", table, VALUES_CHECK,
        sealed(table, values, f"UPDATE {table} SET {first} = {first} * 1.001 + 0.001 WHERE {OF_ID}"),
        batch="scalars", photograph=2,
    )  # fmt: skip
    yield Fault(
        f"{name} out of range", table, "finite and in range",
        f"UPDATE {table} SET {first} = 1e30 WHERE {OF_ID}", column="", batch="scalars", photograph=3,
    )  # fmt: skip
    yield Fault(f"NaN in {name}", table, "finite and in range", update(table, columns[-1], NAN), column="")
    yield Fault(f"no value in {name}", table, "not null", update(table, columns[-1], "NULL"), column="")
    yield Fault(
        f"{name} of landmarks that are quarantined", table, "landmarks not quarantined",
        f"INSERT INTO {MISSES} BY NAME SELECT image_id, 'landmarks' AS \"view\", version, '?' AS reason, "
        f"now() AS created_at FROM {LANDMARKS} LIMIT 1",
    )  # fmt: skip
    yield Fault(
        f"{name} of an unknown photograph", table, "known photograph and version", update(table, "image_id", UNKNOWN)
    )
    yield Fault(
        f"{name} of an unknown version", table, "known photograph and version", update(table, "version", "'stale'")
    )
    yield Fault(f"missing {name}", table, "value present or recorded as missing", delete(table))
    yield Fault(f"both {name} and a miss", table, "value not also recorded as missing", miss(name))
    yield Fault(
        f"{name} of another version of landmarks", SERVICES, "current features use current landmarks",
        "UPDATE features.views SET parameters = replace(parameters::VARCHAR, '\"landmarks\": \"', "
        f"'\"landmarks\": \"older') WHERE feature = '{name}'",
    )  # fmt: skip


FAULTS = tuple(fault for view in SCALAR_VIEWS for fault in _faults(view))
