"""The gate's message and the page of an audit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from affect_store.store.errors import AuditFailedError
from affect_store.validation.gate import remedy, require
from affect_store.validation.report.page import write_page
from affect_store.validation.rules import MOSTLY_FACES, REMEDIES
from affect_store.validation.verdict import Finding, QuarantineRecord, RowDetails, StoreState, Verdict

KEY = "ab12" * 16
FAILED = Finding(
    suite="features.deltas", check="unit norm", column="xyz", success=False, observed="3 rows failed",
    unexpected_count=3, samples=tuple({"image_id": KEY, "version": "v<1>"} for _ in range(3)), severity="stop",
)  # fmt: skip
PASSED = Finding("catalogue.images", "unique key", "image_id", True, "0 of 9 rows failed", 0, (), "stop")
WARNED = replace(PASSED, check="balanced classes", success=False, severity="warn")
PAGE = Path("audits/x/audit.html")
DAMAGED = "Run again; if the same checks fail, the store is damaged: run with a new `--home`."


def verdict_of(*findings: Finding) -> Verdict:
    return Verdict("20261122T120000", "features", findings, 1.0)


def test_gate_passes_a_clean_store() -> None:
    require(verdict_of(PASSED), PAGE)


def test_gate_passes_a_warning() -> None:
    require(verdict_of(PASSED, WARNED), PAGE)


def test_gate_names_check_table_rows_and_page() -> None:
    with pytest.raises(AuditFailedError) as raised:
        require(verdict_of(PASSED, FAILED), PAGE)
    short = "ab12ab12.../v<1>"
    assert str(raised.value) == (
        "Audit 20261122T120000 failed: features.deltas.xyz check 'unit norm' found 3 rows "
        f"(e.g. {short}, {short}, {short}). Nothing was published. {DAMAGED} See {PAGE}"
    )


def failing(suite: str, check: str = "a check") -> Finding:
    return replace(FAILED, suite=suite, check=check, column="")


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ([FAILED], DAMAGED),
        ([failing("registry.metrics")], "Run again: the runs that failed are trained again."),
        ([failing("splits.sets")], "`affect run` makes the splits again."),
        ([failing("splits.sets"), failing("registry.runs")], DAMAGED),
        ([failing("catalogue.images", MOSTLY_FACES)], REMEDIES[MOSTLY_FACES]),
    ],
)
def test_gate_says_what_to_do(findings: list[Finding], expected: str) -> None:
    assert remedy(verdict_of(PASSED, *findings)) == expected


def test_gate_names_the_share_that_accepts_a_quarantine() -> None:
    bad = replace(FAILED, severity="quarantine", offending=((KEY, "deltas", "v"),))
    verdict = replace(verdict_of(PASSED, bad), state=StoreState(photographs=15))
    assert remedy(verdict).startswith("`affect run` with `--quarantine-share 0.07` continues without these photographs")
    assert "later runs keep this share until another is given" in remedy(verdict)
    assert replace(verdict, state=StoreState(photographs=15, largest_share=0.07)).passed
    assert remedy(replace(verdict, state=StoreState(photographs=1))).startswith("No photograph would be left: correct")


def test_quarantined_rows_of_other_corpora_and_versions_do_not_count() -> None:
    bad = replace(FAILED, severity="quarantine", offending=((KEY, "deltas", "v"), ("other", "deltas", "v")))
    records = tuple(
        QuarantineRecord((name, "images", ""), ("a",), "", "2026", counts=counts)
        for name, counts in (("old", False), ("kept", True))
    )
    verdict = replace(verdict_of(bad), state=StoreState(10, records), details=RowDetails(in_use=frozenset({KEY})))
    assert verdict.quarantined_share == 0.2


def test_gate_counts_what_it_does_not_name() -> None:
    with pytest.raises(AuditFailedError, match="and 2 more checks. Nothing was published"):
        require(verdict_of(*[FAILED] * 5), PAGE)


def test_gate_refuses_an_audit_of_nothing() -> None:
    with pytest.raises(AuditFailedError, match="nothing was checked"):
        require(verdict_of(), PAGE)


def test_page_shows_failures_first_and_escapes(tmp_path: Path) -> None:
    page = write_page(verdict_of(PASSED, WARNED, FAILED), tmp_path / "audits" / "x").read_text(encoding="utf-8")
    assert "v&lt;1&gt;" in page and "v<1>" not in page
    assert page.index("unit norm") < page.index("balanced classes") < page.index("unique key")
    assert "Failed checks" in page and KEY in page


def test_page_needs_neither_network_nor_script(tmp_path: Path) -> None:
    page = write_page(verdict_of(PASSED), tmp_path).read_text(encoding="utf-8")
    assert not [word for word in ("http:", "https:", "<script", "@import", "url(") if word in page]
    assert "Passed" in page and "Failed checks" not in page


def test_results_are_written_beside_the_page(tmp_path: Path) -> None:
    verdict = replace(verdict_of(FAILED), raw={"features.deltas": {"success": False}})
    page = write_page(verdict, tmp_path)
    results = json.loads((page.parent / "results.json").read_text(encoding="utf-8"))
    assert results["tables"] == verdict.raw and results["passed"] is False
