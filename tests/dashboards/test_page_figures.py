"""The figures of published pages for notebooks: those of the pages, with titles, and clear errors."""

import json
import re
from pathlib import Path

import pytest

from affect_store.dashboards import build
from affect_store.dashboards.frames import Frames
from affect_store.dashboards.page_figures import page_figures
from affect_store.store.errors import NotPublishedError, UnknownNameError
from affect_store.store.home import Home


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, frames: Frames) -> Home:
    """A home whose publication has dashboards."""
    home = Home(tmp_path_factory.mktemp("home"))
    build.write(frames, home.dashboards.parent)
    return home


@pytest.mark.parametrize("page", ["index", "compare", "features", "data", "quality", "runs"])
def test_every_figure_of_a_page_is_returned_with_its_data_and_title(home: Home, page: str) -> None:
    text = (home.dashboards.parent / f"{page}.html").read_text()
    figures = page_figures(home, page)
    assert len(figures) == text.count('class="canvas"') > 0
    for name, figure in figures.items():
        embedded = re.search(rf'id="{name}" .*?<script type="application/json">(.*?)</script>', text, re.DOTALL)
        assert embedded and figure.to_plotly_json()["data"] is not None
        assert json.loads(figure.to_json(engine="json"))["data"] == json.loads(embedded[1])["data"]
        assert figure.layout.title.text


def test_no_dashboards_and_unknown_pages_are_clear_errors(home: Home, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="no page 'compar'; did you mean compare"):
        page_figures(home, "compar")
    with pytest.raises(NotPublishedError, match="affect demo"):
        page_figures(tmp_path / "none")
    other = Home(tmp_path / "other")
    other.published.mkdir(parents=True)
    other.published_store.touch()
    with pytest.raises(NotPublishedError, match="the publication has no dashboards"):
        page_figures(other)
