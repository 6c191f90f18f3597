"""Declarations of a user's own feature views, by a decorator that leaves the function as it is.

Nothing is loaded or computed here, and nothing heavy is imported.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any, TypeVar

from affect_store.store.errors import ExtensionError

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
MAX_COLUMNS = 512
RESERVED_COLUMNS = frozenset({
    "image_id", "version", "seal", "created_at", "subject_id", "emotion", "camera_angle_deg", "gaze", "path",
})  # fmt: skip
"""Names that columns of a feature view cannot have: those of its keys and of the labels that exports add."""

_ATTRIBUTE = "__affect_store__"
_Function = TypeVar("_Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Column:
    """A column of a feature view: its name and unit, and the range of its values if one is declared."""

    name: str
    unit: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class ViewDeclaration:
    """A feature view of the user's own: `function` takes the `inputs` of one photograph and returns its columns."""

    name: str
    columns: tuple[Column, ...]
    inputs: tuple[str, ...]
    function: Callable[..., Any]
    revision: int = 1
    description: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)


def feature_view(
    *,
    columns: Mapping[str, str] | Sequence[str],
    inputs: Sequence[str] | None = None,
    revision: int = 1,
    ranges: Mapping[str, tuple[float, float]] | None = None,
    name: str | None = None,
) -> Callable[[_Function], _Function]:
    """Declare a function as a feature view; the function itself stays as it is.

    It is called once per photograph, with its inputs as NumPy arrays in the order of `inputs`, and returns one number
    per column, as a sequence in their order or as a mapping by name. An exception, another number of values, NaN or
    infinity makes the feature missing for this photograph, with the reason.

    Args:
        columns: Unit of each column by name, or the names.
        inputs: Inputs of the function; by default the names of its parameters. `landmarks` are (468, 3) float32,
            normalised to the image (x in widths, y in heights), `size` is (width, height) in pixels, `picture` the
            upright photograph, uint8 RGB (height, width, 3). Any other name is a feature, the product's or your own:
            `aligned` and `frontal_unit` are (468, 3) float32, `pixels` uint8 (128, 85, 3), others float32 (k,).
        revision: Increase it if the values change although neither function nor file does.
        ranges: Lowest and highest value of columns; values outside are missing, with the reason.
        name: Name of the feature; by default that of the function.

    Raises `ExtensionError` for a declaration that cannot be used.
    """

    def declare(function: _Function) -> _Function:
        if not isinstance(function, FunctionType):
            raise ExtensionError(f"@feature_view: expected a function, received {type(function).__name__}")
        title = name or function.__name__
        place = f"feature view {title!r}"
        require_name(place, title)
        declaration = ViewDeclaration(
            title, _columns(place, columns, ranges or {}), _inputs(place, function, inputs), function,
            checked_revision(place, revision), description_of(function, title),
        )  # fmt: skip
        attach(function, declaration)
        return function

    return declare


def attach(function: Callable[..., Any], declaration: object) -> None:
    """Remember what a decorator declared about a function. Raises `ExtensionError` if it is declared already."""
    if _ATTRIBUTE in vars(function):
        raise ExtensionError(
            f"the function {function.__name__!r} is declared twice: declare another function that calls it"
        )
    setattr(function, _ATTRIBUTE, declaration)


def declaration_of(value: object) -> Any:
    """Return what a decorator declared about a function; None for anything else."""
    return getattr(value, _ATTRIBUTE, None) if isinstance(value, FunctionType) else None


def require_name(place: str, name: object) -> None:
    """Raise `ExtensionError` unless this is a name of lower-case letters, digits and underscores."""
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise ExtensionError(
            f"{place}: expected a name of lower-case letters, digits and underscores that begins with a letter, at "
            f"most 40 characters, received {name!r}"
        )


def description_of(function: Callable[..., Any], name: str) -> str:
    """Return the first paragraph of a function's docstring as one line, else its name in words."""
    paragraph = (inspect.getdoc(function) or "").partition("\n\n")[0]
    return " ".join(paragraph.split())[:300].rstrip(".") or name.replace("_", " ")


def _columns(
    place: str, columns: Mapping[str, str] | Sequence[str], ranges: Mapping[str, tuple[float, float]]
) -> tuple[Column, ...]:
    if isinstance(columns, str) or not isinstance(columns, Mapping | Sequence):
        raise ExtensionError(f"{place}: expected columns such as {{'width': 'pixels'}}, received {columns!r}")
    units = dict(columns) if isinstance(columns, Mapping) else dict.fromkeys(columns, "")
    if not 0 < len(columns) <= MAX_COLUMNS or len(units) < len(columns):
        raise ExtensionError(f"{place}: expected 1 to {MAX_COLUMNS} different columns, received {list(columns)[:8]}")
    for name, unit in units.items():
        require_name(f"{place}, column", name)
        if name in RESERVED_COLUMNS:
            raise ExtensionError(f"{place}: the column {name!r} has the name of a key or label; rename it")
        if not isinstance(unit, str):
            raise ExtensionError(f"{place}, column {name!r}: expected its unit as text, received {unit!r}")
    if unknown := sorted(set(ranges) - set(units)):
        raise ExtensionError(f"{place}: ranges of {', '.join(unknown)}, which are no columns of it")
    return tuple(Column(name, unit, *_range(place, name, ranges.get(name))) for name, unit in units.items())


def _range(place: str, column: str, limits: tuple[float, float] | None) -> tuple[float | None, float | None]:
    if limits is None:
        return None, None
    try:
        low, high = (float(limit) for limit in limits)
    except (TypeError, ValueError):
        low, high = 1.0, 0.0
    if not low <= high:
        raise ExtensionError(f"{place}, column {column!r}: expected a range (lowest, highest), received {limits!r}")
    return low, high


def _inputs(place: str, function: FunctionType, inputs: Sequence[str] | None) -> tuple[str, ...]:
    parameters = list(inspect.signature(function).parameters.values())
    positional = [each for each in parameters if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)]
    required = [each for each in positional if each.default is each.empty]
    names = [each.name for each in required] if inputs is None else inputs
    if isinstance(names, str) or not names or not all(isinstance(name, str) for name in names):
        raise ExtensionError(f"{place}: expected inputs such as ('landmarks',), received {names!r}")
    takes_any = any(each.kind is each.VAR_POSITIONAL for each in parameters)
    keywords = [each for each in parameters if each.kind is each.KEYWORD_ONLY and each.default is each.empty]
    fits = len(required) <= len(names) and (takes_any or len(names) <= len(positional)) and not keywords
    if not fits or len(set(names)) < len(names):
        raise ExtensionError(
            f"{place}: the inputs {', '.join(names)} do not fit {function.__name__}{inspect.signature(function)}"
        )
    return tuple(names)


def checked_revision(place: str, revision: object) -> int:
    """Return the revision. Raises `ExtensionError` unless it is a number of 1 or more."""
    if not isinstance(revision, int) or isinstance(revision, bool) or revision < 1:
        raise ExtensionError(f"{place}: expected a revision of 1 or more, received {revision!r}")
    return revision
