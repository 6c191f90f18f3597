"""The reference page of the measures is up to date and describes every column."""

from docs.scripts import measures_reference

from affect_store.store.features.measure_definitions import MEASURES
from affect_store.store.features.scalar_views import SCALAR_VIEW_BY_NAME
from tests.docs.documents import ROOT


def test_the_page_is_up_to_date() -> None:
    page = (ROOT / "docs" / "reference" / "measures.md").read_text(encoding="utf-8")
    assert page == measures_reference.page(), "docs/reference/measures.md is out of date: run `make docs`"


def test_every_measure_and_proxy_is_described_with_a_source() -> None:
    page = measures_reference.page()
    for view in ("measures", "action_unit_proxies"):
        for name in SCALAR_VIEW_BY_NAME[view].column_names:
            assert f"| `{name}` |" in page
    listed = page.split("## Sources")[1]
    for source in {measure.source for measure in MEASURES}:
        assert source.split()[0].strip(",") in listed and source.split()[-1] in listed, source
