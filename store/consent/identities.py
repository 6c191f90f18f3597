"""Decisions about ids that resemble each other: whether they are one person's, and then which of them is used.

Ids here are subject ids, corpus included. A person decides; nothing is decided or merged here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from affect_store.store.engine import clock, reader, write
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.settings import update


@dataclass(frozen=True)
class Identities:
    """Per id about which was decided: the id of the same person that replaces it, None if it is another person's."""

    same_as: Mapping[str, str | None] = field(default_factory=dict)

    def resolve(self, subject_id: str) -> str:
        """Return the id that is used for the person with this id."""
        seen = {subject_id}
        while (following := self.same_as.get(subject_id)) is not None and following not in seen:
            seen.add(subject_id := following)
        return subject_id

    def aliases_of(self, subject_id: str) -> frozenset[str]:
        """Return the ids that this id replaces."""
        return frozenset(name for name in self.same_as if name != subject_id and self.resolve(name) == subject_id)


def read_identities(connection: Connection, corpus: str | None = None) -> Identities:
    """Read the decisions about the ids of a corpus, or of all."""
    rows = reader.query_frame(connection, "catalogue/select_identities").iter_rows()
    return Identities({subject_id: same_as for subject_id, own, same_as in rows if corpus in (None, own)})


def store_identities(connection: Connection, corpus: str, decisions: Mapping[str, str | None]) -> None:
    """Store new decisions about ids of a corpus; they replace earlier ones about the same ids."""
    if not decisions:
        return
    update(connection, "catalogue/delete_identities", {"subject_ids": list(decisions)})
    columns = {
        "subject_id": list(decisions), "same_as_subject_id": list(decisions.values()),
        "corpus": [corpus] * len(decisions), "decided_at": [clock.now()] * len(decisions),
    }  # fmt: skip
    write.append(connection, "catalogue.identities", write.batch("catalogue.identities", columns))
