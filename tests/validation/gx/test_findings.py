"""Results with exceptions in either shape fail, and a success counts only if rows were counted."""

from __future__ import annotations

import pytest
from great_expectations import expectations as gxe
from great_expectations.core import ExpectationValidationResult

from affect_store.validation.gx.findings import exception_in, finding_of

CHECK = gxe.ExpectColumnValuesToNotBeNull(
    column="sex",
    meta={"table": "catalogue.images", "check": "there", "expected": "", "column": "sex", "severity": "stop"},
)
QUIET = {"raised_exception": False, "exception_message": None, "exception_traceback": None}


@pytest.mark.parametrize(
    ("info", "message"),
    [
        (None, ""),
        (QUIET, ""),
        ({"raised_exception": True, "exception_message": "one"}, "one"),
        ({"metric": {"raised_exception": True, "exception_message": "two"}}, "two"),
        ({"metric": QUIET}, ""),
        ({"raised_exception": True, "exception_message": None}, "no message"),
    ],
)
def test_exceptions_have_two_shapes(info: dict[str, object] | None, message: str) -> None:
    assert exception_in(info) == message


@pytest.mark.parametrize(
    ("success", "result", "info", "rows", "accepted"),
    [
        (True, {"element_count": 9, "unexpected_count": 0}, QUIET, 9, True),
        (False, {"element_count": 9, "unexpected_count": 2}, QUIET, 9, False),
        (True, {"element_count": 0, "unexpected_count": None}, QUIET, 9, False),
        (True, {"element_count": 0, "unexpected_count": None}, QUIET, None, False),
        (True, {"element_count": 0, "unexpected_count": None}, QUIET, 0, True),
        (True, {}, QUIET, 9, False),
        (
            True,
            {"element_count": 9, "unexpected_count": 0},
            {"raised_exception": True, "exception_message": "x"},
            9,
            False,
        ),
    ],
)
def test_success_counts_only_if_rows_were_counted(
    success: bool, result: dict[str, object], info: dict[str, object], rows: int | None, accepted: bool
) -> None:
    outcome = ExpectationValidationResult(
        success=success, expectation_config=CHECK.configuration, result=result, exception_info=info
    )
    assert finding_of(CHECK, outcome, ("image_id",), rows).success is accepted
