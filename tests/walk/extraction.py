"""Extraction that remembers: each file's bytes are extracted once in a process, by MediaPipe, in one worker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from affect_store.flows.steps import extraction
from affect_store.store.features.extract import FACES, ExtractionResult, extract
from affect_store.store.features.feature_options import DEFAULT_OPTIONS, FeatureOptions
from affect_store.validation.recompute import files
from tests.walk.folders import sha256

_results: dict[tuple[str, FeatureOptions, tuple[str, ...]], ExtractionResult] = {}


def remember() -> None:
    """Replace extraction in the pipeline and in the audit."""
    extraction.extract = remembered
    files.extract = remembered


def remembered(
    photos: Sequence[tuple[str, str]],
    *,
    options: FeatureOptions = DEFAULT_OPTIONS,
    processes: int | None = None,
    features: Sequence[str] = FACES,
) -> Iterator[ExtractionResult]:
    """Yield the result of each photograph, as `extract` does; a file with other bytes is always read."""
    changed = {photo for photo in photos if not Path(photo[1]).is_file() or sha256(Path(photo[1])) != photo[0]}
    key = options, tuple(features)
    wanted = [photo for photo in photos if photo in changed or (photo[0], *key) not in _results]
    results = extract(wanted, options=options, processes=1, features=features)
    new = dict(zip(wanted, results, strict=True))
    for photo, result in new.items():
        if photo not in changed:
            _results[photo[0], *key] = result
    for photo in photos:
        yield new[photo] if photo in new else _results[photo[0], *key]
