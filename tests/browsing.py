"""A headless Chromium for tests of pages, and checks of every page: errors, requests, overflow, accessibility."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LOCAL = ("file:", "data:", "blob:")
WIDTHS = (1440, 390)
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@contextmanager
def opened(*arguments: str) -> Iterator[Any]:
    """A browser, started with these arguments; the test is skipped, with the reason, if none is installed."""
    api = pytest.importorskip("playwright.sync_api", reason="the package playwright is not installed")
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is on the path")
    with api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", *arguments])
        yield chromium
        chromium.close()


def watched(view: Any) -> list[str]:
    """A list that collects what goes wrong in a view: errors, dialogs, and requests other than to the disk."""
    faults: list[str] = []
    view.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    view.on("pageerror", lambda error: faults.append(str(error)))
    view.on("dialog", lambda dialog: (faults.append(dialog.message), dialog.dismiss()))
    view.on("request", lambda request: None if request.url.startswith(LOCAL) else faults.append(request.url))
    return faults


def barriers(browser: Any, page: Path, ready: str, scheme: str) -> list[tuple[str, str, list[str]]]:
    """The serious and critical violations that axe-core finds on a page, in a light or dark setting."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    view = browser.new_page(viewport={"width": WIDTHS[0], "height": 900}, color_scheme=scheme)
    view.goto(page.as_uri())
    view.wait_for_selector(ready, timeout=60_000)
    violations = axe.Axe().run(view).response["violations"]
    view.close()
    return [
        (row["id"], row["help"], [node["html"][:200] for node in row["nodes"][:3]])
        for row in violations
        if row["impact"] in ("serious", "critical")
    ]
