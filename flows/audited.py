"""Whether what the work store holds now is what has passed an audit. It is told by the contents of the tables, so that
it does not matter who wrote to them in between, or how.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path

from store.errors import AuditFailedError, StoreError
from store.tables import write
from store.tables.connection import open_work
from store.tables.contents import OF_PICTURES, contents, differing
from store.tables.duck import Connection
from store.tables.home import Home
from store.tables.publications import open_store

ROWS = ("catalogue", "features")
TRAINED_ON = (*ROWS, "splits")
PUBLISHED = (*TRAINED_ON, "registry")
_SETTING = "audited "
_NAMED = 3


def note(connection: Connection, seen: Mapping[str, str]) -> None:
    """Remember that these contents have passed an audit; a setting for each schema."""
    for schema in {name.partition(".")[0] for name in seen}:
        told = {name: one for name, one in seen.items() if name.partition(".")[0] == schema}
        write.put_setting(connection, _SETTING + schema, write.as_json(told))


def is_audited(home: Home, schemas: Collection[str] = TRAINED_ON) -> bool:
    """Whether the work store's tables of these schemas are as they passed their last audit."""
    with open_work(home) as connection:
        return not differing(_noted(connection, schemas), contents(connection, schemas))


def require(home: Home) -> None:
    """Raise `StoreError` unless what models train on has passed an audit since it last changed."""
    with open_work(home) as connection:
        changed = differing(_noted(connection, TRAINED_ON), contents(connection, TRAINED_ON))
    if changed:
        raise StoreError(
            f"{_listed(changed)} changed since the last audit that passed: models train on audited rows only. "
            "`affect run` audits first, and so does the flow `audit`"
        )


def require_copy(home: Home, folder: Path, *, with_faces: bool) -> None:
    """Raise `AuditFailedError` unless the published store in `folder` holds just what passed the audits."""
    connection = open_store(folder)
    try:
        copied = contents(connection, PUBLISHED)
    finally:
        connection.close()
    with open_work(home) as work:
        noted = _noted(work, PUBLISHED)
    changed = [one for one in differing(noted, copied) if with_faces or not one.endswith(OF_PICTURES)]
    if changed:
        raise AuditFailedError(
            f"What was audited is not what was to be published: {_listed(changed)} changed after the audit. "
            "Nothing was published. Run again: what changed is audited anew"
        )


def _noted(connection: Connection, schemas: Collection[str]) -> dict[str, str]:
    found = (write.setting(connection, _SETTING + schema) for schema in schemas)
    return {name: told for one in found if one for name, told in json.loads(one).items()}


def _listed(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
