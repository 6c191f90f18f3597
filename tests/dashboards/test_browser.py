"""Every page in a browser, from disk: all figures are drawn, no network request is made, the page fits its window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from affect_store.dashboards import build, palette
from affect_store.dashboards.figures.mesh import arrow_scale
from affect_store.dashboards.frames import Frames
from affect_store.store.vocabulary import EMOTIONS, FRONTAL_DEG, STRATEGIES, USED_ANGLES_DEG
from tests.browsing import OVERFLOW, WIDTHS, barriers, watched
from tests.dashboards.builder import HOSTILE

CANVASES = "[...document.querySelectorAll('.canvas')]"
DRAWN = f"() => {CANVASES}.map(c => c.dataset.drawn === 'yes' && !!c.querySelector('.main-svg'))"
READY = "body[data-ready]"
ARROWS = "kind => document.getElementById('turning-' + kind).data[3]"


@pytest.fixture(scope="module")
def folders(frames: Frames, minimal: Frames, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("dashboards")
    return {name: build.write(store, root / name).parent for name, store in (("full", frames), ("minimal", minimal))}


SHARED = ("index", "compare", "features", "repeatability", "data", "quality", "runs", "lineage", "dictionary")
QUICK = ("index.html", "compare.html", "data.html", "dictionary.html")
FULL = [("full", f"{page}.html") for page in (*SHARED, "replication", "model-mm1", "model-mm2")]
QUICK_DRAWN = ("index.html", "compare.html")
"""Pages that are drawn outside of `make deployed`, too. Tests of single controls open the features and model pages."""

DRAWN_PAGES = [pytest.param(*page, marks=[] if page[1] in QUICK_DRAWN else pytest.mark.long) for page in FULL]
MINIMAL = [pytest.param("minimal", f"{page}.html", marks=pytest.mark.long) for page in (*SHARED, "model-cnn")]


@pytest.mark.parametrize(("name", "page"), [*DRAWN_PAGES, *MINIMAL])
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
            assert view.locator("details.menu[open]").count() == 1, "one menu at a time"
            assert view.evaluate(OVERFLOW) <= 0, f"an open menu is wider than {width} px"
        view.keyboard.press("Escape")
        assert view.locator("details.menu[open]").count() == 0
    assert faults == []
    view.close()


@pytest.mark.long
def test_one_person_is_shown_beside_all_people(browser: Any, folders: dict[str, Path]) -> None:
    view = browser.new_page(viewport={"width": 1000, "height": 900})
    view.goto((folders["full"] / "features.html").as_uri())
    view.wait_for_selector(READY, timeout=60_000)
    shown = """() => document.getElementById('measures-figure').data.filter(trace => trace.visible === true)
        .map(trace => trace.meta.group)"""
    before = view.evaluate(shown)
    form = view.locator("form[data-pick=measures-figure]")
    form.locator("select[name=emotion]").select_option("happy")
    assert view.evaluate(shown) == ["happy"] != before
    form.locator("select[name=person]").select_option("1")
    assert view.evaluate(shown) == ["happy", "happy|1"]
    view.close()


@pytest.mark.long
def test_the_selectors_change_both_faces_by_keyboard(browser: Any, folders: dict[str, Path], frames: Frames) -> None:
    view = browser.new_page(viewport={"width": 1000, "height": 900})
    view.goto((folders["full"] / "features.html").as_uri())
    view.wait_for_selector("body[data-ready]", timeout=60_000)
    form, person = view.locator("form[data-face]"), frames.mean_deltas["subject_id"][-1]
    form.locator("select").select_option(label=person)
    form.locator(f"input[value={EMOTIONS[0]}]").focus()
    view.keyboard.press("ArrowRight")
    for kind in ("aligned", "frontal_unit"):
        group = f"{kind}|{EMOTIONS[1]}|{FRONTAL_DEG}"
        view.wait_for_function(f"() => (({ARROWS})('{kind}').meta || {{}}).group === '{group}'")
        row = frames.mean_deltas.filter(
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


@pytest.mark.long
def test_a_selection_before_the_figure_is_drawn_is_applied(browser: Any, folders: dict[str, Path]) -> None:
    view = browser.new_page(viewport={"width": 1000, "height": 900})
    choose = """addEventListener('DOMContentLoaded', () => {
        const select = document.querySelector('form[data-pick=similarity-figure] select');
        select.value = '%s';
        select.form.dispatchEvent(new Event('change'));
    }, { capture: true })"""
    view.add_init_script(choose % USED_ANGLES_DEG[0])
    view.goto((folders["full"] / "features.html").as_uri())
    view.wait_for_selector("body[data-ready]", timeout=60_000)
    shown = "() => document.getElementById('similarity-figure').data.filter(t => t.visible).map(t => t.meta.group)"
    assert set(view.evaluate(shown)) == {str(USED_ANGLES_DEG[0])}
    view.close()


def test_the_lineage_follows_the_selection(browser: Any, folders: dict[str, Path], frames: Frames) -> None:
    view = browser.new_page(viewport={"width": 1000, "height": 900})
    view.goto((folders["full"] / "lineage.html").as_uri())
    view.wait_for_selector(READY, timeout=60_000)
    form, chain = view.locator("form[data-lineage]"), view.locator("#chain")
    person = frames.photographs["subject_id"][-1]
    form.locator("select[name=person]").select_option(label=person)
    view.wait_for_function(
        f"() => document.getElementById('lineage-query').textContent.includes('{frames.photographs['image_id'][-1]}')"
    )
    assert "Prediction: incorrect" in chain.text_content(), "incorrect predictions come first"
    form.locator("select[name=photograph]").select_option("0")
    text = chain.text_content()
    assert "Prediction: correct" in text and frames.photographs["image_id"][-2] in text and "Reference" in text
    assert HOSTILE in text and chain.locator("script").count() == 0, "a hostile path shows as text"
    assert chain.locator("svg").count() == 1, "the photograph has a face, its reference has none"
    view.close()


@pytest.mark.long
def test_the_face_shows_the_attributions_of_the_selected_run(
    browser: Any, folders: dict[str, Path], frames: Frames
) -> None:
    view = browser.new_page(viewport={"width": 1000, "height": 900})
    view.goto((folders["full"] / "model-mm1.html").as_uri())
    view.wait_for_selector("body[data-ready]", timeout=60_000)
    form = view.locator("form[data-paint=attributions]")
    form.locator("select[name=run]").select_option(label="Corrected, split by image")
    form.locator("select[name=emotion]").select_option(EMOTIONS[2])
    stored = frames.attributions.filter(
        (pl.col("run_id") == f"mm1-corrected-{STRATEGIES[1]}") & (pl.col("emotion") == EMOTIONS[2])
    )["added"].to_list()[0]
    painted = view.evaluate("() => [...document.getElementById('attributions').data[0].intensity]")
    assert painted == pytest.approx(stored, abs=1e-4)
    view.close()


def test_a_hostile_name_is_shown_as_text(browser: Any, folders: dict[str, Path]) -> None:
    view = browser.new_page()
    view.goto((folders["minimal"] / "data.html").as_uri())
    view.wait_for_selector("body[data-ready]", timeout=60_000)
    labels = view.locator("#coverage-people .ytick").all_text_contents()
    assert any("<script>" in label for label in labels)
    view.close()


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "page", "scheme"),
    [pytest.param(*page, "light", marks=[] if page[1] in QUICK else pytest.mark.long) for page in FULL]
    + [pytest.param(*page, "dark", marks=pytest.mark.long) for page in FULL if "features" not in page[1]],
)
def test_pages_have_no_serious_accessibility_violation(
    browser: Any, folders: dict[str, Path], name: str, page: str, scheme: str
) -> None:
    assert barriers(browser, folders[name] / page, READY, scheme) == []


def test_the_selectors_choose_metric_and_slice(browser: Any, folders: dict[str, Path]) -> None:
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


def test_a_dark_page_has_no_dark_text(browser: Any, folders: dict[str, Path]) -> None:
    view = browser.new_page(viewport={"width": 1000, "height": 900}, color_scheme="dark")
    view.goto((folders["full"] / "index.html").as_uri())
    view.wait_for_selector("body[data-ready]", timeout=60_000)
    layouts = view.evaluate(f"() => {CANVASES}.map(c => [c.layout.paper_bgcolor, c.layout.font.color])")
    assert layouts and {tuple(layout) for layout in layouts} == {
        (palette.DARK[palette.PAPER], palette.DARK[palette.INK])
    }
    view.close()
