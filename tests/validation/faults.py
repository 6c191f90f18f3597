"""All planted faults, for the clean store and the store of a real run."""

from __future__ import annotations

from tests.validation import (
    faults_in_catalogue,
    faults_in_deltas,
    faults_in_errors,
    faults_in_landmarks,
    faults_in_own_values,
    faults_in_pixels,
    faults_in_references,
    faults_in_registry,
    faults_in_scalars,
    faults_in_splits,
)
from tests.validation.planting import Fault

FAULTS: tuple[Fault, ...] = (
    *faults_in_catalogue.FAULTS,
    *faults_in_landmarks.FAULTS,
    *faults_in_errors.FAULTS,
    *faults_in_deltas.FAULTS,
    *faults_in_references.FAULTS,
    *faults_in_pixels.FAULTS,
    *faults_in_scalars.FAULTS,
    *faults_in_own_values.FAULTS,
    *faults_in_splits.FAULTS,
    *faults_in_registry.FAULTS,
)
