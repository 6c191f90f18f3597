"""Rate and remaining time of a step."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from affect_store.flows.runtime import console, pace
from affect_store.flows.runtime.pace import MESSAGE_EVERY_S, Pace, duration


def test_the_start_before_the_first_item_does_not_count() -> None:
    counted = Pace(101)
    assert counted.per_second is None and counted.remaining_s is None
    counted.advance(1, 50.0)
    assert counted.per_second is None
    counted.advance(25, 55.0)
    assert counted.per_second == 5 and counted.remaining_s == 15
    counted.advance(75, 60.0)
    assert counted.remaining_s == 0


def test_a_message_is_due_once_a_minute() -> None:
    counted = Pace(1_001)
    counted.advance(1, 0.0)
    counted.advance(100, 50.0)
    assert counted.message(50.0) is None
    counted.advance(20, MESSAGE_EVERY_S)
    assert counted.message(MESSAGE_EVERY_S) == "121 of 1,001, 2.0 per second, about 7 min 20 s left"
    assert counted.message(MESSAGE_EVERY_S + 1) is None


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "0 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (3_725, "1 h 2 min"), (90_000, "25 h 0 min")],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_file_or_pipe_gets_messages_about_a_long_step(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "MESSAGE_EVERY_S", 0.0)
    with console.step("extract", 3) as (_, advance):
        advance(1)
        advance(1)
    assert "extract: 2 of 3, " in capsys.readouterr().out


def test_a_wide_terminal_shows_the_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    output = io.StringIO()
    monkeypatch.setattr(console, "_console", Console(file=output, force_terminal=True, width=140))
    with console.step("extract", 1_000) as (_, advance):
        for _ in range(10):
            advance(10)
    assert "/s, " in output.getvalue() and " left" in output.getvalue()


def test_a_step_whose_items_take_unequal_times_has_no_rate(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "MESSAGE_EVERY_S", 0.0)
    with console.step("train", 3, is_even=False) as (_, advance):
        advance(1)
        advance(1)
    assert "2 of 3" not in capsys.readouterr().out
    output = io.StringIO()
    monkeypatch.setattr(console, "_console", Console(file=output, force_terminal=True, width=140))
    with console.step("train", 1_000, is_even=False) as (_, advance):
        for _ in range(10):
            advance(10)
    assert "train" in output.getvalue() and " left" not in output.getvalue()
