"""The record of rows that passed audits, as a file among the caches of a home: Parquet, and the SHA-256 of its bytes.

Without the file, or with a damaged one, the next audit looks at all rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from affect_store.store.engine import durable_files
from affect_store.store.home import Home

if TYPE_CHECKING:
    from affect_store.validation.audit_record import AuditRecord

_RULES = b"rules"
_DIGEST_BYTES = 32


def load(home: Home) -> AuditRecord:
    """Return the record of earlier audits, empty if there is none or its bytes are not those that were written."""
    from affect_store.validation.audit_record import SCHEMA, AuditRecord

    try:
        photographs = _read(home)
        rules = (photographs.schema.metadata or {})[_RULES].decode()
        return AuditRecord(rules, photographs.replace_schema_metadata(None).cast(SCHEMA))
    except (OSError, KeyError, ValueError, pa.ArrowException):
        return AuditRecord()


def save(home: Home, record: AuditRecord) -> None:
    """Replace the record by another one, durably."""
    _write(home, record.photographs.replace_schema_metadata({_RULES: record.rules.encode()}))


def forget(home: Home, image_ids: Collection[str]) -> None:
    """Remove photographs from the record, the record itself if it cannot be read, and an unfinished one."""
    _unfinished(home).unlink(missing_ok=True)
    if not home.audited_rows.exists():
        return
    try:
        photographs = _read(home)
        is_about = pc.is_in(photographs["image_id"], pa.array(sorted(image_ids), pa.string()))
    except (OSError, KeyError, ValueError, pa.ArrowException):
        home.audited_rows.unlink()
    else:
        _write(home, photographs.filter(pc.invert(is_about)))


def _read(home: Home) -> pa.Table:
    """Read the record; raise `ValueError` if its bytes are not those that were written."""
    data = home.audited_rows.read_bytes()
    content, digest = data[:-_DIGEST_BYTES], data[-_DIGEST_BYTES:]
    if hashlib.sha256(content).digest() != digest:
        raise ValueError(f"'{home.audited_rows}' is damaged")
    return pq.read_table(pa.BufferReader(content))


def _write(home: Home, photographs: pa.Table) -> None:
    home.audited_rows.parent.mkdir(parents=True, exist_ok=True)
    content = pa.BufferOutputStream()
    pq.write_table(photographs, content)
    data = content.getvalue().to_pybytes()
    _unfinished(home).write_bytes(data + hashlib.sha256(data).digest())
    durable_files.put_in_place(_unfinished(home), home.audited_rows)


def _unfinished(home: Home) -> Path:
    return home.audited_rows.with_name(f".{home.audited_rows.name}")
