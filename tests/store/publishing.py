"""Publications of a home that holds nothing but rejected files."""

from pathlib import Path

from affect_store.store.engine import clock
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.publication import publish, repository
from tests.stores.build import insert

ABOUT = {"home": "/somewhere", "published_at": "2026-11-23 06:00 UTC", "audit": "a1"}


def change_and_publish(home: Home, name: str, keep: int = repository.KEPT) -> Path:
    """Add a reject to the work store and publish it."""
    with open_work(home) as connection:
        add_reject(connection, f"{name}.jpg")
    return publish.publish(home, name, lambda folder: fill(home, folder), keep=keep)


def fill(home: Home, folder: Path) -> None:
    publish.write_store(home.work, folder / STORE_FILE, about=ABOUT)


def writable(folder: Path) -> Path:
    """Make the store of a publication writable and return its path."""
    (folder / STORE_FILE).chmod(0o644)
    return folder / STORE_FILE


def add_reject(connection: Connection, path: str) -> None:
    """Add a rejected file to the work store."""
    insert(
        connection, "catalogue.rejects", corpus="lab", path=path, reason="bad name", detail="why", seen_at=clock.now()
    )


def names(home: Home) -> list[str]:
    """Return the names of the publications, oldest first."""
    return [folder.name for folder in repository.folders(home)]
