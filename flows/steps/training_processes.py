"""Train several networks at once, each in a process of its own.

With deterministic kernels TensorFlow uses about one core, whatever the number of its threads, so that a machine trains
as many networks at once as it has cores. The rows go to a process through a pipe, and nobody but the caller opens the
store. A network gets the same weights here as in the process of the caller.
"""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from affect_store.flows.steps.run_artifacts import is_kept, unfinished_folder
from affect_store.flows.steps.run_execution import Outcome, fit_rows, rows_of, untrainable
from affect_store.flows.steps.run_specs import RunSpec
from affect_store.models.settings import epochs_of
from affect_store.models.systems import NETWORK, SYSTEMS
from affect_store.store.engine import clock, reader
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import UntrainableError, WorkerDiedError
from affect_store.store.features import worker_processes
from affect_store.store.home import Home
from affect_store.store.vocabulary import PARTS

PROCESSES = "AFFECT_TRAINING_PROCESSES"
"""Environment variable with the number of networks to train at once."""

MAX_PROCESSES = 4
BYTES_PER_PROCESS = 3 * 2**30
"""Memory of a process without its rows: a network of the notebook has 70 million weights, with as many gradients."""

BYTES_PER_PHOTOGRAPH = 4 * 80 * 2**10
"""Memory of a photograph in each process: thumbnails of it and of its reference, and vectors, in four copies."""

GPU_DEVICES = ("/dev/nvidiactl", "/dev/dxg", "/dev/kfd")
"""Devices of graphics processors: NVIDIA's, those of a Windows host, AMD's."""

MIN_WORK = 20_000
"""Photographs times epochs, over all networks, from which training takes longer than the processes to start."""

POLL_S = 0.5

CONTAINER_LIMITS = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
)
"""Files with the limit of a container's memory and what it uses, in both versions of Linux's control groups."""


def process_count(photographs: int) -> int:
    """Return how many networks to train at once on the rows of so many photographs.

    It is one on a machine with a GPU, and never more than memory allows.
    """
    wanted = os.environ.get(PROCESSES, "")
    if wanted.isdecimal() and int(wanted):
        return int(wanted)
    if any(Path(device).exists() for device in GPU_DEVICES):
        return 1
    by_memory = _available_bytes() // (BYTES_PER_PROCESS + photographs * BYTES_PER_PHOTOGRAPH)
    return int(max(1, min(os.cpu_count() or 1, MAX_PROCESSES, by_memory)))


def _available_bytes() -> int:
    """Return the memory that programs can have without swapping: that of the machine, or of its container if less."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        free = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration):  # no Linux
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for limit, used in CONTAINER_LIMITS:
        with suppress(OSError, ValueError):  # no such limit
            free = min(free, int(Path(limit).read_text("ascii")) - int(Path(used).read_text("ascii")))
    return max(free, 0)


def worth_a_process(home: Home, specs: Sequence[RunSpec]) -> tuple[list[RunSpec], int]:
    """Return the networks among these runs, without those of the user's own, and how many to train at once; none where
    one after another is as fast."""
    networks = [spec for spec in specs if SYSTEMS[spec.model].family == NETWORK and not spec.is_pooled]
    if not all(spec.is_repeatable for spec in networks):
        return [], 1  # other kernels use all cores, or a GPU
    if len(networks) < 2 or work_of(networks, training_photographs(home, networks)) < MIN_WORK:
        return [], 1
    processes = process_count(max(photographs_of_parts(home, networks).values()))
    return (networks, processes) if processes > 1 else ([], 1)


def photographs_of_parts(home: Home, specs: Sequence[RunSpec]) -> dict[str, int]:
    """Return the number of photographs of each of the runs' splits."""
    return _counted(home, specs, PARTS)


def training_photographs(home: Home, specs: Sequence[RunSpec]) -> dict[str, int]:
    """Return the number of photographs that each of the runs' splits trains on."""
    return _counted(home, specs, PARTS[:1])


def _counted(home: Home, specs: Sequence[RunSpec], parts: Sequence[str]) -> dict[str, int]:
    splits = {spec.split.split_id: spec.split for spec in specs}
    with open_work(home) as connection:
        rows = {name: reader.split_rows(connection, split) for name, split in splits.items()}
    return {name: frame.filter(pl.col("part").is_in(parts)).height for name, frame in rows.items()}


def work_of(specs: Sequence[RunSpec], photographs: Mapping[str, int]) -> int:
    """Return the photographs times epochs of networks, at most; `photographs` are those that each split trains on."""
    return sum(photographs[spec.split.split_id] * epochs_of(spec.model, spec.recipe, spec.epochs) for spec in specs)


def train_apart(
    home: Home, specs: Sequence[RunSpec], processes: int, on_epoch: Callable[[str, int], object]
) -> Iterator[tuple[RunSpec, Outcome]]:
    """Train networks in this many processes; yields each with its outcome as it is ready, its model saved.

    `on_epoch` is called with the id of a run and the number of its epochs so far. Raises `WorkerDiedError` if a process
    was killed; what was yielded before is valid.
    """
    context = worker_processes.WorkerContext()
    (reader, writer), epochs = context.Pipe(duplex=False), context.SimpleQueue()
    pool = worker_processes.open_pool(processes, context, _start_worker, (reader, epochs))
    waiting, running = deque(specs), dict[Future[Outcome], RunSpec]()
    try:
        while waiting or running:
            while waiting and len(running) < processes:
                spec = waiting.popleft()
                rows = {part: _as_bytes(table) for part, table in rows_of(home, spec).items()}
                folder = str(unfinished_folder(home, spec)) if is_kept(spec) else None
                running[pool.submit(_train, spec, rows, folder)] = spec
            done, _ = wait(running, timeout=POLL_S, return_when=FIRST_COMPLETED)
            while not epochs.empty():
                on_epoch(*epochs.get())
            for future in sorted(done, key=_has_failed):  # what succeeded counts
                outcome = future.result()
                yield running.pop(future), outcome
    except BrokenProcessPool as error:
        raise WorkerDiedError("a process that trains was killed (out of memory?)") from error
    finally:
        writer.close()  # ends the processes that still train
        reader.close()
        pool.shutdown(wait=not running, cancel_futures=True)


def _has_failed(future: Future[Outcome]) -> bool:
    return future.exception() is not None


def _as_bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


_epochs: SimpleQueue[tuple[str, int]] | None = None
"""Where a worker reports its epochs."""


def _start_worker(alive: Connection, epochs: Any) -> None:
    """Leave Ctrl-C to the parent, which closes its end of `alive` to end its workers."""
    global _epochs
    _epochs = epochs
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_exit_after, args=(alive,), daemon=True).start()


def _exit_after(alive: Connection) -> None:
    with suppress(EOFError, OSError):
        alive.recv_bytes()
    os._exit(1)


def _train(spec: RunSpec, rows: dict[str, bytes], folder: str | None) -> Outcome:
    """Train a network on the rows of its parts, and save it in `folder` if there is one."""
    started = clock.now()
    tables = {part: pa.ipc.open_stream(pa.py_buffer(content)).read_all() for part, content in rows.items()}

    def report(epoch: int, total: int, row: dict[str, Any]) -> None:
        if _epochs is not None:
            _epochs.put((spec.run_id, epoch))

    try:
        outcome = fit_rows(spec, tables, started, report)
    except UntrainableError as error:
        return untrainable(spec, started, error)
    except Exception as error:
        if _is_short_of_memory(error):
            os._exit(1)  # as if it had been killed: the others that train use the memory
        raise
    if folder is None or outcome.fitted is None:
        return replace(outcome, fitted=None)
    from affect_store.models.training.artifact import save

    shutil.rmtree(folder, ignore_errors=True)
    return replace(outcome, fitted=None, saved_sha256=save(outcome.fitted, Path(folder)))


def _is_short_of_memory(error: Exception) -> bool:
    from affect_store.models.backend import tf

    return isinstance(error, MemoryError | tf.errors.ResourceExhaustedError)
