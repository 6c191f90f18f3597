"""The dictionary page: all tables and columns, a picture without overlaps, and a search in a browser."""

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from affect_store.dashboards import build
from affect_store.dashboards.figures.table_map import BOX_PX, table_map
from affect_store.dashboards.frames import Frames
from affect_store.dashboards.pages import dictionary
from affect_store.store.schema.fields import FIELDS
from affect_store.store.schema.foreign_keys import foreign_keys
from affect_store.store.schema.tables import NOT_PUBLISHED, TABLES
from tests.browsing import OVERFLOW

KEYS = foreign_keys()
READY = "body[data-ready]"
SHOWN = "() => [...document.querySelectorAll('details[data-entry]')].filter(e => !e.hidden).map(e => e.dataset.entry)"
ROWS = """() => [...document.querySelectorAll('tr[data-column]')].filter(row => row.checkVisibility())
    .map(row => row.querySelector('th').firstChild.textContent)"""


@pytest.mark.parametrize("is_wide", [True, False])
def test_boxes_do_not_overlap_and_every_foreign_key_is_a_curve_between_two(is_wide: bool) -> None:
    picture = table_map(KEYS, is_wide=is_wide)
    for box, other in combinations(picture.boxes, 2):
        is_beside = box.x + box.width <= other.x or other.x + other.width <= box.x
        assert is_beside or abs(box.y - other.y) > BOX_PX, (box, other)
    assert all(box.x >= 0 and box.x + box.width <= picture.width for box in picture.boxes)
    assert all(box.y >= 0 and box.y + BOX_PX <= picture.height for box in picture.boxes)
    assert {box.table for box in picture.boxes} == {name for key in KEYS for name in (key.table, key.target)}
    assert len(picture.curves) == len({(key.table, key.target) for key in KEYS if key.table != key.target})
    colours = {box.colour: box.table for box in picture.boxes if box.colour is not None}
    assert {colours[curve.colour] for curve in picture.curves} == {key.target for key in KEYS}


def test_a_narrow_box_names_as_many_columns_as_fit() -> None:
    wide, narrow = ({box.table: box.columns for box in table_map(KEYS, is_wide=w).boxes} for w in (True, False))
    assert wide["features.deltas"] == "image_id, version, reference_image_id"
    assert narrow["features.deltas"] == "image_id, version +1" and narrow["features.pixels"] == "image_id, version"


def test_every_published_table_and_column_is_on_the_page_with_its_meaning(frames: Frames) -> None:
    page = dictionary.page(frames, build.site(frames))
    for table in TABLES:
        is_shown = table.qualified not in NOT_PUBLISHED
        assert (f'id="{dictionary.anchor(table.qualified)}"' in page) == is_shown
        for name in table.columns if is_shown else ():
            assert f'<th scope="row">{name}' in page and FIELDS[name].meaning.split("'")[0][:40] in page
    assert 'href="#table-registry-runs"' in page and "<script>alert" not in page


def opened(browser: Any, frames: Frames, folder: Path, width: int, anchor: str = "") -> Any:
    build.write(frames, folder)
    view = browser.new_page(viewport={"width": width, "height": 900})
    view.goto((folder / dictionary.HREF).as_uri() + anchor)
    view.wait_for_selector(READY)
    return view


def test_the_search_shows_the_columns_that_contain_every_word(browser: Any, frames: Frames, tmp_path: Path) -> None:
    view = opened(browser, frames, tmp_path / "pages", 1400)
    everything = len(view.evaluate(SHOWN))
    view.fill("input[type=search]", "gaze YAW")
    assert (
        view.evaluate(ROWS) == []
        and view.locator("output").text_content() == f"0 columns in 0 of {everything} tables and views"
    )
    view.fill("input[type=search]", "camera YAW")
    assert view.evaluate(ROWS) == ["yaw_deg"] and view.locator("output").text_content().startswith("1 column in 1 of ")
    view.fill("input[type=search]", "registry.epochs val_loss")
    assert view.evaluate(ROWS) == ["val_loss"]
    view.fill("input[type=search]", "")
    assert len(view.evaluate(SHOWN)) == everything and view.evaluate(ROWS) == []
    view.close()


@pytest.mark.long
@pytest.mark.parametrize(("width", "kind"), [(1400, "broadly"), (420, "narrowly")])
def test_a_box_of_the_picture_opens_its_table(
    browser: Any, frames: Frames, tmp_path: Path, width: int, kind: str
) -> None:
    view = opened(browser, frames, tmp_path / "pages", width)
    shown = [name for name in ("broadly", "narrowly") if view.locator(f".tables.{name}").is_visible()]
    assert shown == [kind] and view.evaluate(OVERFLOW) <= 0
    view.locator(f".tables.{kind} a[href='#table-registry-epochs'] rect").click()
    view.wait_for_function("() => document.getElementById('table-registry-epochs').open")
    assert "val_loss" in view.evaluate(ROWS) and view.evaluate(OVERFLOW) <= 0
    view.close()


def test_an_address_with_a_table_opens_it(browser: Any, frames: Frames, tmp_path: Path) -> None:
    view = opened(browser, frames, tmp_path / "pages", 1400, "#table-features-head_pose")
    assert "yaw_deg" in view.evaluate(ROWS)
    view.close()
