"""Widths of the columns of a table."""

from hypothesis import given
from hypothesis import strategies as st

from affect_store.flows.cli.table_layout import SEPARATOR, fit, wrap

TEXT = st.text(alphabet="ab ", max_size=60)
TABLES = st.integers(1, 8).flatmap(
    lambda count: st.lists(st.lists(TEXT, min_size=count, max_size=count), min_size=1, max_size=4)
)


@given(TABLES, st.integers(10, 120))
def test_a_layout_is_never_wider_than_the_terminal_and_never_empty(rows: list[list[str]], width: int) -> None:
    columns = [f"c{index}" for index in range(len(rows[0]))]
    layout = fit(columns, rows, width, ())
    assert layout and list(layout) == sorted(layout)
    assert sum(layout.values()) + SEPARATOR * (len(layout) - 1) <= width


def test_columns_of_importance_come_before_others_and_empty_columns_last() -> None:
    rows = [["x" * 10, "y" * 10, "", "z" * 10]]
    assert list(fit(["a", "b", "c", "d"], rows, 23, ("c", "d"))) == [0, 3]


def test_without_a_terminal_every_column_has_its_full_width() -> None:
    assert fit(["a", "b"], [["x" * 500, ""]], None, ()) == {0: 500, 1: 1}


def test_text_wraps_between_words_and_paths_stay_whole() -> None:
    path = "/a/path/that/is/longer/than/a/line"
    assert wrap(f"see {path} for more", 12, 2) == f"see\n  {path}\n  for more"
    assert wrap("a b", None) == "a b"
