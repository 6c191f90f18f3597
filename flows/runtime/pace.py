"""The pace of a step: items per second, and the time that remains. The clock is passed in."""

from __future__ import annotations

from dataclasses import dataclass

MESSAGE_EVERY_S = 60.0
"""Time between two messages about the pace, where no progress bar is shown."""


@dataclass
class Pace:
    """Counts the finished of `total` items from the first one on, so that the start of workers does not count."""

    total: int
    done: int = 0
    _first_s: float | None = None
    _last_s: float = 0.0
    _message_s: float = 0.0

    def advance(self, count: int, now_s: float) -> None:
        """Note `count` more finished items."""
        if not count:
            return
        if self._first_s is None:
            self._first_s = self._message_s = now_s
            count -= 1
            self.total -= 1
        self.done += count
        self._last_s = now_s

    @property
    def per_second(self) -> float | None:
        """Items per second; None before there are any to count."""
        elapsed_s = 0.0 if self._first_s is None else self._last_s - self._first_s
        return self.done / elapsed_s if self.done and elapsed_s > 0 else None

    @property
    def remaining_s(self) -> float | None:
        """Seconds that remain at this pace; None if it is not known."""
        rate = self.per_second
        return None if rate is None else max(0, self.total - self.done) / rate

    def message(self, now_s: float) -> str | None:
        """Return a sentence about the pace if one is due."""
        rate, remaining_s = self.per_second, self.remaining_s
        if rate is None or remaining_s is None or now_s - self._message_s < MESSAGE_EVERY_S:
            return None
        self._message_s = now_s
        return f"{self.done + 1:,} of {self.total + 1:,}, {rate:.1f} per second, about {duration(remaining_s)} left"


def duration(seconds: float) -> str:
    """Return a duration in its largest unit and the next one: 45 s, 3 min 20 s, 2 h 5 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
