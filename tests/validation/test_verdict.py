"""What a user reads of a verdict: the gate's sentence and the page."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from store.errors import AuditFailedError
from validation.gate import require
from validation.page import write_page
from validation.verdict import Finding, Verdict

KEY = "ab12" * 16
FAILED = Finding(
    suite="features.deltas", check="directions have norm 1", column="xyz", success=False, observed="3 offending",
    unexpected_count=3, samples=tuple({"image_id": KEY, "version": "v<1>"} for _ in range(3)), severity="stop",
)  # fmt: skip
PASSED = Finding("catalogue.images", "keys are unique", "image_id", True, "no offending of 9 rows", 0, (), "stop")
WARNED = replace(PASSED, check="classes are balanced", success=False, severity="warn")
PAGE = Path("audits/x/audit.html")


def verdict_of(*findings: Finding) -> Verdict:
    return Verdict("20261122T120000", "features", findings, 1.0)


def test_gate_lets_a_clean_store_through() -> None:
    require(verdict_of(PASSED), PAGE)


def test_gate_lets_a_warning_through() -> None:
    require(verdict_of(PASSED, WARNED), PAGE)


def test_gate_names_check_table_rows_and_page() -> None:
    with pytest.raises(AuditFailedError) as raised:
        require(verdict_of(PASSED, FAILED), PAGE)
    short = "ab12ab12.../v<1>"
    assert str(raised.value) == (
        "Audit 20261122T120000 failed: features.deltas.xyz check 'directions have norm 1' found 3 rows "
        f"(e.g. {short}, {short}, {short}). Nothing was published. See {PAGE}"
    )


def test_gate_counts_what_it_does_not_name() -> None:
    with pytest.raises(AuditFailedError, match="and 2 more checks. Nothing was published"):
        require(verdict_of(*[FAILED] * 5), PAGE)


def test_gate_refuses_an_audit_of_nothing() -> None:
    with pytest.raises(AuditFailedError, match="nothing was checked"):
        require(verdict_of(), PAGE)


def test_page_shows_failures_first_and_escapes(tmp_path: Path) -> None:
    page = write_page(verdict_of(PASSED, WARNED, FAILED), tmp_path / "audits" / "x").read_text(encoding="utf-8")
    assert "v&lt;1&gt;" in page and "v<1>" not in page
    assert page.index("directions have norm 1") < page.index("classes are balanced") < page.index("keys are unique")
    assert "What stops the publication" in page and KEY in page


def test_page_needs_neither_network_nor_script(tmp_path: Path) -> None:
    page = write_page(verdict_of(PASSED), tmp_path).read_text(encoding="utf-8")
    assert not [word for word in ("http:", "https:", "<script", "@import", "url(") if word in page]
    assert "Passed" in page and "What stops the publication" not in page


def test_results_lie_beside_the_page(tmp_path: Path) -> None:
    verdict = replace(verdict_of(FAILED), raw={"features.deltas": {"success": False}})
    page = write_page(verdict, tmp_path)
    told = json.loads((page.parent / "results.json").read_text(encoding="utf-8"))
    assert told["tables"] == verdict.raw and told["passed"] is False
