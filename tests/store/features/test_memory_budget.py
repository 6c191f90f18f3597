"""Memory budgets: what does not fit waits, ordinary photographs do not, and nobody waits for ever."""

from __future__ import annotations

import multiprocessing
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from affect_store.flows.steps import catalogue
from affect_store.store.features import memory_budget
from affect_store.store.features.memory_budget import PICTURE_UNITS, UNIT_BYTES, DecodingMemory
from affect_store.store.features.picture_header import MAX_DECODED_BYTES, PictureHeader

LARGE = PictureHeader("PNG", (10_000, MAX_DECODED_BYTES // 8 // 10_000), 1)
ORDINARY = PictureHeader("JPEG", (681, 1024), 1)


@pytest.fixture(params=["threads", "processes"])
def memory(request: pytest.FixtureRequest) -> DecodingMemory:
    if request.param == "threads":
        return memory_budget.of_threads()
    return memory_budget.of_processes(multiprocessing.get_context("spawn"))


def most_at_once(memory: DecodingMemory, header: PictureHeader, threads: int) -> int:
    """Return how many of the threads that reserve memory for such a picture hold it at the same time at most."""
    lock, held, most = threading.Lock(), 0, 0

    def work(_: int) -> None:
        nonlocal held, most
        with memory.pictures.reserve(header.decoded_bytes):
            with lock:
                held += 1
                most = max(most, held)
            time.sleep(0.01)
            with lock:
                held -= 1

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))
    return most


def test_large_pictures_are_decoded_one_at_a_time(memory: DecodingMemory) -> None:
    assert most_at_once(memory, LARGE, 6) == 1


def test_ordinary_photographs_do_not_wait(memory: DecodingMemory) -> None:
    everybody = threading.Barrier(8, timeout=20)

    def work(_: int) -> None:
        with memory.pictures.reserve(ORDINARY.decoded_bytes):
            everybody.wait()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))


def test_more_than_the_whole_budget_is_granted_alone(memory: DecodingMemory) -> None:
    with memory.pictures.reserve(100 * PICTURE_UNITS * UNIT_BYTES):
        assert not memory.pictures.free.acquire(False)  # type: ignore[call-arg]
    assert memory.pictures.free.acquire(False)  # type: ignore[call-arg]


def test_memory_is_free_again_after_an_error(memory: DecodingMemory) -> None:
    with pytest.raises(KeyError), memory.pictures.reserve(LARGE.decoded_bytes):
        raise KeyError
    assert most_at_once(memory, LARGE, 2) == 1


def test_ingestion_reserves_the_memory_of_large_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    held = []
    monkeypatch.setattr(catalogue, "_memory", memory := memory_budget.of_threads())
    monkeypatch.setattr(catalogue, "read_header", lambda content: LARGE)
    monkeypatch.setattr(
        catalogue.decode, "require_undamaged", lambda content, header: held.append(memory.pictures.free.acquire(False))
    )
    catalogue._verified_size(b"")
    assert sum(held) < PICTURE_UNITS
