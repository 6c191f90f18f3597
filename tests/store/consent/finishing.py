"""What is done with a rewritten store before it replaces the old one."""

from affect_store.store.engine.duckdb import Connection


def do_nothing(connection: Connection) -> None:
    pass
