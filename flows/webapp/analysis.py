"""Analysis of a photograph: its face, its movement against a neutral one, and the predictions of several systems.

Pictures are bytes in memory: nothing is written, and nothing is kept after an analysis.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from affect_store.flows.steps import neutral_photographs
from affect_store.flows.steps.neutral_photographs import Neutral, Neutrals
from affect_store.flows.steps.prediction_rows import extracted_features
from affect_store.flows.webapp.movement import Movement, movement_between
from affect_store.flows.webapp.systems import ChosenSystem, LoadedSystem, Prediction
from affect_store.store.errors import WorkerDiedError
from affect_store.store.face_mesh import mean_face
from affect_store.store.features.extract import ExtractionResult, Extractor
from affect_store.store.features.feature_options import FeatureOptions
from affect_store.store.home import Home
from affect_store.store.types import Face


@dataclass(frozen=True)
class Analysis:
    """A photograph, its neutral one if it was given, and the predictions of all systems in their order.

    `movement` is None without two faces, or if both are the same one.
    """

    photograph: ExtractionResult
    neutral: ExtractionResult | None
    movement: Movement | None
    predictions: list[Prediction]


class Analyser(AbstractContextManager["Analyser"]):
    """Trained systems in memory, and processes that find faces: use it as a context manager, from one thread at a time.

    `load` loads the systems, one after the other.
    """

    def __init__(self) -> None:
        self._systems: list[LoadedSystem] = []
        self._extractor = Extractor(1)
        self._extractor.start()  # while TensorFlow is imported

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        self._extractor.close(waits=error is None)

    def load(self, home: Home, systems: Sequence[ChosenSystem]) -> Iterator[None]:
        """Load systems, yielding after each."""
        for chosen in systems:
            self._systems.append(LoadedSystem(home, chosen))
            yield

    def analyse(self, photograph: bytes, neutral: bytes | None = None) -> Analysis:
        """Analyse a photograph; `neutral` is one of the same person with a neutral face, from the same angle.

        A picture that cannot be read or shows no face is a result with a reason. Raises `WorkerDiedError` if a process
        that finds faces was killed, and `ShapeError` for a face whose rigid landmarks coincide.
        """
        images = {options: self._extracted(photograph, neutral, options) for options in self._options()}
        neutrals = {options: _reference(pair[1]) for options, pair in images.items()}
        predictions = [
            system.predict(images[system.options][0], neutrals[system.options], photograph) for system in self._systems
        ]
        first, second = next(iter(images.values()))
        return Analysis(first, second, _movement(first, second), predictions)

    def warm_up(self) -> None:
        """Analyse a made-up face: the first prediction of a network takes a second, and later ones do not."""
        noise = np.random.default_rng(1).integers(0, 256, (512, 340, 3), np.uint8)
        picture = io.BytesIO()
        Image.fromarray(noise).save(picture, "PNG")
        for options in self._options():
            image, other = self._extracted(picture.getvalue(), picture.getvalue(), options)
            xyz = (mean_face() * 0.2 + 0.5).astype(np.float32)
            stretched = xyz * np.array([1, 1.1, 1], np.float32)
            neutrals = _reference(replace(other or image, face=Face("first", xyz), image_id="first"))
            for system in self._systems:
                if system.options == options:
                    face = replace(image, face=Face(image.image_id, stretched))
                    system.predict(face, neutrals, picture.getvalue())

    def _options(self) -> list[FeatureOptions]:
        return list(dict.fromkeys(system.options for system in self._systems))

    def _extracted(
        self, photograph: bytes, neutral: bytes | None, options: FeatureOptions
    ) -> tuple[ExtractionResult, ExtractionResult | None]:
        columns = frozenset[str]().union(*(own.columns for own in self._systems if own.options == options))
        photos = [(None, photograph), *([] if neutral is None else [(None, neutral)])]
        try:
            results = list(self._extractor.results(photos, options=options, features=extracted_features(columns)))
        except BrokenProcessPool as error:
            raise WorkerDiedError("a process that finds faces was killed (out of memory?); try again") from error
        return results[0], results[1] if neutral is not None else None


def _reference(image: ExtractionResult | None) -> Neutrals | None:
    """Return a photograph as the reference of others; None if there is none or it shows no face."""
    if image is None or not isinstance(image.face, Face):
        return None
    return neutral_photographs.of_file(image)


def _movement(image: ExtractionResult, neutral: ExtractionResult | None) -> Movement | None:
    face, reference = _face(image), _face(neutral)
    if face is None or reference is None or np.array_equal(face.xyz, reference.xyz):
        return None
    return movement_between(face, reference)


def _face(image: ExtractionResult | None) -> Neutral | None:
    """Return the face in a photograph with the size of the picture; None without a face."""
    if image is None or image.header is None or not isinstance(image.face, Face):
        return None
    return Neutral(image.face.xyz, image.header.size_px)
