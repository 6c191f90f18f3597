"""The record of rows that passed an audit: hashes of their contents, by photograph, and the version of the rules."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

SCHEMA = pa.schema([
    ("image_id", pa.string()),
    ("marks", pa.list_(pa.struct([
        ("table_name", pa.string()), ("version", pa.string()), ("keys", pa.uint64()), ("content", pa.uint64()),
    ]))),
    ("brief_mark", pa.uint64()),
    ("split_mark", pa.uint64()),
    ("known", pa.list_(pa.struct([
        ("kind", pa.string()), ("version", pa.string()), ("value", pa.float64()), ("checksum", pa.uint64()),
        ("signature", pa.string()),
    ]))),
])  # fmt: skip
"""Columns of a record: hashes of a photograph's rows by table and version, of their keys and checksums, of its rows in
the split tables, and values of it that rules about several photographs read."""


@dataclass(frozen=True)
class AuditRecord:
    """The photographs that passed an audit (columns of `SCHEMA`), and the rules that they passed."""

    rules: str = ""
    photographs: pa.Table = field(default_factory=SCHEMA.empty_table)

    def __len__(self) -> int:
        return len(self.photographs)
