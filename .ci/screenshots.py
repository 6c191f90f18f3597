"""Pictures of the published dashboards for the README: `python .ci/screenshots.py [--home DIR] [--to DIR]`.

With `--all`, every page at 1440 and 390 px, light and dark, to be looked at. Needs a Chromium on the path.
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


def shoot(browser: Browser, page: Path, target: Path, *, size: tuple[int, int], scheme: str, whole: bool) -> None:
    """One page to one file."""
    view = browser.new_page(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)  # type: ignore[arg-type]
    view.goto(page.as_uri())
    view.wait_for_selector("body[data-ready]" if "dashboards" in page.parts else "body", timeout=60_000)
    view.screenshot(path=target, full_page=whole)
    view.close()
    print(target)


def main() -> int:
    """Take the pictures; 1 where there is no browser or no publication."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=Path(".affect"))
    parser.add_argument("--to", type=Path, default=Path("docs"))
    parser.add_argument("--all", action="store_true")
    asked = parser.parse_args()
    folder = (asked.home / "published").resolve()
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None or not (folder / "dashboards").is_dir():
        print(f"expected a Chromium on the path and dashboards in {folder}: `make demo` makes these", file=sys.stderr)
        return 1
    asked.to.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        if asked.all:
            for page in sorted(folder.glob("*/**/*.html")):
                for window, size in WINDOWS.items():
                    for scheme in SCHEMES:
                        name = f"{page.parent.name}-{page.stem}-{window}-{scheme}.png"
                        shoot(browser, page, asked.to / name, size=size, scheme=scheme, whole=True)
        else:
            for name, target in README.items():
                page = folder / "dashboards" / name
                shoot(browser, page, asked.to / target, size=(1440, 1000), scheme="light", whole=False)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
