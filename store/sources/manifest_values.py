"""The labels in a row of a manifest: each value is read, or rejected with what was expected."""

from __future__ import annotations

import re
from collections.abc import Sequence

from affect_store.store.errors import ManifestError
from affect_store.store.sources.declared_emotions import declaration_of
from affect_store.store.sources.similar_words import nearest_word
from affect_store.store.sources.text import quoted, require_name
from affect_store.store.types import Labels
from affect_store.store.unknown_word import UnknownWord
from affect_store.store.vocabulary import (
    ANGLES_DEG,
    EMOTIONS,
    FRONTAL_DEG,
    GAZES,
    SEXES,
    UNKNOWN,
)

OLDEST_YEARS = 130
LOWEST_DEG, HIGHEST_DEG = ANGLES_DEG[0], ANGLES_DEG[-1]
_MAX_TEXT = 200
MAX_NUMBER = 40
"""Maximum number of characters of a number."""

UNKNOWN_WORDS = frozenset({"", "na", "n/a", "nan", "null", "none", "#n/a", UNKNOWN, "?", "-"})
"""Values that mean that a factor is not known, in any case."""

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d*)?", re.ASCII)
_SEX_LETTERS = {word[0]: word for word in SEXES}


def labels_in(values: dict[str, str], corpus: str, further: Sequence[str] = ()) -> Labels:
    """Return the labels of a row; factors that it does not give are unknown, and the camera is frontal.

    `further` are the classes that the corpus declares besides the eight emotions.

    Raises `ManifestError`, which names the column and the value.
    """
    return Labels(
        subject_id=f"{corpus}-{subject_in(values)}",
        sex=_choice("sex", values, SEXES, _SEX_LETTERS),
        population=_population(values),
        emotion=_emotion(values, further),
        camera_angle_deg=_angle(values),
        gaze=_choice("gaze", values, GAZES),
        age=_age(values),
    )


def subject_in(values: dict[str, str]) -> str:
    """Return the subject of a row. Raises `ManifestError` if it is empty or cannot be a name."""
    subject = _text("subject", values)
    if not subject:
        raise ManifestError("subject is empty, expected an identifier of the person")
    return subject


def _text(column: str, values: dict[str, str]) -> str:
    text = values.get(column, "").strip()
    if len(text) > _MAX_TEXT:
        raise ManifestError(f"{column} is {quoted(text)}, expected at most {_MAX_TEXT} characters")
    if text:
        require_name(text, column, ManifestError)
    return text


def _population(values: dict[str, str]) -> str:
    population = _text("type", values)
    return UNKNOWN if population.casefold() in UNKNOWN_WORDS else population


def _emotion(values: dict[str, str], further: Sequence[str]) -> str:
    word, allowed = values["emotion"].strip().casefold(), (*EMOTIONS, *further)
    if word in allowed:
        return word
    if word in UNKNOWN_WORDS:
        return UNKNOWN
    nearest = nearest_word(word, allowed)
    advice = (f"; did you mean {nearest}?" if nearest else "") + declaration_of(word)
    raise ManifestError(
        f"emotion is {received('emotion', values)}, expected one of {' '.join(allowed)}, or empty for an unlabelled "
        f"photograph{advice}",
        UnknownWord("emotion", values["emotion"].strip(), nearest),
    )


def _choice(
    column: str, values: dict[str, str], allowed: Sequence[str], abbreviations: dict[str, str] | None = None
) -> str:
    word = values.get(column, "").strip().casefold()
    word = (abbreviations or {}).get(word, word)
    if word in UNKNOWN_WORDS:
        return UNKNOWN
    if word not in allowed:
        raise ManifestError(
            f"{column} is {received(column, values)}, expected one of {' '.join(allowed)}, or empty if unknown",
            UnknownWord(column, values.get(column, "").strip(), nearest_word(word, allowed)),
        )
    return word


def _angle(values: dict[str, str]) -> int:
    text = values.get("angle", "").strip().removesuffix("°").strip()
    if text.casefold() in UNKNOWN_WORDS:
        return FRONTAL_DEG
    angle = number_in(text)
    if angle is None or not LOWEST_DEG <= angle <= HIGHEST_DEG or angle != int(angle):
        raise ManifestError(
            f"angle is {received('angle', values)}, expected whole degrees from {LOWEST_DEG} to {HIGHEST_DEG}, or "
            f"empty for {FRONTAL_DEG} (frontal)",
            UnknownWord("angle", text),
        )
    return int(angle)


def _age(values: dict[str, str]) -> float | None:
    text = values.get("age", "").strip()
    if text.casefold() in UNKNOWN_WORDS:
        return None
    age = number_in(text)
    if age is None or not 0 <= age <= OLDEST_YEARS:
        raise ManifestError(
            f"age is {received('age', values)}, expected years from 0 to {OLDEST_YEARS}, or empty or NA if unknown"
        )
    return age


def number_in(text: str) -> float | None:
    """Return the number that a text is, with a decimal point or a decimal comma; None if it is none."""
    return float(text.replace(",", ".")) if len(text) <= MAX_NUMBER and _NUMBER.fullmatch(text) else None


def received(column: str, values: dict[str, str]) -> str:
    """Return a value as a message shows it."""
    value = values.get(column, "")
    return quoted(value) if value.strip() else "empty"
