"""The columns of a manifest: which are required, how a header is matched, and the values of a row by column."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import get_close_matches

from affect_store.store.errors import ManifestError
from affect_store.store.sources.manifest_table import ManifestTable, Record
from affect_store.store.sources.text import quoted
from affect_store.store.vocabulary import AGREEMENTS, RATINGS

REQUIRED_COLUMNS = ("path", "subject", "emotion")
OPTIONAL_COLUMNS = ("angle", "gaze", "sex", "type", "age")
RATING_COLUMNS = (*RATINGS, *AGREEMENTS)
COLUMNS = (*REQUIRED_COLUMNS, *OPTIONAL_COLUMNS)
KNOWN_COLUMNS = (*COLUMNS, *RATING_COLUMNS)
_ALIASES = {"population": "type"}
_MAX_COMPARED = 200
_PER_CENT = re.compile(r"(agreement\w*?)[\s_]*(?:in\s*)?[(\[]?\s*%\s*[)\]]?")
"""The name of a column of shares that are written in per cent: `agreement (%)`, `agreement %`, `agreement in %`."""

_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060"))
_SUGGESTIONS = {
    "path": ("file", "filename", "file_name", "image", "img", "photo", "picture", "filepath"),
    "subject": ("person", "participant", "participant_id", "id", "model", "identity", "face_id"),
    "emotion": ("expression", "label", "class", "affect", "category", "feeling"),
    "angle": ("camera", "camera_angle", "view", "pose", "yaw"),
    "gaze": ("gaze_direction", "look", "eyes"),
    "sex": ("gender",),
    "type": ("ethnicity", "race", "group", "race_ethnicity"),
    "age": ("age_years", "years"),
    "agreement": ("hit_rate", "recognition_rate", "percent_correct", "mean_agreement", "percentage_agreement"),
    "intensity": ("intensity_rating", "mean_intensity"),
    "genuineness": ("authenticity", "genuine", "mean_genuineness"),
}


@dataclass(frozen=True)
class Header:
    """Positions of the known columns, the number of columns up to the last one with a name, and of all columns.

    `per_cent` names the columns of shares whose header has a `%`.
    """

    positions: dict[str, int]
    width: int
    length: int
    ignored: tuple[str, ...]
    per_cent: frozenset[str] = frozenset()

    @property
    def lacking(self) -> list[str]:
        """The optional columns that the manifest does not have."""
        return [name for name in OPTIONAL_COLUMNS if name not in self.positions]

    @property
    def lacking_shares(self) -> list[str]:
        """The columns that the distribution over the emotions lacks, where the manifest has some of them."""
        lacking = [name for name in AGREEMENTS if name not in self.positions]
        return lacking if len(lacking) < len(AGREEMENTS) else []


def normalized(name: str) -> str:
    """Return a column's name as it is compared: without case, surrounding spaces, invisible characters and `(%)`."""
    name = _plain(name)
    match = _PER_CENT.fullmatch(name)
    name = match[1] if match else name
    return _ALIASES.get(name, name)


def is_per_cent(name: str) -> bool:
    """Return whether the name of a column says that its shares are in per cent."""
    return bool(_PER_CENT.fullmatch(_plain(name)))


def _plain(name: str) -> str:
    return name.translate(_INVISIBLE).strip().casefold()


def count_known(header: list[str]) -> int:
    """Return how many columns of a header are known."""
    return len({normalized(name) for name in header} & set(KNOWN_COLUMNS))


def match_header(table: ManifestTable, required: tuple[str, ...] = REQUIRED_COLUMNS) -> Header:
    """Match the header with the known columns; others are ignored.

    Raises `ManifestError` if a required column is missing or a name occurs twice.
    """
    names = [normalized(name) for name in table.header]
    repeated = [name for name, count in Counter(filter(None, names)).items() if count > 1]
    if repeated:
        raise ManifestError(
            f"'{table.path}' has the column(s) {_listed(repeated)} more than once: expected every column once"
            + (" (population is another name of type)" if "type" in repeated else "")
        )
    positions = {name: index for index, name in enumerate(names) if name in KNOWN_COLUMNS}
    missing = [name for name in required if name not in positions]
    ignored = tuple(name for name in names if name and name not in KNOWN_COLUMNS)
    if missing:
        received = _listed([name.strip() for name in table.header]) or "an empty file"
        raise ManifestError(
            f"'{table.path}' lacks the column(s) {_listed(missing)}: expected {_listed(REQUIRED_COLUMNS)} and "
            f"optionally {_listed((*OPTIONAL_COLUMNS, *RATINGS))}, received {received}{_suggestion(missing, ignored)}"
            + ("; the first row must name the columns" if not positions and table.header else "")
        )
    width = max((index + 1 for index, name in enumerate(names) if name), default=0)
    per_cent = frozenset(name for name, index in positions.items() if is_per_cent(table.header[index]))
    return Header(positions, width, len(names), ignored, per_cent)


def similar_columns(missing: list[str], ignored: tuple[str, ...]) -> dict[str, str]:
    """Return the ignored column that may be meant by each missing one, where there is one."""
    similar = {}
    ignored = ignored[:_MAX_COMPARED]
    for name in missing:
        spellings = [other.replace(" ", "_").replace("-", "_") for other in ignored]
        alike = [other for other, text in zip(ignored, spellings, strict=True) if text in _SUGGESTIONS[name]]
        alike = alike or [other for other in ignored if name in other] or get_close_matches(name, ignored, n=1)
        if alike:
            similar[name] = alike[0]
    return similar


def values_by_column(header: Header, table: ManifestTable, record: Record) -> dict[str, str]:
    """Return the row's values of the known columns. Raises `ManifestError` for too many or too few fields."""
    values = record.values
    if table.pads_rows:
        values = values + [""] * (header.length - len(values))
        values = values if any(map(str.strip, values[header.length :])) else values[: header.length]
    if not header.width <= len(values) <= header.length:
        raise ManifestError(_wrong_number(len(values), header, table.separator))
    nameless = next((value for value in values[header.width :] if value.strip()), None)
    if nameless is not None:
        raise ManifestError(f"the value {quoted(nameless)} is in a column without a name")
    return {name: values[index] for name, index in header.positions.items()}


def _wrong_number(count: int, header: Header, separator: str) -> str:
    message = f"the row has {count} fields, but the header has {header.length}"
    if count > header.length and separator:
        message += f"; write a value that contains {separator!r} in quotation marks"
    return message


def _suggestion(missing: list[str], ignored: tuple[str, ...]) -> str:
    similar = similar_columns(missing, ignored)
    return "".join(f"; rename the column {quoted(other)} to {name!r}?" for name, other in similar.items())


def _listed(names: list[str] | tuple[str, ...]) -> str:
    shortened = [name if len(name) <= 60 else f"{name[:57]}..." for name in names[:20]]
    return ", ".join(shortened) + (f" and {len(names) - 20} more" if len(names) > 20 else "")
