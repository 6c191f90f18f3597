"""The documentation site builds without a network, has no broken link, and requests nothing but its own files."""

from __future__ import annotations

import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from tests.browsing import watched
from tests.docs.documents import ROOT

pytest.importorskip("mkdocs", reason="the documentation's packages are not installed")

RESOURCES = {"script": "src", "img": "src", "iframe": "src", "link": "href", "source": "src"}
"""Elements whose resource a browser loads by itself, and the attribute with its address."""


class Page(HTMLParser):
    """The links, resources and anchors of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.resources: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value for name, value in attrs if value is not None}
        self.anchors |= {values[name] for name in ("id", "name") if name in values}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if tag in RESOURCES and RESOURCES[tag] in values and values.get("rel") not in ("canonical", "prev", "next"):
            self.resources.append(values[RESOURCES[tag]])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site; warnings of MkDocs, for example of a broken link, are errors."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stdout + result.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    parsed = {path: Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    assert len(parsed) > 30
    return parsed


def test_every_link_leads_somewhere(site: Path, pages: dict[Path, Page]) -> None:
    broken = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or path.name == "404.html":
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            is_anchor_known = (
                not parts.fragment or target not in pages or unquote(parts.fragment) in pages[target].anchors
            )
            if not target.is_file() or not is_anchor_known:
                broken.append(f"{path.relative_to(site)}: {link}")
    assert broken == []


def test_nothing_is_loaded_from_other_servers(pages: dict[Path, Page]) -> None:
    foreign = {resource for page in pages.values() for resource in page.resources if urlsplit(resource).scheme}
    assert {resource for resource in foreign if not resource.startswith("data:")} == set()


@pytest.mark.long
@pytest.mark.parametrize("width", [1440, 390])
def test_pages_open_from_disk_and_are_searched(site: Path, browser: Any, width: int) -> None:
    """Nothing but the site's files is requested, no console error, no horizontal scrolling; wide and narrow windows."""
    view = browser.new_page(viewport={"width": width, "height": 900})
    faults = watched(view)
    for name in ("index.html", "guides/sql.html", "reference/store.html", "reference/python.html"):
        view.goto((site / name).as_uri())
        assert view.evaluate("document.documentElement.scrollWidth") <= width, name
    view.goto((site / "index.html").as_uri())
    view.keyboard.press("s")
    view.keyboard.type("quarantine")
    view.wait_for_function("document.body.innerText.includes('matching documents')", timeout=60_000)
    view.close()
    assert faults == []
