"""Publish the work store: copy it to a new folder, then move the link `published` to it atomically.

Readers of an older publication keep it; a crash before the last step leaves the old publication current.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from pathlib import Path

import duckdb

from affect_store.store.engine import definitions, own_views
from affect_store.store.engine.duckdb import (
    SCHEMA_VERSION,
    Connection,
    attach,
    define,
    open_to_fill,
    quoted,
    transaction,
)
from affect_store.store.engine.fast_copy import copy_file
from affect_store.store.engine.feature_sql import view_sql
from affect_store.store.engine.filtered_copy import FinishStore, copy_table
from affect_store.store.engine.locks import hold
from affect_store.store.engine.settings import get_setting, put_setting
from affect_store.store.engine.sql_files import sql
from affect_store.store.engine.work_store import open_work
from affect_store.store.engine.write import as_json
from affect_store.store.erasure_request import ErasureRequest
from affect_store.store.features.scalar_views import SCALAR_VIEWS
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.publication import difference, history, repository, vector_statistics, vector_sums
from affect_store.store.publication.history import HistoryEntry
from affect_store.store.publication.manifest import is_as_published, read_manifest, write_manifest
from affect_store.store.publication.repository import KEPT, Fill
from affect_store.store.publication.sharing import (
    CannotShareError,
    Sharing,
    made_by,
    require_compact,
    require_shareable,
)
from affect_store.store.publication.vector_sums import StoreSums
from affect_store.store.schema.declarations import Table
from affect_store.store.schema.fields import FIELDS
from affect_store.store.schema.setting_keys import SettingKey
from affect_store.store.schema.tables import (
    COMPUTED,
    NOT_PUBLISHED,
    SCALAR_STATISTICS,
    SCHEMAS,
    TABLES,
    ddl,
)

_FACES, _NOTHING = frozenset({"rgb"}), frozenset[str]()
INDEXED = ("deltas", "landmarks", "pixels", "misses")
_NOT_COPIED = (*COMPUTED, *NOT_PUBLISHED, "quality.settings")


def publish(home: Home, publication_id: str, fill: Fill, *, keep: int = KEPT) -> Path:
    """Make a publication with `fill(folder)`, make it the current one, and return its folder.

    If `fill` raises, the current publication stays as it is. `keep` is the number of publications to keep, including
    this one and the previous one; preliminary ones are removed once the new one is current. The lock of the home is
    held meanwhile.
    """
    with hold(home):
        repository.remove_unpublished(home)
        folder = repository.build(home, publication_id, fill)
        repository.set_current(home, folder)
        repository.remove_expired(home, keep)
    return folder


def write_store(
    work: Path,
    target: Path,
    *,
    with_faces: bool = False,
    faceless: Collection[str] = (),
    about: Mapping[str, str] | None = None,
    settings: Mapping[str, str] | None = None,
    history_entry: HistoryEntry | None = None,
    preliminary: bool = False,
    previous: Path | None = None,
) -> None:
    """Copy the work store's tables to the new file `target`, with views, macros, statistics and comments.

    Where the publication in the folder `previous` allows it, its store is copied and the difference applied, with equal
    tables; otherwise the store is made anew, and its manifest says why.

    Photographs of faces are licensed, so thumbnails are left out unless `with_faces`, which leaves out those of the
    corpora in `faceless`. `about` describes the
    publication, in the order of display; `settings` are further rows of `quality.settings`; `history_entry` adds
    the publication to `quality.publications`. With `preliminary`, another publication of the same run will replace it.
    """
    hidden_of = faceless if with_faces else ()
    hidden = _FACES if hidden_of or not with_faces else _NOTHING

    def finish(connection: Connection) -> None:
        if history_entry is not None:
            history.add_entry(connection, history_entry)
        put_setting(connection, SettingKey.FACES_PUBLISHED, str(with_faces))
        put_setting(connection, SettingKey.FACELESS_CORPORA, as_json(sorted(hidden_of)))
        put_setting(connection, SettingKey.PRELIMINARY, str(preliminary))
        for key, value in {**(settings or {}), SettingKey.PUBLICATION: _ordered_json(about or {})}.items():
            connection.execute(sql("quality/replace_setting"), {"key": key, "setting": value})

    try:
        sharing = require_shareable(previous, with_faces=with_faces, left_out=hidden_of)
        assert previous
        with _updated(work, target, previous / STORE_FILE, sharing, hidden) as connection:
            finish(connection)
    except (CannotShareError, OSError, ValueError, KeyError, duckdb.Error) as error:
        _remove(target)
        with _copied(work, target, hidden=hidden, hidden_of=hidden_of, reason=str(error)) as connection:
            finish(connection)


def _remove(target: Path) -> None:
    """Remove a store that could not be completed."""
    for path in (target, target.with_name(vector_sums.FILE), target.with_name(f"{target.name}.wal")):
        path.unlink(missing_ok=True)


def rewrite_store(published: Path, target: Path, request: ErasureRequest, finish: FinishStore) -> None:
    """Copy a published store to the new file `target` without a subject; the description of the publication stays.

    `finish` is called with the new store and may write rows, before the history is updated.
    """
    with open_folder(published.parent) as store:
        hidden = _NOTHING if get_setting(store, SettingKey.FACES_PUBLISHED) == str(True) else _FACES
        change = get_setting(store, SettingKey.CHANGE)
    with _copied(published, target, hidden=hidden, request=request, reason="a person was erased") as connection:
        history.copy_entries(connection, published)
        finish(connection)
        history.update_entries(connection)
        if change is not None:
            # rows that `finish` wrote do not change which state was published
            put_setting(connection, SettingKey.CHANGE, change)


def is_current(home: Home, *, with_faces: bool = False, faceless: Collection[str] = ()) -> bool:
    """Return whether the newest publication has the contents of the work store, with or without faces as requested.

    With faces, those of the corpora in `faceless` must be left out, and no others.

    A publication that was rolled back counts as well, so that its state is not published again. One does not count if
    its run was killed before `published` pointed to it, if its schema version differs, if its file was modified
    since, or if it is preliminary. No published store is opened.
    """
    newest = repository.newest(home)
    if newest is None or not (repository.current(home) == newest or repository.is_rolled_back(newest)):
        return False
    manifest = read_manifest(newest)
    if manifest is None or manifest.schema_version != SCHEMA_VERSION or not is_as_published(newest, manifest):
        return False
    if manifest.is_preliminary:
        return False
    with open_work(home) as work:
        change = get_setting(work, SettingKey.CHANGE)
    left_out = sorted(faceless) if with_faces else []
    return (manifest.change, manifest.with_faces, manifest.faceless or []) == (change, with_faces, left_out)


@contextmanager
def open_folder(folder: Path) -> Iterator[Connection]:
    """Open the store of one publication read-only for the duration of the block."""
    connection = repository.open_store(folder)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def _opened(target: Path, source: Path) -> Iterator[Connection]:
    """Open `target` for writing, with the store at `source` attached."""
    connection = open_to_fill(target)
    try:
        # compression saves only 5 % on vectors, which are read two to three times faster without it
        connection.execute("SET force_compression = 'uncompressed'")
        connection.execute("SET checkpoint_threshold = '1TB'")  # written once, by the CHECKPOINT of `_finished`
        attach(connection, source, "source")
        yield connection
    finally:
        connection.close()


@contextmanager
def _copied(
    source: Path,
    target: Path,
    *,
    hidden: AbstractSet[str],
    hidden_of: Collection[str] = (),
    request: ErasureRequest | None = None,
    reason: str | None = None,
) -> Iterator[Connection]:
    """Create a new file with the tables of `source`; rows that the block writes become part of the published store."""
    with _opened(target, source) as connection:
        _create(connection)
        for table in TABLES:
            if table.qualified not in _NOT_COPIED:
                copy_table(connection, table, request=request, hidden=hidden, hidden_of=hidden_of)
        connection.execute(sql("copy/settings"), {"secret": SettingKey.ERASURE_KEY})
        connection.execute("DETACH source")
        define(connection, definitions.VIEWS)
        with transaction(connection):
            definitions.comment(connection)
            own_views.define(connection)
        sums = _fill_statistics(connection)
        for name in INDEXED:
            connection.execute(sql(f"features/index_{name}"))
        yield connection
        _finish(connection, target, Sharing(reason=reason), sums)


@contextmanager
def _updated(
    source: Path, target: Path, before: Path, sharing: Sharing, hidden: AbstractSet[str]
) -> Iterator[Connection]:
    """Copy the published store `before` to `target` and apply the difference; otherwise like `_copied`.

    Raises `CannotShareError`.
    """
    copy_file(before, target)
    with _opened(target, source) as connection:
        now = sharing.after(difference.apply(connection, hidden))
        require_compact(connection, now.deleted_bytes)
        connection.execute("DETACH source")
        with transaction(connection):
            own_views.define(connection)
        sums = _fill_statistics(connection, vector_sums.load(before.parent, sharing.sums_sha256))
        yield connection
        _finish(connection, target, now, sums)


def _finish(connection: Connection, target: Path, sharing: Sharing, sums: StoreSums) -> None:
    """Write everything to the file, the sums of its vectors beside it, and its manifest."""
    connection.execute("CHECKPOINT")
    write_manifest(
        connection, target.parent, made_by=made_by(), n_shared=sharing.n_shared, deleted_bytes=sharing.deleted_bytes,
        made_anew_because=sharing.reason,
        sums_sha256=sums.save(target.parent),
    )  # fmt: skip


def _create(connection: Connection) -> None:
    """Create empty tables with comments, in one transaction, since flushing hundreds of statements takes a second."""
    with transaction(connection):
        for schema in SCHEMAS:
            connection.execute(f"CREATE SCHEMA {schema}")
        for table in TABLES:
            connection.execute(ddl(table, may_lack=tuple(_FACES), checked=False))
            _add_comments(connection, table)


def _ordered_json(about: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{as_json(key)}: {as_json(value)}" for key, value in about.items()) + "}"


def _fill_statistics(connection: Connection, known: StoreSums | None = None) -> StoreSums:
    """Fill `features.statistics`, `features.scalar_statistics` and `features.expressions`; see `fill`."""
    connection.execute("SET threads = 1")  # sums in stored order, so that results repeat; also faster than two threads
    sums = vector_statistics.fill(connection, known)
    for view in SCALAR_VIEWS:
        connection.execute(f"INSERT INTO {SCALAR_STATISTICS} BY NAME {view_sql('select_statistics', view.name)}")
    connection.execute(f"INSERT INTO {SCALAR_STATISTICS} BY NAME {sql('features/select_own_statistics')}")
    connection.execute("RESET threads")
    return sums


def _add_comments(connection: Connection, table: Table) -> None:
    connection.execute(f"COMMENT ON TABLE {table.qualified} IS {quoted(table.grain)}")
    for name in table.columns:
        column = FIELDS[name]
        text = f"{column.meaning} [{column.unit}]" if column.unit else column.meaning
        connection.execute(f"COMMENT ON COLUMN {table.qualified}.{name} IS {quoted(text)}")
