"""The layout of a home, the directory that holds everything affect-store writes."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from affect_store.store.errors import StoreError

DEFAULT_HOME = ".affect"


@dataclass(frozen=True)
class Home:
    """Paths below a home directory. Creating a `Home` creates nothing on disk."""

    root: Path

    @classmethod
    def at(cls, path: str | Path | None = None) -> Home:
        """Return the home at this path; by default the one in AFFECT_HOME of the environment, or `.affect`.

        Raises `StoreError` for an empty path.
        """
        home = os.environ.get("AFFECT_HOME", DEFAULT_HOME) if path is None else str(path)
        if not home.strip():
            raise StoreError("the home is empty, expected a path such as '.affect': give one, or unset AFFECT_HOME")
        return cls(Path(home).absolute())

    def absence(self) -> str:
        """Return why there is no current publication, and what to do."""
        if self.published.is_symlink():
            return (
                f"the link '{self.published}' leads to no publication (to itself, or to one that was removed): "
                "`affect rollback` sets it to a kept publication, `affect run` publishes anew"
            )
        return (
            f"there is no published store at '{self.published_store}' yet; create one with `affect demo` or "
            "`affect run`, or name another home with `--home`"
        )

    def require(self) -> None:
        """Raise `StoreError` if there is no store here, so that a mistyped path does not create one."""
        if not self.work.exists() and not any(self.publications.glob("[!.]*")):
            raise StoreError(f"there is no store in '{self.root}'; name another home with `--home`")

    @property
    def lock(self) -> Path:
        """The file whose lock a run holds; present, but not locked, between runs."""
        return self.root / ".lock"

    @property
    def work(self) -> Path:
        """The work store, which flows write to."""
        return self.root / "work.duckdb"

    @property
    def publications(self) -> Path:
        """One folder per publication; `published` points to the current one."""
        return self.root / "publications"

    @property
    def published(self) -> Path:
        """Symbolic link to the current publication, replaced atomically."""
        return self.root / "published"

    @property
    def published_store(self) -> Path:
        """The published store, which users query."""
        return self.published / STORE_FILE

    @property
    def dashboards(self) -> Path:
        """Start page of the published dashboards."""
        return self.published / "dashboards" / "index.html"

    @property
    def artifacts(self) -> Path:
        """Trained models, one folder per run."""
        return self.root / "artifacts"

    @property
    def audits(self) -> Path:
        """Reports of audits, one folder each."""
        return self.root / "audits"

    @property
    def erasure_reports(self) -> Path:
        """Reports on completed erasure requests, without the ids of the people."""
        return self.root / "forgotten"

    @property
    def erasure_marker(self) -> Path:
        """Empty file that exists while an erasure is in progress."""
        return self.root / ".forgetting"

    @property
    def extensions(self) -> Path:
        """The file that names a user's own feature views."""
        return self.root / "extensions.toml"

    @property
    def lake(self) -> Path:
        """Where the home publishes beside its own folder: the address of a lake, and the id of the home there."""
        return self.root / "lake.json"

    @property
    def people(self) -> Path:
        """The embedded corpus of rendered photographs."""
        return self.root / "people"

    @property
    def logs(self) -> Path:
        """Output of libraries during runs."""
        return self.root / "logs"

    @property
    def caches(self) -> Path:
        """Caches of libraries."""
        return self.root / "caches"

    def file_index(self, folder: Path) -> Path:
        """The index of the files of a folder of photographs that were read."""
        return self.file_indexes / f"{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}.parquet"

    @property
    def file_indexes(self) -> Path:
        """Which files of the folders of photographs were read, and when."""
        return self.caches / "files"

    @property
    def audited_rows(self) -> Path:
        """Hashes of the rows that passed audits, which later audits need not look at again."""
        return self.caches / "audited_rows"

    @property
    def unchanged(self) -> Path:
        """The requests, folders and states of this home for which a run would do nothing."""
        return self.caches / "unchanged.json"

    @property
    def prefect(self) -> Path:
        """Prefect's database of flow runs."""
        return self.root / "prefect"


STORE_FILE = "feature_store.duckdb"
