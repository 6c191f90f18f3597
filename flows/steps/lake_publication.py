"""Publish the current publication of a home into a lake."""

from __future__ import annotations

from affect_store.flows.runtime import console
from affect_store.store.engine.locks import hold
from affect_store.store.errors import NotPublishedError, StoreError
from affect_store.store.home import Home
from affect_store.store.lake import publish, remembered
from affect_store.store.lake.address import LakeAddress, parse
from affect_store.store.lake.publish import Written
from affect_store.store.publication.repository import current


def address_for(home: Home, to: str | None, data: str | None) -> LakeAddress | None:
    """Return the lake that was given, or else the one that the home published into last; None if there is none.

    Raises `StoreError` for an address that cannot be used, and for `data` without a lake.
    """
    known = remembered.read(home)
    if to is None:
        if data is not None:
            raise StoreError("--data is for a lake that is given with --to")
        return known.address if known else None
    address = parse(to, data)
    if data is None and known and known.address and known.address.url == address.url:
        return known.address
    return address


def publish_to_lake(home: Home, address: LakeAddress) -> Written:
    """Give the lake what the home has published, and remember the lake. Raises what `store/lake/publish` does."""
    with hold(home), console.step("publish into the lake") as (step, _):
        folder = current(home)
        if folder is None:
            raise NotPublishedError(home.absence())
        home_id = remembered.identify(home).home_id
        written = publish.publish(address, home.published_store.resolve(), home_id=home_id, publication=folder.name)
        remembered.remember(home, address)
        step.remark = (
            "nothing has changed" if written.snapshot is None
            else f"snapshot {written.snapshot}: {written.n_new:,} rows new, {written.n_gone:,} gone"
        )  # fmt: skip
    return written
