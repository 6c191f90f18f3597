"""Withdrawn consent: who was forgotten, told by a hash of the person's id."""

from __future__ import annotations

import hashlib

from store.tables import read
from store.tables.connection import Connection


def subject_hash(subject_id: str) -> str:
    """sha256 of the person's id, hexadecimal: what is kept of a person who was forgotten."""
    return hashlib.sha256(subject_id.encode()).hexdigest()


def forgotten(connection: Connection) -> set[str]:
    """Hashes of everybody who was forgotten."""
    return set(read.frame(connection, "select_forgotten")["subject_hash"])
