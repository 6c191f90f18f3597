"""Extraction: landmarks and thumbnails of the catalogued photographs that lack them, on all cores.

A photograph without a face becomes a row of `features.misses`. Chunks are stored as they are completed, so a killed
run loses at most one chunk.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Generator, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from itertools import islice

import polars as pl

from affect_store.flows.runtime import console
from affect_store.flows.steps import feature_services
from affect_store.flows.steps.extracted_rows import VIEW_OF, store_extracted
from affect_store.flows.steps.missing_features import UNREADABLE
from affect_store.store.engine import clock, reader
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import WorkerDiedError
from affect_store.store.features import feature_views
from affect_store.store.features.decode import require_scale
from affect_store.store.features.extract import FACES, ExtractionResult, extract
from affect_store.store.features.feature_options import DEFAULT_OPTIONS, FeatureOptions, require_options
from affect_store.store.features.feature_views import BICUBIC_PIXELS, PUBLISHED_FEATURES, SINGLE_LANDMARKS
from affect_store.store.home import Home
from affect_store.store.types import Face, NoFace

CHUNK_SIZE = 256


def materialize_landmarks(
    home: Home, options: FeatureOptions = DEFAULT_OPTIONS, *, published: Collection[str] = ()
) -> int:
    """Extract what is missing with these options; returns the number of photographs processed.

    `published` are features that only the published recipe reads; a home that has them already keeps them complete.

    Raises `CorpusError` for options that do not exist, and `WorkerDiedError` if a worker process was killed.
    """
    require_scale(options.decode_scale)
    require_options(options)
    with open_work(home) as connection:
        current = _register(connection, options, published)
        versions = {name: current[name] for name in VIEW_OF if name in current}
        parameters = {**dict.fromkeys(PUBLISHED_FEATURES), **versions, "retried": UNREADABLE, "moment": clock.now()}
        photographs = reader.query_frame(connection, "features/select_images_to_extract", parameters)
    faces = faceless = crowded = 0
    started_s = time.monotonic()
    unreadable: list[str] = []
    with console.step("extract landmarks and thumbnails", len(photographs)) as (step, advance):
        with closing(name_dead_worker(_extract(photographs, options))) as extracted:  # ends the workers after an error
            for chunk in _chunks(extracted, CHUNK_SIZE, advance):
                with open_work(home) as connection:
                    store_extracted(connection, chunk, versions, options.passes)
                faces += sum(isinstance(image.face, Face) for image in chunk)
                faceless += sum(isinstance(image.face, NoFace) for image in chunk)
                crowded += sum(isinstance(image.face, Face) and (image.face.face_count or 1) > 1 for image in chunk)
                unreadable += [image.unreadable for image in chunk if image.unreadable]
        step.remark = f"{faces:,} faces, {faceless} without" if faces + faceless else "nothing new"
        if len(photographs) >= CHUNK_SIZE:
            step.remark += f", {len(photographs) / (time.monotonic() - started_s):.1f} per second"
        if others := len(photographs) - int(photographs["lacks_face"].sum()):
            step.remark = f"{step.remark}, {others:,} photographs for the published recipe"
    _report(crowded, unreadable)
    return len(photographs)


def _register(connection: Connection, options: FeatureOptions, published: Collection[str]) -> dict[str, str]:
    """Make the versions of these options current; returns version by feature.

    A home that has the pixels of the published recipe, or landmarks of its own for it, trains it: both stay complete.
    """
    if any(feature_services.is_current(connection, name) for name in PUBLISHED_FEATURES):
        has_pixels = feature_services.is_current(connection, BICUBIC_PIXELS)
        published = {*published, SINGLE_LANDMARKS, *([BICUBIC_PIXELS] if has_pixels else [])}
    is_apart = not options.is_single or feature_services.is_current(connection, SINGLE_LANDMARKS)
    single = feature_views.landmarks(options.single) if SINGLE_LANDMARKS in published and is_apart else None
    return feature_services.register(connection, feature_views.chosen(options, published=published), single)


def _extract(photographs: pl.DataFrame, options: FeatureOptions) -> Iterator[ExtractionResult]:
    """Extract what each photograph lacks, those that lack the same together."""
    lacking = pl.struct("lacks_face", "lacks_bicubic", "lacks_single").alias("lacking")
    for _, group in photographs.group_by(lacking, maintain_order=True):
        row = group.row(0, named=True)
        of_recipe = {BICUBIC_PIXELS: row["lacks_bicubic"], SINGLE_LANDMARKS: row["lacks_single"]}
        missing = [*(FACES if row["lacks_face"] else ()), *(name for name, lacks in of_recipe.items() if lacks)]
        yield from extract(group.select("image_id", "path").rows(), options=options, features=missing)


def _report(crowded: int, unreadable: list[str]) -> None:
    """Print how many photographs show several faces, and how many could not be read."""
    if crowded:
        photographs = "1 photograph shows" if crowded == 1 else f"{crowded:,} photographs show"
        console.say(
            f"      {photographs} several faces; the landmarks are those of the face that the detector is surest of: "
            'affect sql "SELECT image_id, face_count, face_size_rank FROM features.landmarks WHERE face_count > 1"',
            style="yellow",
        )
    if unreadable:
        console.say(
            f"      {len(unreadable)} could not be read; the next run tries again: {unreadable[0]}", style="yellow"
        )


def name_dead_worker(extracted: Iterable[ExtractionResult]) -> Generator[ExtractionResult, None, None]:
    """Yield the results, and raise `WorkerDiedError` if a worker process was killed."""
    try:
        yield from extracted
    except BrokenProcessPool as error:
        raise WorkerDiedError(
            "a face extraction process was killed (out of memory?); stored features are kept, run again to continue"
        ) from error


def _chunks(
    extracted: Iterable[ExtractionResult], size: int, advance: console.Advance
) -> Iterator[list[ExtractionResult]]:
    iterator = iter(extracted)
    while True:
        chunk = []
        for image in islice(iterator, size):
            chunk.append(image)
            advance(1)
        if not chunk:
            return
        yield chunk
