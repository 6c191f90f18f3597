"""Publish the current publication of a home into a lake."""

from __future__ import annotations

from affect_store.flows.runtime import console
from affect_store.store.engine.locks import hold
from affect_store.store.erasure_request import ErasureRequest
from affect_store.store.errors import NotPublishedError, StoreError
from affect_store.store.home import Home
from affect_store.store.lake import erase, publish, remembered, snapshots
from affect_store.store.lake.address import LakeAddress, parse
from affect_store.store.lake.connect import open_to_write
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
    if data is None and known:
        return next((each for each in known.addresses if each.url == address.url), address)
    return address


def roll_back(home: Home, url: str, to: str | None) -> Written:
    """Return this home's rows in a lake to those of a snapshot. Raises `StoreError` for a home that has none there."""
    home.require()
    with hold(home):
        known = remembered.read(home)
        if known is None:
            raise StoreError(f"the home '{home.root}' has not published into a lake")
        if to is not None and not to.isdecimal():
            raise StoreError(f"--to: expected the number of a snapshot, received '{to}'")
        return snapshots.roll_back(parse(url), known.home_id, None if to is None else int(to))


def erase_from_lakes(home: Home, request: ErasureRequest) -> tuple[list[str], list[str]]:
    """Erase a person from all lakes that the home has published into, once its own publications are without the person.

    Returns the addresses of these lakes, and data files that still name the person. Raises `StoreError` if one of the
    lakes cannot be reached: the erasure is not complete then.
    """
    known = remembered.read(home)
    if known is None:
        return [], []
    folder = current(home)
    store = home.published_store.resolve() if folder else None
    left = []
    for address in known.addresses:
        left += erase.erase(address, request, store, home_id=known.home_id, publication=folder.name if folder else "")
    return [address.url for address in known.addresses], left


def publish_to_lake(home: Home, address: LakeAddress) -> Written:
    """Give the lake what the home has published, and remember the lake. Raises what `store/lake/publish` does."""
    with hold(home), console.step("publish into the lake") as (step, _):
        if home.erasure_marker.exists():
            raise StoreError(
                "an erasure is not finished: `affect run` or `affect forget` completes it; nothing was published"
            )
        folder = current(home)
        if folder is None:
            raise NotPublishedError(home.absence())
        known = remembered.identify(home)
        open_to_write(address).close()
        remembered.remember(home, address)  # before rows are there: an erasure must know of them
        written = publish.publish(
            address, home.published_store.resolve(), home_id=known.home_id, publication=folder.name
        )
        step.remark = (
            "nothing has changed" if written.snapshot is None
            else f"snapshot {written.snapshot}: {written.n_new:,} rows new, {written.n_gone:,} gone"
        )  # fmt: skip
    return written
