"""The corpora that a run splits and shows: audits check them, and at least one photograph of them must be in use."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from affect_store.flows.steps import audit_state
from affect_store.store.engine import reader, write
from affect_store.store.engine.duckdb import Connection, transaction
from affect_store.store.engine.settings import get_setting, put_setting
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import CorpusError, StoreError, UnknownNameError, unknown_name
from affect_store.store.home import Home
from affect_store.store.schema.setting_keys import SettingKey

_LISTED = 3


def chosen_corpora(connection: Connection, corpora: Sequence[str] = ()) -> list[str]:
    """Return these corpora, by default all of the home; raises `CorpusError` if no photograph of them can be used."""
    chosen = sorted(corpora) or reader.query_frame(connection, "catalogue/select_corpora")["corpus"].to_list()
    unused = reader.query_frame(connection, "catalogue/count_unused", {"corpora": chosen}).rows(named=True)
    if not any(row["reason"] is None for row in unused):
        names = ", ".join(map(repr, corpora))
        owner = f"the {'corpus' if len(corpora) == 1 else 'corpora'} {names}" if corpora else "this home"
        raise CorpusError(f"no photograph of {owner} can be used: {_counted(unused)}")
    return chosen


def require_known_corpora(home: Home, corpora: Sequence[str]) -> None:
    """Raise `UnknownNameError` for a corpus that the home lacks, `CorpusError` for one without usable photographs."""
    with open_work(home) as connection:
        known = reader.query_frame(connection, "catalogue/select_corpora")["corpus"].to_list()
        for corpus in corpora:
            if corpus not in known:
                raise UnknownNameError(unknown_name("corpus", corpus, known))
            chosen_corpora(connection, [corpus])


def _counted(unused: list[dict[str, object]]) -> str:
    """Say why photographs are not used, and what to do."""
    if not unused:
        return (
            "none is catalogued. Nothing was split, trained or published: run `affect run` with a folder of photographs"
        )
    reasons = "; ".join(f"{row['photographs']} {row['reason']}" for row in unused[:_LISTED])
    more = len(unused) - _LISTED
    rest = f"; and {more} more {'reason' if more == 1 else 'reasons'}" if more > 0 else ""
    return (
        f"{reasons}{rest}. Nothing was split, trained or published: add photographs to the folder and run `affect run` "
        "again. `affect release` releases quarantined photographs, `affect remove --undo` brings removed ones back"
    )


def use_corpora(home: Home, corpora: Sequence[str] = ()) -> None:
    """Record the corpora that a run uses, by default all of the home; after others, the rows are audited again.

    Raises `CorpusError` if none of their photographs can be used; then nothing is recorded.
    """
    with open_work(home) as connection:
        used = write.as_json(chosen_corpora(connection, corpora))
        if get_setting(connection, SettingKey.CORPORA_IN_USE) != used or _to_return_to(connection):
            with transaction(connection):
                put_setting(connection, SettingKey.CORPORA_IN_USE, used)
                put_setting(connection, SettingKey.CORPORA_TO_RETURN_TO, "")
                audit_state.forget_audits(connection, audit_state.ROWS)


@contextmanager
def audited_with(home: Home, corpora: Sequence[str]) -> Iterator[None]:
    """Let audits check these corpora and those in use; afterwards the same corpora are in use as before.

    If the process is killed meanwhile, `corpora_in_use` still returns those.
    """
    with open_work(home) as connection:
        before = corpora_in_use(connection)
        both = write.as_json(sorted({*before, *corpora}))
        with transaction(connection):
            put_setting(connection, SettingKey.CORPORA_TO_RETURN_TO, write.as_json(before))
            put_setting(connection, SettingKey.CORPORA_IN_USE, both)
            audit_state.forget_audits(connection, audit_state.ROWS)
    try:
        yield
        with open_work(home) as connection:
            put_setting(connection, SettingKey.AUDITED_TOGETHER, _audited_together(connection, json.loads(both)))
    finally:
        with open_work(home) as connection, transaction(connection):
            put_setting(connection, SettingKey.CORPORA_IN_USE, write.as_json(before))
            put_setting(connection, SettingKey.CORPORA_TO_RETURN_TO, "")


def are_audited_together(home: Home, corpora: Sequence[str]) -> bool:
    """Return whether the rows are unchanged since they passed an audit of all these corpora."""
    if not audit_state.is_audited(home, audit_state.ROWS):
        return False
    with open_work(home) as connection:
        if set(corpora) <= set(corpora_in_use(connection)):
            return True
        known = json.loads(get_setting(connection, SettingKey.AUDITED_TOGETHER) or "[[]]")
        return set(corpora) <= set(known[0]) and _audited_together(connection, known[0]) == write.as_json(known)


def _audited_together(connection: Connection, corpora: list[str]) -> str:
    hashes = [get_setting(connection, SettingKey.AUDITED.of(schema)) for schema in audit_state.ROWS]
    return write.as_json([corpora, hashes])


def corpora_in_use(connection: Connection) -> list[str]:
    """Return the corpora that the last run split; none if nothing was split yet."""
    used = _to_return_to(connection) or get_setting(connection, SettingKey.CORPORA_IN_USE)
    if used is None:  # an earlier version did not record them
        return reader.query_frame(connection, "catalogue/select_shown_corpora")["corpus"].to_list()
    corpora: list[str] = json.loads(used)
    return corpora


def _to_return_to(connection: Connection) -> str | None:
    return get_setting(connection, SettingKey.CORPORA_TO_RETURN_TO) or None


def has_one_corpus(home: Home) -> bool:
    """Return whether all photographs of the home are of one corpus."""
    with open_work(home) as connection:
        return len(reader.query_frame(connection, "catalogue/select_corpora")) == 1


def require_split(home: Home) -> list[str]:
    """Return the corpora in use. Raises `StoreError` if the home has no splits."""
    with open_work(home) as connection:
        if reader.query_frame(connection, "splits/select_newest_splits").is_empty():
            raise StoreError(f"there are no splits in '{home.root}' yet: run `affect demo` or `affect run` first")
        return corpora_in_use(connection)
