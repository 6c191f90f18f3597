"""Publication: an audited work store becomes a new folder, and one link is moved to it in a single step.

Readers that hold an older publication open keep it; a crash before the last step leaves the old one in place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from store.tables import history, meanings, publications
from store.tables.catalog import COMPUTED, EXPRESSIONS, FIELDS, SCHEMAS, STATISTICS, TABLES, Table, ddl
from store.tables.compact import Then, copy_table
from store.tables.connection import open_work
from store.tables.duck import (
    DEFINITIONS,
    SCHEMA_VERSION,
    Connection,
    attach,
    open_file,
    quoted,
    sql,
)
from store.tables.forget import KEY
from store.tables.history import Made
from store.tables.home import Home
from store.tables.lock import hold
from store.tables.person import Gone
from store.tables.publications import ABOUT, KEPT, Fill
from store.tables.stamp import CHANGE, FACES_ARE_IN, is_as_published, stamp_of, write_stamp
from store.tables.write import as_json, put_setting, setting, transaction
from store.vocabulary import LANDMARK_COUNT, LANDMARK_GROUPS

VIEWS = (
    "leaderboard", "critical_difference", "confusion", "reliability", "fairness", "hardest_images", "coverage",
    "lineage", "feature_stats",
)  # fmt: skip
_FACES = "rgb"
INDEXED = ("deltas", "landmarks", "pixels", "misses")
_NOT_COPIED = (*COMPUTED, "catalogue.forgotten", "quality.settings")


def publish(home: Home, publication_id: str, fill: Fill, *, keep: int = KEPT) -> Path:
    """Make the publication `publication_id` with `fill(folder)` and point `published` to it; returns its folder.

    Whatever `fill` raises leaves the current publication untouched. `keep` publications are kept: this one and the one
    that was current before among them. The home's lock is held meanwhile.
    """
    with hold(home):
        publications.drop_unseen(home)
        folder = publications.build(home, publication_id, fill)
        publications.point(home, folder)
        publications.tidy(home, keep)
    return folder


def write_store(
    work: Path,
    target: Path,
    *,
    with_faces: bool = False,
    about: Mapping[str, str] | None = None,
    told: Mapping[str, str] | None = None,
    made: Made | None = None,
) -> None:
    """Copy the work store's tables to the new file `target`, with the views and comments that people read.

    Face pictures are licensed: thumbnails stay behind unless `with_faces`. `about` is what the publication tells of
    itself, in the order of its pages, `told` are settings of its own, `made` adds it to the history of publications.
    """
    with _copied(work, target, hidden=() if with_faces else (_FACES,)) as connection:
        if made is not None:
            history.note(connection, made)
        put_setting(connection, FACES_ARE_IN, str(with_faces))
        for key, value in {**(told or {}), ABOUT: _in_order(about or {})}.items():
            connection.execute(sql("replace_setting"), {"key": key, "setting": value})


def rewrite_store(published: Path, target: Path, gone: Gone, then: Then) -> None:
    """Copy a published store to the new file `target` without a person; what it says of its publication stays.

    `then` is called with the new store before its views are counted on; it may write rows.
    """
    with open_folder(published.parent) as store:
        hidden = () if setting(store, FACES_ARE_IN) == str(True) else (_FACES,)
        change = setting(store, CHANGE)
    with _copied(published, target, hidden=hidden, gone=gone) as connection:
        history.carry(connection, published)
        then(connection)
        history.renew(connection)
        if change is not None:
            put_setting(connection, CHANGE, change)  # what `then` wrote is no change of what was published


def is_current(home: Home, *, with_faces: bool = False) -> bool:
    """Whether the newest publication holds what the work store holds, with or without faces as asked for.

    The newest counts also where it was rolled back, so that a state that was taken back is not published once more;
    not where a run was killed before `published` pointed to it, where another schema version made it, nor where
    somebody has written to it since. No published store is opened.
    """
    last = publications.newest(home)
    if last is None or not (publications.current(home) == last or publications.is_rolled_back(last)):
        return False
    stamp = stamp_of(last)
    if stamp is None or stamp.schema_version != SCHEMA_VERSION or not is_as_published(last, stamp):
        return False
    with open_work(home) as work:
        return (stamp.change, stamp.with_faces) == (setting(work, CHANGE), with_faces)


@contextmanager
def open_folder(folder: Path) -> Iterator[Connection]:
    """The store of one publication, read-only, closed at the end."""
    connection = publications.open_store(folder)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def _copied(source: Path, target: Path, *, hidden: Collection[str], gone: Gone | None = None) -> Iterator[Connection]:
    """A new file with the tables of `source`, ready to be read; what the block writes still belongs to it."""
    connection = open_file(target)
    try:
        # Vectors hardly get smaller by compression (5 %), and are read two to three times faster without.
        connection.execute("SET force_compression = 'uncompressed'")
        connection.execute("SET checkpoint_threshold = '1TB'")  # written once, by the CHECKPOINT below
        attach(connection, source, "source")
        _create(connection, hidden)
        for table in TABLES:
            if table.qualified not in _NOT_COPIED:
                copy_table(connection, table, gone=gone, hidden=hidden)
        connection.execute(sql("copy_settings"), {"secret": KEY})
        connection.execute("DETACH source")
        for definition in (*DEFINITIONS, *(f"view_{view}" for view in VIEWS)):
            connection.execute(sql(definition))
        with transaction(connection):
            meanings.comment(connection)
        _count(connection)
        for name in INDEXED:
            connection.execute(sql(f"index_{name}"))
        yield connection
        connection.execute("CHECKPOINT")
        write_stamp(connection, target.parent)
    finally:
        connection.close()


def _create(connection: Connection, hidden: Collection[str]) -> None:
    """Empty tables with their comments, in one transaction: hundreds of statements, each flushed, take a second."""
    with transaction(connection):
        for schema in SCHEMAS:
            connection.execute(f"CREATE SCHEMA {schema}")
        for table in TABLES:
            connection.execute(ddl(table, may_lack=tuple(hidden)))
            _comment(connection, table)


def _in_order(about: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{as_json(key)}: {as_json(value)}" for key, value in about.items()) + "}"


def _count(connection: Connection) -> None:
    """Fill `features.statistics` and `features.expressions`."""
    groups = {"all": tuple(range(LANDMARK_COUNT)), **LANDMARK_GROUPS}
    parameters = {
        "group_names": [name for name, members in groups.items() for _ in members],
        "group_landmarks": [landmark for members in groups.values() for landmark in members],
    }
    connection.execute("SET threads = 1")  # the same sum every time, in the stored order; and quicker than two threads
    connection.execute(f"INSERT INTO {STATISTICS} BY NAME {sql('select_feature_statistics')}", parameters)
    connection.execute(f"INSERT INTO {EXPRESSIONS} BY NAME {sql('select_expressions')}")
    connection.execute("RESET threads")


def _comment(connection: Connection, table: Table) -> None:
    connection.execute(f"COMMENT ON TABLE {table.qualified} IS {quoted(table.grain)}")
    for name in table.columns:
        one = FIELDS[name]
        text = f"{one.meaning} [{one.unit}]" if one.unit else one.meaning
        connection.execute(f"COMMENT ON COLUMN {table.qualified}.{name} IS {quoted(text)}")
