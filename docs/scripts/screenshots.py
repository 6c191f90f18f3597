"""Take screenshots of the published dashboards for the README.

`python docs/scripts/screenshots.py [--home DIR] [--to DIR]` writes those of the README into `docs`. With `--all`, it
takes every page at 1440 and 390 px, light and dark, for review. It needs a Chromium on the path.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
README = {"index.html": "dashboard.png", "compare.html": "compare.png"}
WINDOWS = {"wide": (1440, 900), "narrow": (390, 844)}
SCHEMES = ("light", "dark")


def shoot(browser: Browser, page: Path, target: Path, *, size: tuple[int, int], scheme: str, is_full: bool) -> None:
    """Save a screenshot of a page, of the window or of the full page, and print its path."""
    view = browser.new_page(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)  # type: ignore[arg-type]
    view.goto(page.as_uri())
    view.wait_for_selector("body[data-ready]" if "dashboards" in page.parts else "body", timeout=60_000)
    view.screenshot(path=target, full_page=is_full)
    view.close()
    print(target)


def shoot_all(browser: Browser, folder: Path, target: Path) -> None:
    """Save every page of a publication in all window sizes and colour schemes."""
    for page in sorted(folder.glob("*/**/*.html")):
        for window, size in WINDOWS.items():
            for scheme in SCHEMES:
                name = f"{page.parent.name}-{page.stem}-{window}-{scheme}.png"
                shoot(browser, page, target / name, size=size, scheme=scheme, is_full=True)


def main() -> int:
    """Take the screenshots; return 1 without a browser or a publication."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=Path(".affect"))
    parser.add_argument("--to", type=Path, default=Path("docs"))
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    folder = (options.home / "published").resolve()
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None or not (folder / "dashboards").is_dir():
        print(f"expected a Chromium on the path and dashboards in {folder}; `make demo` creates them", file=sys.stderr)
        return 1
    options.to.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        if options.all:
            shoot_all(browser, folder, options.to)
        else:
            for name, target in README.items():
                page = folder / "dashboards" / name
                shoot(browser, page, options.to / target, size=(1440, 1000), scheme="light", is_full=False)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
