"""The page of an audit that failed, in a browser: it can be read wide and narrow, light and dark, and by everybody."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.browsing import OVERFLOW, WIDTHS, barriers, watched
from tests.validation.faults import FAULTS
from validation.audit import audit
from validation.page import write_page

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def page(unguarded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of an audit that stops for one fault and sets rows aside for another, with a hostile path among them."""
    folder = tmp_path_factory.mktemp("failed")
    store = Path(shutil.copy(unguarded, folder / "work.duckdb"))
    with duckdb.connect(store) as connection:
        connection.execute(FAULTS[0].sql)
        connection.execute("UPDATE catalogue.images SET path = ? || path", [HOSTILE])
        connection.execute("UPDATE features.landmarks SET xyz = list_transform(xyz, x -> x * 3)::FLOAT[1404] "
                           "WHERE rowid = (SELECT min(rowid) FROM features.landmarks)")  # fmt: skip
    verdict = audit(store, audit_id="20261125T080000000000-rows", stage="rows")
    assert not verdict.passed and verdict.quarantine
    return write_page(verdict, folder / "audit")


def test_a_failed_audit_can_be_read(browser: Any, page: Path) -> None:
    view = browser.new_page()
    faults = watched(view)
    for width in WIDTHS:
        view.set_viewport_size({"width": width, "height": 900})
        view.goto(page.as_uri())
        assert view.evaluate(OVERFLOW) <= 0, f"the page is wider than {width} px"
        assert view.locator(".verdict.stopped").count() == 1 and view.locator(".fault").count() >= 2
    assert HOSTILE in view.locator("main").text_content() and faults == []
    view.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_failed_audit_has_no_serious_barrier(browser: Any, page: Path, scheme: str) -> None:
    assert barriers(browser, page, "main", scheme) == []
