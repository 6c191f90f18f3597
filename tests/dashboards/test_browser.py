"""Every page in a browser, from disk: it draws, asks the network for nothing, and fits its window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dashboards import palette, publish
from dashboards.figures.mesh import arrow_scale
from dashboards.frames import Frames
from store.vocabulary import EMOTIONS, FRONTAL_DEG, STRATEGIES, USED_ANGLES_DEG
from tests.browsing import OVERFLOW, WIDTHS, barriers, watched
from tests.dashboards.builder import HOSTILE

CANVASES = "[...document.querySelectorAll('.canvas')]"
DRAWN = f"() => {CANVASES}.map(c => c.dataset.drawn === 'yes' && !!c.querySelector('.main-svg'))"
READY = "body[data-ready], body[data-told]"
ARROWS = "kind => document.getElementById('turning-' + kind).data[3]"


@pytest.fixture(scope="module")
def folders(frames: Frames, poor: Frames, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("dashboards")
    return {name: publish.write(one, root / name).parent for name, one in (("full", frames), ("poor", poor))}


SHARED = ("index", "compare", "features", "data", "quality", "runs", "lineage")
PAGES = [
    (store, f"{page}.html")
    for store, models in (("full", ("mm1", "mm2")), ("poor", ("cnn",)))
    for page in (*SHARED, *(f"model-{name}" for name in models))
]


@pytest.mark.parametrize(("name", "page"), PAGES)
def test_pages_draw_without_errors_or_network(browser: Any, folders: dict[str, Path], name: str, page: str) -> None:
    view = browser.new_page(viewport={"width": 1400, "height": 900})
    faults = watched(view)
    for width in WIDTHS:
        view.set_viewport_size({"width": width, "height": 900})
        view.goto((folders[name] / page).as_uri())
        view.wait_for_selector(READY, timeout=60_000)
        assert all(view.evaluate(DRAWN)), "a figure was not drawn"
        assert view.evaluate(OVERFLOW) <= 0, f"the page is wider than {width} px"
        for menu in view.locator("details.menu > summary").all():
            menu.click()
            assert view.locator("details.menu[open]").count() == 1, "one list at a time"
            assert view.evaluate(OVERFLOW) <= 0, f"an open list is wider than {width} px"
        view.keyboard.press("Escape")
        assert view.locator("details.menu[open]").count() == 0
    assert faults == []
    view.close()


def test_the_choosers_change_both_faces_by_keyboard(browser: Any, folders: dict[str, Path], frames: Frames) -> None:
    view = browser.new_page(viewport={"width": 1000, "height": 900})
    view.goto((folders["full"] / "features.html").as_uri())
    view.wait_for_selector("body[data-ready]", timeout=60_000)
    form, person = view.locator("form[data-face]"), frames.movements["subject_id"][-1]
    form.locator("select").select_option(label=person)
    form.locator(f"input[value={EMOTIONS[0]}]").focus()
    view.keyboard.press("ArrowRight")
    for kind in ("aligned", "frontal_unit"):
        group = f"{kind}|{EMOTIONS[1]}|{FRONTAL_DEG}"
        view.wait_for_function(f"() => (({ARROWS})('{kind}').meta || {{}}).group === '{group}'")
        row = frames.movements.filter(
            (pl.col("subject_id") == person) & (pl.col("feature") == kind) & (pl.col("emotion") == EMOTIONS[1])
            & (pl.col("camera_angle_deg") == FRONTAL_DEG)
        )  # fmt: skip
        delta = row["mean_delta"].to_numpy().reshape(-1, 3)
        drawn = view.evaluate(f"(({ARROWS})('{kind}')).u")
        factor = arrow_scale(delta)
        assert drawn == pytest.approx(list(factor * delta[:, 0]), abs=1e-3), "u points to the right, as x does"
        assert f"{kind}: 3 photographs, arrows ×{factor:g}" in form.locator("output").text_content()
    form.locator(f"input[value='{USED_ANGLES_DEG[0]}']").check()
    view.wait_for_function(f"() => ({ARROWS})('aligned').meta.group.endsWith('|{USED_ANGLES_DEG[0]}')")
    view.close()


def test_a_choice_counts_that_was_made_before_its_figure_was_drawn(browser: Any, folders: dict[str, Path]) -> None:
    view = browser.new_page(viewport={"width": 1000, "height": 900})
    choose = """addEventListener('DOMContentLoaded', () => {
        const select = document.querySelector('form[data-pick=plane-figure] select');
        select.value = '%s';
        select.form.dispatchEvent(new Event('change'));
    }, { capture: true })"""
    view.add_init_script(choose % USED_ANGLES_DEG[0])
    view.goto((folders["full"] / "features.html").as_uri())
    view.wait_for_selector("body[data-ready]", timeout=60_000)
    shown = "() => document.getElementById('plane-figure').data.filter(t => t.visible).map(t => t.meta.group)"
    assert set(view.evaluate(shown)) == {str(USED_ANGLES_DEG[0])}
    view.close()


def test_a_lineage_is_told_for_what_is_chosen(browser: Any, folders: dict[str, Path], frames: Frames) -> None:
    view = browser.new_page(viewport={"width": 1000, "height": 900})
    view.goto((folders["full"] / "lineage.html").as_uri())
    view.wait_for_selector("body[data-told]", timeout=60_000)
    form, chain = view.locator("form[data-lineage]"), view.locator("#chain")
    person = frames.photographs["subject_id"][-1]
    form.locator("select[name=person]").select_option(label=person)
    view.wait_for_function(
        f"() => document.getElementById('lineage-query').textContent.includes('{frames.photographs['image_id'][-1]}')"
    )
    assert "Prediction: wrong" in chain.text_content(), "wrong ones come first"
    form.locator("select[name=photograph]").select_option("0")
    told = chain.text_content()
    assert "Prediction: right" in told and frames.photographs["image_id"][-2] in told and "Reference" in told
    assert HOSTILE in told and chain.locator("script").count() == 0, "a hostile path shows as text"
    assert chain.locator("svg").count() == 1, "the photograph has a face, its reference has none"
    view.close()


def test_the_face_shows_what_decides_in_the_chosen_run(browser: Any, folders: dict[str, Path], frames: Frames) -> None:
    view = browser.new_page(viewport={"width": 1000, "height": 900})
    view.goto((folders["full"] / "model-mm1.html").as_uri())
    view.wait_for_selector("body[data-ready]", timeout=60_000)
    form = view.locator("form[data-paint=deciding]")
    form.locator("select[name=run]").select_option(label="Corrected, split by image")
    form.locator("select[name=emotion]").select_option(EMOTIONS[2])
    stored = frames.attributions.filter(
        (pl.col("run_id") == f"mm1-corrected-{STRATEGIES[1]}") & (pl.col("emotion") == EMOTIONS[2])
    )["added"].to_list()[0]
    painted = view.evaluate("() => [...document.getElementById('deciding').data[0].intensity]")
    assert painted == pytest.approx(stored, abs=1e-4)
    view.close()


def test_a_hostile_name_is_read_as_text(browser: Any, folders: dict[str, Path]) -> None:
    view = browser.new_page()
    view.goto((folders["poor"] / "data.html").as_uri())
    view.wait_for_selector("body[data-ready]", timeout=60_000)
    labels = view.locator("#coverage-people .ytick").all_text_contents()
    assert any("<script>" in label for label in labels)
    view.close()


@pytest.mark.parametrize(
    ("name", "page", "scheme"),
    [(*page, "light") for page in PAGES[:9]] + [(*page, "dark") for page in PAGES[:9] if "features" not in page[1]],
)
def test_pages_have_no_serious_barrier(
    browser: Any, folders: dict[str, Path], name: str, page: str, scheme: str
) -> None:
    assert barriers(browser, folders[name] / page, READY, scheme) == []


def test_the_selectors_change_what_is_drawn(browser: Any, folders: dict[str, Path]) -> None:
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


def test_a_dark_page_has_no_dark_words(browser: Any, folders: dict[str, Path]) -> None:
    view = browser.new_page(viewport={"width": 1000, "height": 900}, color_scheme="dark")
    view.goto((folders["full"] / "index.html").as_uri())
    view.wait_for_selector("body[data-ready]", timeout=60_000)
    layouts = view.evaluate(f"() => {CANVASES}.map(c => [c.layout.paper_bgcolor, c.layout.font.color])")
    assert layouts and {tuple(one) for one in layouts} == {(palette.DARK[palette.PAPER], palette.DARK[palette.INK])}
    view.close()
