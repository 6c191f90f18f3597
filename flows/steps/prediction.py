"""The class `Predictor`: the emotion in photographs that need not be in the store. It changes nothing in the home."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import polars as pl

from affect_store.flows.steps import final_choice, neutral_photographs, trained_model
from affect_store.flows.steps.neutral_photographs import Neutrals
from affect_store.flows.steps.prediction_frame import prediction_frame
from affect_store.flows.steps.prediction_rows import extracted_features, options_and_versions, rows_of
from affect_store.flows.steps.trained_model import CHAMPION, LoadedModel, TrainedModel
from affect_store.store.engine.store_file import StoreFile
from affect_store.store.errors import StoreError, WorkerDiedError
from affect_store.store.features.extract import ExtractionResult, Extractor
from affect_store.store.home import Home
from affect_store.store.offline import relative_rows
from affect_store.store.sources.named_files import pictures_below

BATCH_SIZE = 64
"""Number of photographs that are predicted at once, so that memory does not grow with a folder."""

PathLike = str | Path


@dataclass(frozen=True)
class PredictedBatch:
    """Some photographs: their paths, the faces found in them, and the frame of their predictions, in the same order."""

    paths: list[Path]
    images: list[ExtractionResult]
    frame: pl.DataFrame


class Predictor(AbstractContextManager["Predictor"]):
    """A trained model of a home that predicts the emotion in photographs, whether they are in its store or not.

    Features are computed by the code of training, at the versions that the model was trained on. Faces are found in
    processes of their own, which stay for the next photographs: use it as a context manager, or call `close`.

        from affect_store import Predictor

        with Predictor.load(".affect", "champion") as predictor:
            frame = predictor.predict("photographs", neutral="neutral.jpg")

    `name` is its system, `run_id` its run, `choice` why it was chosen, and `needs_neutral` whether it compares a face
    with a neutral photograph of the same person.
    """

    def __init__(self, home: Home, model: TrainedModel, choice: str) -> None:
        self.name, self.run_id, self.choice = model.name, str(model.run["run_id"]), choice
        self.needs_neutral = model.needs_neutral
        self._home, self._columns, self._classes = home, model.columns, model.classes
        self._own = model.own
        self._options, self._versions = options_and_versions(self.run_id, model.versions, model.own)
        self._subjects: dict[str, Neutrals] = {}
        self._extractor = Extractor()
        self._extractor.start()  # while TensorFlow is imported
        self._model = LoadedModel(home, model)

    @classmethod
    def load(
        cls, home: str | Path | Home | None = None, model: str = CHAMPION, *, without_neutral: bool = False
    ) -> Predictor:
        """Load a model: 'champion', a system such as 'cnn' or 'cnn.published', or the id of a run.

        The champion is its final model, which was trained on everybody (`affect train --final`), or its own run without
        one; without a champion, the best system of the leaderboard counts. With `without_neutral`, a champion that
        needs a neutral photograph is replaced by the best system that needs none. The home is the one in AFFECT_HOME by
        default, or `.affect`. Raises `UnknownNameError` for an unknown model, and `StoreError` if it has no files, was
        trained on features that this installation does not compute, or cannot do without a neutral photograph.
        """
        home = home if isinstance(home, Home) else Home.at(home)
        trained, choice = trained_model.read_store(home, partial(_choose, home, model, without_neutral))
        return cls(home, trained, choice)

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        self._extractor.close(waits=error is None)

    def close(self) -> None:
        """End the processes that find faces."""
        self._extractor.close()

    def predict(
        self,
        paths: PathLike | Iterable[PathLike],
        *,
        neutral: PathLike | Iterable[PathLike] | None = None,
        subject: str | None = None,
    ) -> pl.DataFrame:
        """Predict photographs: one row each, in the order of the paths and by name within a folder.

        Args:
            paths: Files and folders; of a folder, all pictures below it. A model of deltas relative to the person
                compares a photograph with the others, which must be of the same person.
            neutral: A neutral photograph of the person, from the same angle, or several of them. The first is the
                reference of all `paths`, and a model that was trained with `references` mean compares a face with each.
                A model that needs none does not use them, but they must be readable and show a face.
            subject: A person in the store, whose neutral photographs are the references, by the rules of training. The
                camera is the one whose neutral photograph shows the head turned as in the new one. For a model that
                needs no neutral photograph, the person need not have one.

        Returns:
            path, subject, model, predicted (an emotion), the probability `EMOTION_prob` of each class of the model
            (float32, calibrated), the face's box in pixels of the upright picture (`face_left_px`, `face_top_px`,
            `face_width_px`, `face_height_px`), and `reason`: NULL, or why there is no prediction. A photograph without
            a face is not predicted, even by a model that reads only pixels.

        Raises:
            StoreError: Both `neutral` and `subject` are given, or the person has no neutral photograph in the store and
                the model needs one.
            UnknownNameError: The person is not in the store.
            UnreadablePhotoError: The neutral photograph cannot be read, or shows no face.
            WorkerDiedError: A process that finds faces was killed.
        """
        files = photographs_of(paths)
        frames = [batch.frame for batch in self.batches(files, neutral=neutral, subject=subject)]
        if not frames:
            return prediction_frame([], [], [], None, subject, self.name, self._classes)
        return pl.concat(frames)

    def batches(
        self, files: Sequence[Path], *, neutral: PathLike | Iterable[PathLike] | None = None, subject: str | None = None
    ) -> Iterator[PredictedBatch]:
        """As `predict`, a batch at a time, with the faces: for progress, and for drawing them.

        A model of deltas relative to the person predicts all files in one batch.
        """
        if neutral is not None and subject is not None:
            raise StoreError("expected a neutral photograph or a person in the store, received both")
        given = [] if neutral is None else photographs_of(neutral)
        if neutral is not None and not given:
            raise StoreError(f"there are no pictures in '{neutral}'; expected neutral photographs")
        images = self._extracted([*given, *files])
        neutrals = self._of_files(list(islice(images, len(given)))) if given else self._of_subject(subject)
        size = len(files) if relative_rows.COLUMN in self._columns else BATCH_SIZE  # all photographs of the person
        for start in range(0, len(files), max(1, size)):
            paths = list(files[start : start + size])
            batch = list(islice(images, len(paths)))
            rows, reasons = rows_of(
                batch, neutrals, self._columns, self._options.references, own=self._own, photographs=paths
            )
            predictions = self._model.predict(rows) if rows.num_rows else None
            frame = prediction_frame(paths, batch, reasons, predictions, subject, self.name, self._classes)
            yield PredictedBatch(paths, batch, frame)

    def _extracted(self, files: Sequence[Path]) -> Iterator[ExtractionResult]:
        photos = [(None, str(path)) for path in files]
        try:
            yield from self._extractor.results(
                photos, options=self._options, features=extracted_features(self._columns)
            )
        except BrokenProcessPool as error:
            raise WorkerDiedError("a process that finds faces was killed (out of memory?); predict again") from error

    def _of_files(self, neutrals: Sequence[ExtractionResult]) -> Neutrals | None:
        of_files = neutral_photographs.of_files(neutrals)
        return of_files if self.needs_neutral else None

    def _of_subject(self, subject: str | None) -> Neutrals | None:
        if subject is None:
            return None
        if not self.needs_neutral:
            require = partial(neutral_photographs.require_person, subject=subject)
            trained_model.read_store(self._home, require)
            return None
        if subject not in self._subjects:
            read = partial(self._read_subject, subject)
            self._subjects[subject] = trained_model.read_store(self._home, read)
        return self._subjects[subject]

    def _read_subject(self, subject: str, source: StoreFile) -> Neutrals:
        with_pixels = "reference_rgb" in self._columns
        return neutral_photographs.of_subject(source, subject, self._versions, with_pixels=with_pixels)


def _choose(home: Home, name: str, without_neutral: bool, source: StoreFile) -> tuple[TrainedModel, str]:
    """Return the model that `name` stands for, and why it is chosen."""
    run_id, choice = trained_model.choose(source, name)
    if name == CHAMPION:
        run_id, choice = final_choice.final_of(source, run_id, choice)
    model = trained_model.read_model(home, source, run_id)
    if not (without_neutral and model.needs_neutral):
        return model, choice
    others = " and ".join(trained_model.systems_without_neutral())
    if name != CHAMPION:
        raise StoreError(
            f"{model.name} compares a face with a neutral photograph of the person: give one with `--neutral FILE`, or "
            f"`--subject ID` for a person in the store; {others} need none"
        )
    best = trained_model.best_without_neutral(source)
    if best is None:
        raise StoreError(
            f"{model.name} ({choice}) compares a face with a neutral photograph of the person: give one with "
            "`--neutral FILE`, or `--subject ID` for a person in the store. No system that needs none is trained: "
            f"`affect train --model point_mlp` trains one ({others} need none)"
        )
    run_id, choice = final_choice.final_of(
        source,
        best,
        f"the best system without a neutral photograph ({model.name} needs one: `--neutral FILE` or `--subject ID`)",
    )
    return trained_model.read_model(home, source, run_id), choice


def photographs_of(paths: PathLike | Iterable[PathLike]) -> list[Path]:
    """Return the files among the paths, and the pictures below the folders, sorted within each folder."""
    given = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    files: list[Path] = []
    for path in map(Path, given):
        files += pictures_below(path) if path.is_dir() else [path]
    return files
