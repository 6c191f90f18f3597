"""Recompute the hashes of declared primary comparisons, which show whether a declaration was changed afterwards."""

from __future__ import annotations

from affect_store.store.engine.primary_comparison import declaration_hash
from affect_store.store.engine.sql_files import sql
from affect_store.validation.gx.dialect import StoreReader
from affect_store.validation.rules import WARN
from affect_store.validation.thresholds import SHOWN_ROWS
from affect_store.validation.verdict import Finding

HASH_CHECK = "hash matches the declaration"


def check_declarations(store: StoreReader) -> list[Finding]:
    """Return one finding: declarations whose hash is not that of their content. It warns, since no run can mend it."""
    rows = store.arrow(sql("registry/select_declarations")).to_pylist()
    wrong = [{"hash": row["hash"]} for row in rows if declaration_hash(row) != row["hash"]]
    return [
        Finding(
            "registry.declarations", HASH_CHECK, "hash", not wrong, f"{len(wrong)} of {len(rows)} declarations differ",
            len(wrong), tuple(wrong[:SHOWN_ROWS]), WARN, "SHA-256 of the declaration",
        )
    ]  # fmt: skip
