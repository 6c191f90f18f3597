"""The figures of a published page, with the SQL beside each, and the numbers in them."""

import base64
import math
from collections.abc import Iterable, Iterator, Sequence
from html.parser import HTMLParser

import numpy as np


class Figures(HTMLParser):
    """The figures of a page: id, data, and the SQL beside it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[dict] = []
        self._of_the_page: list[str] = []
        self._into = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if "canvas" in (told.get("class") or ""):
            self.found.append({"id": told["id"], "data": "", "queries": []})
        if tag == "pre":
            self._of_the_page.append("") if not self.found else self.found[-1]["queries"].append("")
        is_data = tag == "script" and told.get("type") == "application/json" and "id" not in told
        is_query = tag == "pre" or (tag == "code" and self._into == "queries")
        self._into = "data" if is_data else "queries" if is_query else ""

    def handle_endtag(self, tag: str) -> None:
        self._into = ""

    def handle_data(self, data: str) -> None:
        if self._into == "data":
            self.found[-1]["data"] += data
        elif self._into:
            (self.found[-1]["queries"] if self.found else self._of_the_page)[-1] += data


def numbers(values: object) -> Iterator[float]:
    if isinstance(values, list):
        for value in values:
            yield from numbers(value)
    elif isinstance(values, (int, float)) and not isinstance(values, bool) and math.isfinite(values):
        yield float(values)


def rounded(points: Iterable[Sequence[float]]) -> list[tuple[float, ...]]:
    return sorted(tuple(round(one, 4) for one in point) for point in points)


def arrows(figure: dict) -> np.ndarray:
    """What the heads of a turning face's arrows point to, (468, 3), in the axes of the data."""
    u, v, w = (numpy_of(figure["traces"][3][letter]) for letter in "uvw")
    return np.stack([u, -w, v], axis=1)


def numpy_of(values: list[float] | dict[str, str]) -> np.ndarray:
    """Plotly writes NumPy's arrays as base64."""
    if isinstance(values, dict):
        return np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"])
    return np.array(values)
