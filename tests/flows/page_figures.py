"""Parsing of the figures of a published page: their data, and the SQL beside them."""

import base64
import math
from collections.abc import Iterable, Iterator, Sequence
from html.parser import HTMLParser

import numpy as np


class Figures(HTMLParser):
    """The figures of a page: id, data, and the SQL beside each."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.figures: list[dict] = []
        self._page_queries: list[str] = []
        self._target = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if "canvas" in (attributes.get("class") or ""):
            self.figures.append({"id": attributes["id"], "data": "", "queries": []})
        if tag == "pre":
            self._page_queries.append("") if not self.figures else self.figures[-1]["queries"].append("")
        is_data = tag == "script" and attributes.get("type") == "application/json" and "id" not in attributes
        is_query = tag == "pre" or (tag == "code" and self._target == "queries")
        self._target = "data" if is_data else "queries" if is_query else ""

    def handle_endtag(self, tag: str) -> None:
        self._target = ""

    def handle_data(self, data: str) -> None:
        if self._target == "data":
            self.figures[-1]["data"] += data
        elif self._target:
            (self.figures[-1]["queries"] if self.figures else self._page_queries)[-1] += data


def numbers(values: object) -> Iterator[float]:
    """Yield the finite numbers of nested lists."""
    if isinstance(values, list):
        for value in values:
            yield from numbers(value)
    elif isinstance(values, (int, float)) and not isinstance(values, bool) and math.isfinite(values):
        yield float(values)


def rounded(points: Iterable[Sequence[float]]) -> list[tuple[float, ...]]:
    """Sort points, rounded to four digits."""
    return sorted(tuple(round(value, 4) for value in point) for point in points)


def arrows(figure: dict) -> np.ndarray:
    """Return the vectors of the arrow heads of a three-dimensional face, (468, 3), in the axes of the store."""
    u, v, w = (as_numpy(figure["traces"][3][letter]) for letter in "uvw")
    return np.stack([u, -w, v], axis=1)


def as_numpy(values: list[float] | dict[str, str]) -> np.ndarray:
    """Convert values of a figure to NumPy: Plotly writes NumPy arrays as base64."""
    if isinstance(values, dict):
        return np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"])
    return np.array(values)
