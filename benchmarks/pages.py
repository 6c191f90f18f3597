"""Measure the size and load time of the dashboard pages, opened from disk.

Uses the dashboards of a home (by default those of `make demo`), and builds those of a fabricated store of the published
study's size: 67 people, 8 emotions, 3 gazes and 3 camera angles, 4,824 active photographs. Each page is opened several
times in a new context of a headless Chromium; the median of its first contentful paint counts, and the time until its
last figure is drawn is also printed. Needs Chromium on the path.

    .venv/bin/python benchmarks/pages.py [--home .affect] [--rounds 3] [--runs 18]

Prints one line per goal at the end and exits with 1 if a goal is missed. The fabricated store takes several minutes
and 2 GB.
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

if __name__ == "__main__" and __package__ is None:  # run as a file: import from the repository's root
    sys.path[0] = str(Path(__file__).parents[1])

from playwright.sync_api import Browser, sync_playwright

from affect_store.flows.steps.publication_pages import write_pages
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.publication.publish import write_store
from affect_store.store.vocabulary import EMOTIONS, GAZES

CLEAN: Any = importlib.import_module("tests.stores.clean")
BUILD: Any = importlib.import_module("tests.stores.build")
"""The builder of stores is shared with the tests."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PEOPLE = 67
DEMO_BOUND_S, STUDY_BOUND_S, PAGE_BOUND_MB = 1.0, 3.0, 3.0
WINDOW = {"width": 1440, "height": 900}
PAINT = "() => performance.getEntriesByName('first-contentful-paint').map(entry => entry.startTime)[0]"
READY = "body[data-ready], body[data-told]"


def study(folder: Path, runs: int) -> Path:
    """Build the dashboards of a fabricated store of 4,824 photographs and `runs` training runs; return their folder."""
    started = time.perf_counter()
    work = BUILD.build(Home(folder), CLEAN.design(PEOPLE, EMOTIONS, GAZES, runs)).work
    write_store(work, folder / STORE_FILE)
    work.unlink()
    fabricated = time.perf_counter()
    write_pages(folder)
    pages_s = time.perf_counter() - fabricated
    print(f"{PEOPLE} people: store in {fabricated - started:.0f} s, pages in {pages_s:.1f} s", flush=True)
    return folder / "dashboards"


def seconds(browser: Browser, page: Path) -> tuple[float, float]:
    """Return the seconds from navigation to first contentful paint, and to the last figure."""
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


def measure_pages(browser: Browser, name: str, dashboards: Path, rounds: int) -> tuple[float, float]:
    """Print size and times of every page; return the slowest first paint and the largest size in MB."""
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
        f"  {len(scripts)} people: scripts of at most {max(scripts) / 1e3:.0f} kB, {sum(scripts) / 1e6:.1f} MB in total"
    )
    return max(paints), max(sizes)


def goal(name: str, figure: float, bound: float) -> bool:
    """Print a goal's line and return whether it is met: `figure` below `bound`."""
    print(f"goal {name} {figure:.4g} {bound:.4g} {'met' if figure < bound else 'missed'}")
    return figure < bound


def main() -> int:
    """Measure, print the goals, and return 1 if one is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=Path(".affect"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--runs", type=int, default=18, help="training runs in the fabricated store")
    options = parser.parse_args()
    demo = (options.home / "published").resolve() / "dashboards"
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    if chromium is None or not demo.is_dir():
        print(f"expected Chromium on the path and dashboards in {demo} (`make demo` builds them)", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        large = study(Path(temporary), options.runs)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        seconds(browser, demo / "index.html")  # warm-up: exclude the browser's start
        demo_s, demo_mb = measure_pages(browser, "demo", demo, options.rounds)
        study_s, study_mb = measure_pages(browser, "4,824 photographs", large, options.rounds)
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
