"""What is left below a home of a person, and the person who is to be forgotten in it."""

import os
import re
from typing import NoReturn

from store.tables import forget, publications, publish, write
from store.tables.connection import open_work
from store.tables.home import Home
from store.tables.person import pattern_of
from tests.flows import keep_home
from tests.flows.keep_home import FEELINGS, FIRST, PEOPLE, SECOND, TRAINED, image_id

SUBJECT, VALIDATED, TESTED = PEOPLE


def naming(home: Home, person: str) -> set[str]:
    """Every file below the home whose bytes hold the person's id or the id of a photograph of theirs."""
    ids = [image_id(person, feeling).encode() for feeling in FEELINGS]
    name = re.compile(pattern_of([person]).encode(), re.MULTILINE)
    found = {path: path.read_bytes() for path in home.root.rglob("*") if path.is_file()}
    return {
        str(path.relative_to(home.root))
        for path, raw in found.items()
        if name.search(raw) or any(one in raw for one in ids)
    }


def people_by_publication(home: Home) -> dict[str, list[str]]:
    """Who is in the catalogue of each publication."""
    found = {}
    for folder in publications.folders(home):
        with publish.open_folder(folder) as store:
            found[folder.name] = keep_home.people_in(store)
    return found


def assert_forgotten(home: Home) -> None:
    """Nothing is left of the person, and everything of the others."""
    assert naming(home, SUBJECT) == set()
    assert people_by_publication(home) == {f"{FIRST}~2": [VALIDATED, TESTED], f"{SECOND}~2": [VALIDATED, TESTED]}
    assert os.readlink(home.published) == f"publications/{SECOND}~2" and home.dashboards.is_file()
    assert not (home.artifacts / TRAINED).exists()
    with open_work(home) as connection:
        assert keep_home.people_in(connection) == [VALIDATED, TESTED]
        assert list(forget.forgotten(connection)) == [forget.subject_hash(connection, SUBJECT)]


def reject(home: Home, path: str, detail: str = "no picture") -> None:
    """One more file that was set aside."""
    row = {"corpus": keep_home.CORPUS, "path": path, "reason": "unreadable", "detail": detail, "seen_at": write.now()}
    with open_work(home) as connection:
        rows = write.batch("catalogue.rejects", {name: [value] for name, value in row.items()})
        write.append(connection, "catalogue.rejects", rows)


def rejected(home: Home) -> list[str]:
    """Every file that was set aside."""
    with open_work(home) as connection:
        return sorted(path for _, path in forget.rejects_in(connection))


def interrupt(*_: object) -> NoReturn:
    """In place of a function: the process is stopped."""
    raise KeyboardInterrupt
