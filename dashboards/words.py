"""Numbers and names as the pages write them. No markup is made here."""

from __future__ import annotations

import html
import re
import unicodedata
from datetime import UTC, datetime
from hashlib import sha256

FEWEST_PEOPLE = 5
"""Below this many people no interval and no p value is given."""

INTERVAL = "95 % bootstrap over people"
NO_VALUE = "–"


def visible(value: object, limit: int = 400) -> str:
    """`value` as text without control and direction characters (shown as U+FFFD), shortened in the middle."""
    text = "".join("\ufffd" if unicodedata.category(one) in ("Cc", "Cf", "Cs") else one for one in str(value))
    if len(text) <= limit:
        return text
    head = limit // 2 - 1
    return f"{text[:head]} … {text[-(limit - head - 3) :]}"


def visible_lines(text: str) -> str:
    """`text` line by line as `visible` shows it, whole."""
    return "\n".join(visible(line, len(line) + 1) for line in text.splitlines())


def plain(value: object, limit: int = 28) -> str:
    """`value` for a label inside a figure: Plotly reads a little HTML in its texts, so that is escaped."""
    return html.escape(visible(value, limit), quote=False)


def slug(name: str) -> str:
    """A file name or anchor for `name`: itself where it is harmless, else its harmless part and a hash."""
    if re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,60}", name):
        return name
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:30]
    return f"{stem or 'x'}-{sha256(name.encode('utf-8', 'replace')).hexdigest()[:8]}"


def share(value: float | None, digits: int = 2) -> str:
    """A share or metric with fixed digits; a dash where there is none."""
    return NO_VALUE if value is None or value != value else f"{value:.{digits}f}"


def signed(value: float | None, digits: int = 2) -> str:
    """A difference with its sign (a real minus); a dash where there is none."""
    return NO_VALUE if value is None or value != value else f"{value:+.{digits}f}".replace("-", "−")


def interval(low: float | None, high: float | None) -> str:
    """'0.70–0.88', or nothing where there is no interval."""
    return "" if low is None or high is None else f"{low:.2f}–{high:.2f}"


def count(number: int | None, one: str, many: str = "") -> str:
    """'1 person', '4,824 photographs'."""
    if number is None:
        return NO_VALUE
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def people(number: int | None) -> str:
    """'1 person', '16 people'."""
    return count(number, "person", "people")


def photographs(number: int | None) -> str:
    """'1 photograph', '4,824 photographs'."""
    return count(number, "photograph")


def duration(seconds: float | None) -> str:
    """'4.2 s', '3 min 20 s'."""
    if seconds is None:
        return NO_VALUE
    return f"{seconds:.1f} s" if seconds < 60 else f"{int(seconds // 60)} min {int(seconds % 60)} s"


def moment(value: datetime | None) -> str:
    """'2026-11-25 08:04', in UTC; a dash where there is none."""
    return NO_VALUE if value is None else f"{value.astimezone(UTC):%Y-%m-%d %H:%M}"


def strategy(name: str) -> str:
    """'by person' for by_person."""
    return visible(name, 40).replace("_", " ")


def few_people(number: int | None) -> str:
    """The sentence that explains a missing interval; nothing where there are people enough."""
    if number is None or number >= FEWEST_PEOPLE:
        return ""
    return (
        f"No interval is drawn: the test part holds {people(number)}, and fewer than {FEWEST_PEOPLE} cannot carry one."
    )


def p_value(value: float | None) -> str:
    """'0.032', '< 0.001'; a dash where there is none."""
    if value is None or value != value:
        return NO_VALUE
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
