"""Every page in a browser, from disk: it draws, asks the network for nothing, and fits its window."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboards import palette, publish
from dashboards.frames import Frames
from store.vocabulary import EMOTIONS, NEUTRAL, STRATEGIES

playwright_api = pytest.importorskip("playwright.sync_api", reason="the package playwright is not installed")

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LOCAL = ("file:", "data:", "blob:")
CANVASES = "[...document.querySelectorAll('.canvas')]"
DRAWN = f"() => {CANVASES}.map(c => c.dataset.drawn === 'yes' && !!c.querySelector('.main-svg'))"
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
SHOWN = "() => document.getElementById('turning').data.filter(t => t.meta && t.visible).map(t => t.meta.group)"


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(BROWSERS)} is on the path")
    with playwright_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def folders(frames: Frames, poor: Frames, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("dashboards")
    return {name: publish.write(one, root / name).parent for name, one in (("full", frames), ("poor", poor))}


PAGES = [
    (store, f"{page}.html")
    for store, models in (("full", ("mm1", "mm2")), ("poor", ("cnn",)))
    for page in ("index", "compare", "data", "features", *(f"model-{name}" for name in models))
]


@pytest.mark.parametrize(("name", "page"), PAGES)
def test_pages_draw_without_errors_or_network(browser, folders: dict[str, Path], name: str, page: str) -> None:  # type: ignore[no-untyped-def]
    view = browser.new_page(viewport={"width": 1400, "height": 900})
    faults: list[str] = []
    view.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    view.on("pageerror", lambda error: faults.append(str(error)))
    view.on("dialog", lambda dialog: (faults.append(dialog.message), dialog.dismiss()))
    view.on("request", lambda asked: None if asked.url.startswith(LOCAL) else faults.append(asked.url))
    for width in (1400, 390):
        view.set_viewport_size({"width": width, "height": 900})
        view.goto((folders[name] / page).as_uri())
        view.wait_for_selector("body[data-ready]", timeout=60_000)
        assert all(view.evaluate(DRAWN)), "a figure was not drawn"
        assert view.evaluate(OVERFLOW) <= 0, f"the page is wider than {width} px"
    assert faults == []
    view.close()


def test_the_chooser_changes_the_face_by_keyboard(browser, folders: dict[str, Path]) -> None:  # type: ignore[no-untyped-def]
    view = browser.new_page(viewport={"width": 1000, "height": 900})
    view.goto((folders["poor"] / "features.html").as_uri())
    view.wait_for_selector("body[data-ready]", timeout=60_000)
    assert view.evaluate(SHOWN) == [EMOTIONS[0]] * 2, "the emotion that moves most comes first"
    view.focus(f"input[value={EMOTIONS[0]}]")
    view.keyboard.press("ArrowRight")
    view.wait_for_function(f"({SHOWN})()[0] === '{NEUTRAL}'")
    assert view.evaluate(SHOWN) == [NEUTRAL] * 2
    view.close()


def test_a_hostile_name_is_read_as_text(browser, folders: dict[str, Path]) -> None:  # type: ignore[no-untyped-def]
    view = browser.new_page()
    view.goto((folders["poor"] / "data.html").as_uri())
    view.wait_for_selector("body[data-ready]", timeout=60_000)
    labels = view.locator("#coverage-people .ytick").all_text_contents()
    assert any("<script>" in label for label in labels)
    view.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("name", "page"), PAGES[:5])
def test_pages_have_no_serious_barrier(browser, folders: dict[str, Path], name: str, page: str, scheme: str) -> None:  # type: ignore[no-untyped-def]
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    view = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme=scheme)
    view.goto((folders[name] / page).as_uri())
    view.wait_for_selector("body[data-ready]", timeout=60_000)
    found = axe.Axe().run(view).response["violations"]
    told = [(one["id"], one["help"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found
            if one["impact"] in ("serious", "critical")]  # fmt: skip
    assert told == []
    view.close()


def test_the_selectors_change_what_is_drawn(browser, folders: dict[str, Path]) -> None:  # type: ignore[no-untyped-def]
    view = browser.new_page(viewport={"width": 1000, "height": 900})
    view.goto((folders["full"] / "compare.html").as_uri())
    view.wait_for_selector("body[data-ready]", timeout=60_000)
    plot = f"scores-{STRATEGIES[0]}"
    shown = f"() => document.getElementById('{plot}').data.filter(t => t.visible).map(t => [t.meta.group, t.x])"
    ((group, first),) = view.evaluate(shown)
    assert group == "accuracy|all"
    form = view.locator(f"form[data-pick={plot}]")
    form.locator("select[name=metric]").select_option("roc_auc")
    ((group, second),) = view.evaluate(shown)
    title = f"() => document.getElementById('{plot}').layout.xaxis.title.text"
    assert view.evaluate(title) == "ROC AUC, one against the rest, all photographs"
    assert group == "roc_auc|all" and second != first and form.locator("output").text_content() == ""
    form.locator("select[name=slice]").select_option("gaze=left")
    assert view.evaluate(shown) == [] and form.locator("output").text_content() == "No run has this value."
    form.locator("select[name=metric]").select_option("accuracy")
    assert [group for group, _ in view.evaluate(shown)] == ["accuracy|gaze=left"]
    view.close()


def test_a_dark_page_has_no_dark_words(browser, folders: dict[str, Path]) -> None:  # type: ignore[no-untyped-def]
    view = browser.new_page(viewport={"width": 1000, "height": 900}, color_scheme="dark")
    view.goto((folders["full"] / "index.html").as_uri())
    view.wait_for_selector("body[data-ready]", timeout=60_000)
    layouts = view.evaluate(f"() => {CANVASES}.map(c => [c.layout.paper_bgcolor, c.layout.font.color])")
    assert layouts and {tuple(one) for one in layouts} == {(palette.DARK[palette.PAPER], palette.DARK[palette.INK])}
    view.close()
