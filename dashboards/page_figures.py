"""The figures of published pages as Plotly figures, for notebooks. The pages are read as files; nothing is queried."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

import plotly.graph_objects as go
import plotly.io

from affect_store.store.errors import NotPublishedError, UnknownNameError, unknown_name
from affect_store.store.home import Home

SUFFIX = ".html"
_TITLE_PX = 48
"""Height of the title, which a page shows as a heading outside of the figure."""


def page_figures(home: str | Path | Home | None = None, page: str = "index") -> Mapping[str, go.Figure]:
    """Return the figures of a page of the current dashboards by their ids, in the page's order, with their titles.

    The home is the one in AFFECT_HOME by default, or `.affect`. `page` is the name of a page's file without `.html`:
    index, compare, features, data, quality, runs or model-NAME. A figure's id is that of the page, such as
    `board-by_person`. Raises `NotPublishedError` if there are no dashboards, and `UnknownNameError` for another page.
    """
    home = home if isinstance(home, Home) else Home.at(home)
    folder = home.dashboards.parent
    if not home.dashboards.exists():
        raise NotPublishedError(home.absence() if not home.published_store.exists() else _absence(folder))
    names = {path.name.removesuffix(SUFFIX): path for path in folder.glob(f"*{SUFFIX}")}
    if page not in names:
        raise UnknownNameError(unknown_name("page", page, names))
    parser = _Figures()
    parser.feed(names[page].read_text(encoding="utf-8"))
    return {name: _titled(plotly.io.from_json(text), parser.titles.get(name, "")) for name, text in parser.json.items()}


def _absence(folder: Path) -> str:
    return f"the publication has no dashboards in '{folder}'; `affect run` publishes them"


def _titled(figure: go.Figure, title: str) -> go.Figure:
    text = title.replace("&", "&amp;").replace("<", "&lt;")
    height, top = figure.layout.height, figure.layout.margin.t or 0
    return figure.update_layout(
        title={"text": text, "x": 0, "xanchor": "left", "yref": "container", "y": 0.99, "yanchor": "top"},
        margin={"t": top + _TITLE_PX},
        height=None if height is None else height + _TITLE_PX,
    )


class _Figures(HTMLParser):
    """Reads the JSON after each element of the class `canvas`, and the heading of each figure, by the id."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.json: dict[str, str] = {}
        self.titles: dict[str, str] = {}
        self._canvas = self._script = self._heading = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the id of a canvas or a heading, and the beginning of the script that follows a canvas."""
        values = dict(attrs)
        name = values.get("id") or ""
        if "canvas" in (values.get("class") or "").split():
            self._canvas = name
        elif name.endswith("-title"):
            self._heading = name.removesuffix("-title")
        elif tag == "script" and values.get("type") == "application/json" and self._canvas:
            self._script, self._canvas = self._canvas, ""

    def handle_data(self, data: str) -> None:
        """Collect the text of a heading or a figure's script."""
        if self._script:
            self.json[self._script] = self.json.get(self._script, "") + data
        elif self._heading:
            self.titles[self._heading] = self.titles.get(self._heading, "") + data

    def handle_endtag(self, tag: str) -> None:
        """End a heading or a script."""
        self._script = self._heading = ""
