"""The page of a failed audit in a browser: readable wide and narrow, light and dark, and accessible."""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from affect_store.validation.audit import audit
from affect_store.validation.report.page import POLICY, write_page
from tests.browsing import OVERFLOW, WIDTHS, barriers, watched
from tests.validation.faults import FAULTS
from tests.validation.planting import photographs_of

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def page(unguarded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the page of an audit with a stopping fault, a quarantining fault and a hostile path."""
    folder = tmp_path_factory.mktemp("failed")
    store = Path(shutil.copy(unguarded, folder / "work.duckdb"))
    with duckdb.connect(store) as connection:
        FAULTS[0].plant(connection, photographs_of(connection))
        connection.execute("UPDATE catalogue.images SET path = ? || path", [HOSTILE])
        connection.execute("UPDATE features.landmarks SET xyz = list_transform(xyz, x -> x * 3)::FLOAT[1404] "
                           "WHERE rowid = (SELECT min(rowid) FROM features.landmarks)")  # fmt: skip
    verdict = audit(store, audit_id="20261125T080000000000-rows", stage="rows")
    assert not verdict.passed and verdict.quarantine
    return write_page(verdict, folder / "audit")


def test_the_page_itself_forbids_scripts_and_the_network(page: Path) -> None:
    head = page.read_text(encoding="utf-8").partition("</head>")[0]
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="(.*?)">', head)
    assert html.unescape(policy) == POLICY and "script" not in POLICY and "http" not in POLICY


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


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_failed_audit_has_no_serious_barrier(browser: Any, page: Path, scheme: str) -> None:
    assert barriers(browser, page, "main", scheme) == []
