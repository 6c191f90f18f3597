"""Where everything that a user produces lies: one home directory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from store.errors import StoreError


@dataclass(frozen=True)
class Home:
    """Paths below one home directory; nothing is created by naming them."""

    root: Path

    def require(self) -> None:
        """Raise `StoreError` where there is no home, so that a mistyped one is not made."""
        if not self.work.exists() and not any(self.publications.glob("[!.]*")):
            raise StoreError(f"there is no store in '{self.root}': `--home` names another home")

    @property
    def work(self) -> Path:
        """The store that flows write to."""
        return self.root / "work.duckdb"

    @property
    def publications(self) -> Path:
        """One folder a publication; `published` points to the current one."""
        return self.root / "publications"

    @property
    def published(self) -> Path:
        """A link to the current publication, replaced in one step."""
        return self.root / "published"

    @property
    def published_store(self) -> Path:
        """The store that users query."""
        return self.published / STORE_FILE

    @property
    def dashboards(self) -> Path:
        """First page of the published dashboards."""
        return self.published / "dashboards" / "index.html"

    @property
    def artifacts(self) -> Path:
        """Trained models, one folder a run."""
        return self.root / "artifacts"

    @property
    def audits(self) -> Path:
        """Findings of audits, one folder each."""
        return self.root / "audits"

    @property
    def reports(self) -> Path:
        """What was done for people who withdrew consent, without their names."""
        return self.root / "forgotten"

    @property
    def forgetting(self) -> Path:
        """An empty file that is there while a person who withdrew consent may not be gone from everything yet."""
        return self.root / ".forgetting"

    @property
    def people(self) -> Path:
        """The embedded corpus of rendered people."""
        return self.root / "people"

    @property
    def logs(self) -> Path:
        """What libraries print while a run goes on."""
        return self.root / "logs"

    @property
    def caches(self) -> Path:
        """What libraries keep for themselves."""
        return self.root / "caches"

    @property
    def prefect(self) -> Path:
        """Prefect's own records of flow runs."""
        return self.root / "prefect"


STORE_FILE = "feature_store.duckdb"
