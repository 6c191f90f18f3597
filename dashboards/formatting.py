"""Formatting of numbers, names and dates for the pages. No markup is made here."""

from __future__ import annotations

import html
import re
import unicodedata
from datetime import UTC, datetime
from hashlib import sha256

from affect_store.store.vocabulary import MIN_PEOPLE

INTERVAL = "95 % interval over people"
NO_VALUE = "–"
_SPLITS = {
    "folds": "cross-validation by person",
    "fold": "single fold by person",
    "notebook": "split of the notebook",
}


def visible(value: object, limit: int = 400) -> str:
    """Return `value` as text: control and direction characters become U+FFFD, long text is shortened in the middle."""
    text = "".join("\ufffd" if unicodedata.category(letter) in ("Cc", "Cf", "Cs") else letter for letter in str(value))
    if len(text) <= limit:
        return text
    head = limit // 2 - 1
    return f"{text[:head]} … {text[-(limit - head - 3) :]}"


def visible_lines(text: str) -> str:
    """Apply `visible` to every line of `text`, without shortening."""
    return "\n".join(visible(line, len(line) + 1) for line in text.splitlines())


def plain(value: object, limit: int = 28) -> str:
    """Format `value` as a label inside a figure. HTML is escaped, because Plotly interprets some of it."""
    return html.escape(visible(value, limit), quote=False)


def slug(name: str) -> str:
    """Return a safe file name or anchor: `name` itself if it is safe, else its safe part and a hash."""
    if re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,60}", name):
        return name
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:30]
    return f"{stem or 'x'}-{sha256(name.encode('utf-8', 'replace')).hexdigest()[:8]}"


def share(value: float | None, digits: int = 2) -> str:
    """Format a share or metric with fixed digits; a dash for a missing value."""
    return NO_VALUE if value is None or value != value else f"{value:.{digits}f}"


def signed(value: float | None, digits: int = 2) -> str:
    """Format a difference with its sign (U+2212 for minus); a dash for a missing value."""
    return NO_VALUE if value is None or value != value else f"{value:+.{digits}f}".replace("-", "−")


def interval(low: float | None, high: float | None) -> str:
    """Format an interval as '0.70–0.88'; empty without an interval."""
    return "" if low is None or high is None else f"{low:.2f}–{high:.2f}"


def signed_interval(low: float | None, high: float | None) -> str:
    """Format an interval of a difference as '+0.02 to +0.11'; empty without an interval."""
    return "" if low is None or high is None else f"{signed(low)} to {signed(high)}"


def count(number: int | None, singular: str, plural: str = "") -> str:
    """Format a count with its noun: '1 person', '4,824 photographs'."""
    if number is None:
        return NO_VALUE
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def people(number: int | None) -> str:
    """Format a number of people: '1 person', '16 people'."""
    return count(number, "person", "people")


def photographs(number: int | None) -> str:
    """Format a number of photographs: '1 photograph', '4,824 photographs'."""
    return count(number, "photograph")


def duration(seconds: float | None) -> str:
    """Format a duration: '4.2 s', '3 min 20 s'."""
    if seconds is None:
        return NO_VALUE
    return f"{seconds:.1f} s" if seconds < 60 else f"{int(seconds // 60)} min {int(seconds % 60)} s"


def moment(value: datetime | None) -> str:
    """Format a timestamp in UTC: '2026-11-25 08:04'; a dash for a missing value."""
    return NO_VALUE if value is None else f"{value.astimezone(UTC):%Y-%m-%d %H:%M}"


def strategy(name: str) -> str:
    """Format the name of a split strategy: 'by person' for by_person."""
    return visible(name, 40).replace("_", " ")


def split(name: str) -> str:
    """Format a split in a title: 'split by person' for by_person, 'cross-validation by person' for folds."""
    return _SPLITS.get(name) or f"split {strategy(name)}"


def few_people(number: int | None) -> str:
    """Explain a missing interval; empty if there are enough people for one."""
    if number is None or number >= MIN_PEOPLE:
        return ""
    return f"No interval is shown: it needs at least {MIN_PEOPLE} people, and the test part has {people(number)}."


def p_value(value: float | None) -> str:
    """Format a p value: '0.032', '< 0.001'; a dash for a missing value."""
    if value is None or value != value:
        return NO_VALUE
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
