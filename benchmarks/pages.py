"""How large are the pages, and how soon does a reader see them, opened from disk?

Looks at the dashboards of a home (those of `make demo` by default), and makes those of a store of the published study's
size: 67 people, 8 emotions, 3 gazes and 3 cameras, 4,824 photographs in use. Each page is opened in a headless
Chromium of its own, several times, and the median of its first contentful paint counts; the time until its last figure
is drawn is printed beside it. Needs a Chromium on the path.

    .venv/bin/python benchmarks/pages.py [--home .affect] [--rounds 3] [--runs 18]

Closes with one line a goal, and exits with 1 if one is missed. The fabricated store takes some minutes and 2 GB.
"""

from __future__ import annotations

import argparse
import importlib
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

if __name__ == "__main__" and __package__ is None:  # run as a file: this folder's `store.py` must not hide the package
    sys.path[0] = str(Path(__file__).parents[1])

from playwright.sync_api import Browser, sync_playwright

from flows.publish import write_pages
from store.tables.home import STORE_FILE
from store.tables.publish import write_store
from store.vocabulary import EMOTIONS, GAZES

STORES: Any = importlib.import_module("tests.validation.fabricate")
"""The maker of stores is the tests' own."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PEOPLE = 67
DEMO_BOUND_S, STUDY_BOUND_S, PAGE_BOUND_MB = 1.0, 3.0, 3.0
WINDOW = {"width": 1440, "height": 900}
PAINT = "() => performance.getEntriesByName('first-contentful-paint').map(one => one.startTime)[0]"
READY = "body[data-ready], body[data-told]"


def study(folder: Path, runs: int) -> Path:
    """The dashboards of a fabricated store of 4,824 photographs with so many training runs."""
    started = time.perf_counter()
    work = STORES.fabricate(folder / "work.duckdb", STORES.Size(PEOPLE, EMOTIONS, GAZES, runs))
    write_store(work, folder / STORE_FILE)
    work.unlink()
    made = time.perf_counter()
    write_pages(folder)
    told = f"{PEOPLE} people: store made in {made - started:.0f} s, pages in {time.perf_counter() - made:.1f} s"
    print(told, flush=True)
    return folder / "dashboards"


def seconds(browser: Browser, page: Path) -> tuple[float, float]:
    """First contentful paint and the last figure, seconds after the page was asked for."""
    context = browser.new_context(viewport=WINDOW)  # type: ignore[arg-type]
    view = context.new_page()
    started = time.perf_counter()
    view.goto(page.as_uri(), wait_until="commit")
    view.wait_for_selector(READY, timeout=120_000)
    ready = time.perf_counter() - started
    view.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length")
    paint = float(view.evaluate(PAINT)) / 1000
    context.close()
    return paint, ready


def look(browser: Browser, name: str, dashboards: Path, rounds: int) -> tuple[float, float]:
    """Print size and times of every page; returns the slowest page's first paint and the largest page's megabytes."""
    print(f"{name:<28} page, kB   first paint, s   all drawn, s")
    paints, sizes = [], []
    for page in sorted(dashboards.glob("*.html")):
        times = [seconds(browser, page) for _ in range(rounds)]
        paint, ready = (statistics.median(column) for column in zip(*times, strict=True))
        paints.append(paint)
        sizes.append(page.stat().st_size / 1e6)
        print(f"  {page.name:<26} {1000 * sizes[-1]:>8.0f} {paint:>16.2f} {ready:>14.2f}", flush=True)
    scripts = [path.stat().st_size for path in (dashboards / "people").iterdir()]
    print(
        f"  {len(scripts)} people: scripts of {max(scripts) / 1e3:.0f} kB at most, {sum(scripts) / 1e6:.1f} MB together"
    )
    return max(paints), max(sizes)


def goal(name: str, figure: float, bound: float) -> bool:
    """Print one goal's line; the figure must be less than the bound."""
    print(f"goal {name} {figure:.4g} {bound:.4g} {'met' if figure < bound else 'missed'}")
    return figure < bound


def main() -> int:
    """Measure, print, and say whether the goals are met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=Path(".affect"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--runs", type=int, default=18, help="training runs in the fabricated store")
    asked = parser.parse_args()
    demo = (asked.home / "published").resolve() / "dashboards"
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None or not demo.is_dir():
        print(f"expected a Chromium on the path and dashboards in {demo}: `make demo` makes these", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        large = study(Path(temporary), asked.runs)
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        seconds(browser, demo / "index.html")  # the browser's own first start counts for nobody
        demo_s, demo_mb = look(browser, "demo", demo, asked.rounds)
        study_s, study_mb = look(browser, "4,824 photographs", large, asked.rounds)
        browser.close()
    met = [
        goal("first_paint_demo_s", demo_s, DEMO_BOUND_S),
        goal("first_paint_4824_s", study_s, STUDY_BOUND_S),
        goal("largest_page_demo_mb", demo_mb, PAGE_BOUND_MB),
        goal("largest_page_4824_mb", study_mb, PAGE_BOUND_MB),
    ]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
