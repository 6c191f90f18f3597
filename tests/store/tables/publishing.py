"""Publications of a home with nothing in it but files that were set aside."""

from pathlib import Path

from store.tables import publications, publish, write
from store.tables.connection import Connection, open_work
from store.tables.home import STORE_FILE, Home

ABOUT = {"home": "/somewhere", "published_at": "2026-11-23 06:00 UTC", "audit": "a1"}


def change_and_publish(home: Home, name: str, keep: int = publications.KEPT) -> Path:
    """One more reject in the work store, and a publication of it."""
    with open_work(home) as connection:
        add_reject(connection, f"{name}.jpg")
    return publish.publish(home, name, lambda folder: fill(home, folder), keep=keep)


def fill(home: Home, folder: Path) -> None:
    publish.write_store(home.work, folder / STORE_FILE, about=ABOUT)


def writable(folder: Path) -> Path:
    """The store of a publication, which anybody may write to from now on."""
    (folder / STORE_FILE).chmod(0o644)
    return folder / STORE_FILE


def add_reject(connection: Connection, path: str) -> None:
    """One more row in the work store."""
    row = {"corpus": ["lab"], "path": [path], "reason": ["bad name"], "detail": ["why"], "seen_at": [write.now()]}
    write.append(connection, "catalogue.rejects", write.batch("catalogue.rejects", row))


def names(home: Home) -> list[str]:
    """The publications, the oldest first."""
    return [folder.name for folder in publications.folders(home)]
