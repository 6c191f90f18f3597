"""The page of reported cases names tests that exist, and the benchmark that runs them reads the page."""

from __future__ import annotations

import ast

import pytest
from benchmarks.cases import FAILED, PAGE, PASSED, Case, CaseTest, Outcome, cases, result_of

from tests import syntax
from tests.docs.documents import ROOT

REPORTED = 45
CASES = cases(PAGE.read_text(encoding="utf-8"))


def test_every_case_has_a_number_and_a_test() -> None:
    assert [case.number for case in CASES] == [str(number) for number in range(1, REPORTED + 1)]


def test_every_named_test_exists() -> None:
    for test in {test for case in CASES for test in case.tests}:
        tree = syntax.parse((ROOT / test.file).read_text(encoding="utf-8"))
        assert test.function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, test.node


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ((("test_a[x]", PASSED), ("test_a[y]", FAILED)), FAILED),
        ((("test_a[x]", PASSED), ("test_ab", FAILED)), PASSED),
        ((("test_a", "error"),), "error"),
        ((("test_ab", PASSED),), "error"),
        ((("test_a[x]", PASSED), ("test_a[y]", "skipped")), PASSED),
        ((("test_a", "skipped"),), "skipped"),
    ],
)
def test_a_case_has_the_result_of_its_own_tests(outcomes: tuple[tuple[str, str], ...], expected: str) -> None:
    case = Case("1", "", (CaseTest("tests/test_x.py", "test_a", ""),), is_mended_earlier=False)
    assert result_of(case, [Outcome("tests/test_x.py", *outcome) for outcome in outcomes])[0] == expected
