"""Whether the contents of the work store have passed an audit, compared by hashes of its tables.

The comparison does not depend on who wrote to the tables after the audit, or how.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path

from affect_store.store.engine import write
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.settings import get_setting, put_setting
from affect_store.store.engine.table_hashes import THUMBNAILS_SUFFIX, changed_tables, hash_tables
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import AuditFailedError, StoreError
from affect_store.store.home import Home
from affect_store.store.publication.publish import open_folder
from affect_store.store.schema.setting_keys import SettingKey

ROWS = ("catalogue", "features")
TRAINED_ON = (*ROWS, "splits")
PUBLISHED = (*TRAINED_ON, "registry")
UNREAD = frozenset({"features.repeatability"})
"""Tables that no model reads: models may train when these have changed, but publications need another audit."""

_LISTED = 3


def record_audited(connection: Connection, hashes: Mapping[str, str]) -> None:
    """Record that these contents have passed an audit, in one setting per schema."""
    for schema in {name.partition(".")[0] for name in hashes}:
        of_schema = {name: digest for name, digest in hashes.items() if name.partition(".")[0] == schema}
        put_setting(connection, SettingKey.AUDITED.of(schema), write.as_json(of_schema))


def forget_audits(connection: Connection, schemas: Collection[str]) -> None:
    """Forget that the contents of these schemas have passed an audit, so that they are audited again."""
    for schema in schemas:
        put_setting(connection, SettingKey.AUDITED.of(schema), write.as_json({}))


def is_audited(home: Home, schemas: Collection[str] = TRAINED_ON) -> bool:
    """Return whether the work store's tables of these schemas are unchanged since they passed an audit."""
    with open_work(home) as connection:
        return not changed_tables(_audited(connection, schemas), hash_tables(connection, schemas))


def require_audited(home: Home) -> None:
    """Raise `StoreError` unless the tables that models train on are unchanged since they passed an audit."""
    with open_work(home) as connection:
        tables = changed_tables(_audited(connection, TRAINED_ON), hash_tables(connection, TRAINED_ON))
    changed = [name for name in tables if name not in UNREAD]
    if changed:
        raise StoreError(
            f"{_listed(changed)} changed since the last audit that passed; models train on audited rows only. "
            "Run `affect run` on the same photographs first"
        )


def require_audited_copy(home: Home, folder: Path, *, with_faces: bool, faceless: Collection[str] = ()) -> None:
    """Raise `AuditFailedError` unless the published store in `folder` holds exactly what passed the audits.

    Where thumbnails of some corpora were left out, those of the work store are compared, from which they were copied.
    """
    with open_folder(folder) as connection:
        copied = hash_tables(connection, PUBLISHED)
    with open_work(home) as work:
        audited = _audited(work, PUBLISHED)
        if with_faces and faceless:
            copied |= {name: digest for name, digest in hash_tables(work, PUBLISHED).items() if _is_pictures(name)}
    changed = [name for name in changed_tables(audited, copied) if with_faces or not _is_pictures(name)]
    if changed:
        raise AuditFailedError(
            f"Publication aborted: {_listed(changed)} changed after the audit. Nothing was published. "
            "Run again to audit the new contents"
        )


def _audited(connection: Connection, schemas: Collection[str]) -> dict[str, str]:
    """Return the hash by table of the contents that passed the last audit."""
    settings = (get_setting(connection, SettingKey.AUDITED.of(schema)) for schema in schemas)
    return {name: digest for setting in settings if setting for name, digest in json.loads(setting).items()}


def _listed(names: list[str]) -> str:
    more = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + (f" and {more} more" if more > 0 else "")


def _is_pictures(name: str) -> bool:
    return name.endswith(THUMBNAILS_SUFFIX)
