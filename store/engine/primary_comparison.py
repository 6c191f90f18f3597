"""Declarations of a primary comparison: the one pair of systems whose p value needs no adjustment for the others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from affect_store.store.engine import clock, write
from affect_store.store.engine.duckdb import Connection

HASHED = ("declared_at", "model", "recipe", "other_model", "other_recipe", "strategy", "margin")
"""Columns of `registry.declarations` that the hash covers."""

System = tuple[str, str]
"""Model and recipe."""


def declaration_hash(row: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a declaration, in hexadecimal: of its columns `HASHED` as JSON in UTF-8 with sorted keys,
    no spaces, and the time in UTC as ISO 8601 with microseconds."""
    moment: datetime = row["declared_at"]
    content = {name: row[name] for name in HASHED}
    content["declared_at"] = moment.astimezone(UTC).isoformat(timespec="microseconds")
    return sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def declare(connection: Connection, systems: tuple[System, System], strategy: str, margin: float) -> str:
    """Store a declaration with the present time and return its hash; earlier ones stay, and the latest counts."""
    (model, recipe), (other_model, other_recipe) = systems
    row = {
        "declared_at": clock.now(), "model": model, "recipe": recipe, "other_model": other_model,
        "other_recipe": other_recipe, "strategy": strategy, "margin": float(margin),
    }  # fmt: skip
    row["hash"] = declaration_hash(row)
    columns = {name: [value] for name, value in row.items()}
    write.append(connection, "registry.declarations", write.batch("registry.declarations", columns))
    return str(row["hash"])
