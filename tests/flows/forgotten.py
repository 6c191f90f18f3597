"""The person who is erased from the home of `tests.stores.subjects`, and checks for traces of the person."""

import os
import re
from typing import NoReturn

from affect_store.store.consent import erasure, tombstones
from affect_store.store.engine import clock
from affect_store.store.engine.work_store import open_work
from affect_store.store.erasure_request import pattern_of
from affect_store.store.home import Home
from affect_store.store.publication import publish, repository
from tests.stores import subjects
from tests.stores.build import insert
from tests.stores.subjects import FEELINGS, FIRST, PEOPLE, SECOND, TRAINED, photograph

SUBJECT, VALIDATED, TESTED = PEOPLE


def naming(home: Home, person: str) -> set[str]:
    """Every file below the home whose bytes contain the person's id or the id of one of the person's photographs."""
    ids = [photograph(person, feeling).encode() for feeling in FEELINGS]
    name = re.compile(pattern_of([person]).encode(), re.MULTILINE)
    files = {path: path.read_bytes() for path in home.root.rglob("*") if path.is_file()}
    return {
        str(path.relative_to(home.root))
        for path, content in files.items()
        if name.search(content) or any(image in content for image in ids)
    }


def people_by_publication(home: Home) -> dict[str, list[str]]:
    """The people in the catalogue of each publication."""
    people = {}
    for folder in repository.folders(home):
        with publish.open_folder(folder) as store:
            people[folder.name] = subjects.people_in(store)
    return people


def assert_forgotten(home: Home) -> None:
    """No trace of the person is left, and everything of the others."""
    assert naming(home, SUBJECT) == set()
    assert people_by_publication(home) == {f"{FIRST}~2": [VALIDATED, TESTED], f"{SECOND}~2": [VALIDATED, TESTED]}
    assert os.readlink(home.published) == f"publications/{SECOND}~2" and home.dashboards.is_file()
    assert not (home.artifacts / TRAINED).exists()
    with open_work(home) as connection:
        assert subjects.people_in(connection) == [VALIDATED, TESTED]
        assert list(tombstones.tombstones(connection)) == [tombstones.subject_hash(connection, SUBJECT)]


def reject(home: Home, path: str, detail: str = "no picture") -> None:
    """Add a rejected file."""
    with open_work(home) as connection:
        insert(connection, "catalogue.rejects", corpus=subjects.CORPUS, path=path, reason="unreadable", detail=detail,
               seen_at=clock.now())  # fmt: skip


def rejected(home: Home) -> list[str]:
    """The path of every rejected file."""
    with open_work(home) as connection:
        return sorted(path for _, path in erasure.rejects_in(connection))


def interrupt(*_: object) -> NoReturn:
    """Replaces a function: the process is stopped."""
    raise KeyboardInterrupt
