"""Whether a new publication may begin as a copy of an earlier one, and how many in succession did."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import duckdb

from affect_store.store.engine.code_version import code_version
from affect_store.store.engine.duckdb import SCHEMA_VERSION, Connection
from affect_store.store.engine.sql_files import sql
from affect_store.store.publication.manifest import Manifest, is_as_published, read_manifest

MAX_SHARED = 32
"""Successive publications that begin as copies; the next one is made anew."""

MAX_UNUSED = 0.3
"""Maximum share of a file that deleted rows and free blocks take."""


class CannotShareError(Exception):
    """The reason why a publication must be made anew."""


@dataclass(frozen=True)
class Sharing:
    """How a store came about: by how many successive copies, and how many bytes of deleted rows these left in it.

    `reason` says why the store was made anew; `sums_sha256` is the checksum of the sums beside it.
    """

    n_shared: int = 0
    deleted_bytes: int = 0
    reason: str | None = None
    sums_sha256: str | None = None

    def after(self, deleted_bytes: int) -> Sharing:
        """Return the state after another copy, from which rows of so many bytes were deleted."""
        return Sharing(self.n_shared + 1, self.deleted_bytes + deleted_bytes)


def made_by() -> str:
    """Return the versions of the code and of DuckDB; stores of others may have other views, comments and sums."""
    return f"{code_version()} duckdb {duckdb.__version__}"


def require_shareable(folder: Path | None, *, with_faces: bool, left_out: Collection[str]) -> Sharing:
    """Return how the publication in `folder` came about, if a new one with these choices may begin as a copy of it.

    Raises `CannotShareError`, with the reason.
    """
    manifest = read_manifest(folder) if folder is not None else None
    if folder is None or manifest is None:
        raise CannotShareError("there is no earlier publication with a manifest")
    if reason := _reason_against(folder, manifest, with_faces=with_faces, left_out=left_out):
        raise CannotShareError(reason)
    return Sharing(manifest.n_shared, manifest.deleted_bytes, sums_sha256=manifest.sums_sha256)


def _reason_against(folder: Path, manifest: Manifest, *, with_faces: bool, left_out: Collection[str]) -> str | None:
    if manifest.made_by != made_by() or manifest.schema_version != SCHEMA_VERSION:
        return "the earlier publication was made by another version"
    if not is_as_published(folder, manifest):
        return "the store of the earlier publication was modified or is missing"
    if manifest.with_faces != with_faces:
        return "thumbnails are published now, or no longer"
    if left_out or manifest.faceless:
        return "thumbnails of some corpora are left out"
    if manifest.n_shared >= MAX_SHARED:
        return f"the earlier publication is the {manifest.n_shared}th that began as a copy"
    return None


def require_compact(connection: Connection, deleted_bytes: int) -> None:
    """Raise `CannotShareError` if deleted rows and free blocks take too much of the opened store's file."""
    (total, free), *_ = connection.execute(sql("copy/select_sizes")).fetchall()
    if free + deleted_bytes > MAX_UNUSED * total:
        raise CannotShareError(f"deleted rows and free blocks take more than {MAX_UNUSED:.0%} of the file")
