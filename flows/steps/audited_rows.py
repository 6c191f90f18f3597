"""The record of rows that passed audits, as a file among the caches of a home.

Without the file, or with one that cannot be read, the next audit looks at all rows.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from affect_store.store.engine import durable_files
from affect_store.store.home import Home

if TYPE_CHECKING:
    from affect_store.validation.audit_record import AuditRecord

_RULES = b"rules"


def load(home: Home) -> AuditRecord:
    """Return the record of earlier audits, empty if there is none."""
    from affect_store.validation.audit_record import SCHEMA, AuditRecord

    try:
        photographs = pq.read_table(home.audited_rows)
        rules = (photographs.schema.metadata or {})[_RULES].decode()
        return AuditRecord(rules, photographs.replace_schema_metadata(None).cast(SCHEMA))
    except (OSError, KeyError, ValueError, pa.ArrowException):
        return AuditRecord()


def save(home: Home, record: AuditRecord) -> None:
    """Replace the record by another one, durably."""
    _write(home, record.photographs.replace_schema_metadata({_RULES: record.rules.encode()}))


def forget(home: Home, image_ids: Collection[str]) -> None:
    """Remove photographs from the record, and the record itself if it cannot be read."""
    if not home.audited_rows.exists():
        return
    try:
        photographs = pq.read_table(home.audited_rows)
        is_about = pc.is_in(photographs["image_id"], pa.array(sorted(image_ids), pa.string()))
    except (OSError, KeyError, pa.ArrowException):
        home.audited_rows.unlink()
    else:
        _write(home, photographs.filter(pc.invert(is_about)))


def _write(home: Home, photographs: pa.Table) -> None:
    home.audited_rows.parent.mkdir(parents=True, exist_ok=True)
    unfinished = home.audited_rows.with_name(f".{home.audited_rows.name}")
    pq.write_table(photographs, unfinished)
    durable_files.put_in_place(unfinished, home.audited_rows)
