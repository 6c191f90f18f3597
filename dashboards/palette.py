"""Colours and font of all pages and figures. `style.css` repeats the first block."""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

from affect_store.store.emotion_classes import in_order
from affect_store.store.vocabulary import EMOTIONS

INK = "#1b2733"
MUTED = "#586673"
LINE = "#d9e0e6"
PAPER = "#ffffff"
BLUE = "#0b5c8a"
ORANGE = "#b9540f"
GREY = "#9aa6b1"

DARK = {
    INK: "#e6ebf0",
    MUTED: "#a7b3be",
    LINE: "#34414d",
    PAPER: "#12181e",
    BLUE: "#62b3e0",
    ORANGE: "#f0935a",
    GREY: "#6d7a86",
    "#3b7d4f": "#6fc08a",
    "#6a4c93": "#b79be0",
}
"""Colours of lines, dots and text on a dark page; `page.js` replaces them."""

FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'

EMOTION_COLOURS = dict(
    zip(
        EMOTIONS,
        ("#d55e00", "#cc79a7", "#009e73", "#0072b2", "#e69f00", "#6b7480", "#56b4e9", "#f0e442"),
        strict=True,
    )
)
"""Colour of each emotion on all pages: the colour-blind-safe set of Okabe and Ito (2008), grey instead of black."""

FURTHER_COLOURS = (
    "#9600ff", "#ff00c3", "#ff005a", "#0069ff", "#00a500", "#69690f", "#963cb4", "#a54b3c", "#ff0000", "#c30f78",
    "#9687e1", "#e14bff", "#a58769", "#2d781e", "#b4782d", "#f05a4b", "#0f8787", "#e15a78", "#789600", "#69875a",
    "#874bf0", "#0f96ff", "#785a87", "#e15ac3",
)  # fmt: skip
"""Colours of further classes. Each is at least 25 from every other one, and from those of the eight, in CIELAB, and has
a contrast of 3 to 1 on a light and on a dark page (WCAG 2.2, criterion 1.4.11)."""

SERIES = (BLUE, ORANGE, "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#6b7480")
"""Colours of the systems in figures with many of them; after the last they repeat with another marker."""

BETTER_OR_WORSE = ((0.0, "#b8530e"), (0.25, "#eec39f"), (0.5, "#f4f6f8"), (0.75, "#a9cbe1"), (1.0, "#0a5b89"))
"""Diverging scale: worse (orange), no significant difference, better (blue)."""

SHARES = ((0.0, "#f4f7fa"), (0.25, "#cfe0ec"), (0.5, "#8fb9d6"), (0.75, "#3f86b3"), (1.0, "#08476d"))
"""Sequential scale for shares from 0 to 1: one hue with steadily falling lightness."""

MOVEMENT = ((0.0, "#bcc7d0"), (0.06, "#d9b45b"), (0.2, "#dd7a1f"), (0.5, "#a8281c"), (1.0, "#430b0b"))
"""Scale for lengths of movement: lightness falls steadily, for greyscale print and colour-blind readers; most landmarks
move little, so short lengths get most of the steps."""

MOVEMENT_DARK = ((0.0, "#4d5b67"), (0.06, "#8a6a2a"), (0.2, "#d0832a"), (0.5, "#f5b04c"), (1.0, "#fff0c2"))
"""The same scale for drawings on a dark page: lightness rises steadily."""

GAPS = ((0.0, "#8f1d16"), (0.5, "#e08a2e"), (0.85, "#f5d79a"), (0.999, "#fbeecb"), (1.0, "#d6e6f0"))
"""Scale for completeness: blue for complete, warmer colours the more is missing."""


def emotion_colours(emotions: Iterable[str]) -> dict[str, str]:
    """Return the colour of each of these emotions, in their order on pages.

    The colour of a further class depends on its name, and on the other ones only if both would have the same.
    """
    colours: dict[str, str] = {}
    for name in in_order(emotions):
        if name in EMOTION_COLOURS:
            colours[name] = EMOTION_COLOURS[name]
            continue
        first = crc32(name.encode()) % len(FURTHER_COLOURS)
        turned = (*FURTHER_COLOURS[first:], *FURTHER_COLOURS[:first])
        colours[name] = next((colour for colour in turned if colour not in colours.values()), GREY)
    return colours


def at(scale: tuple[tuple[float, str], ...], position: float) -> str:
    """Return the colour of `scale` at `position` (clipped to 0..1), interpolated linearly between its stops."""
    position = min(max(position, 0.0), 1.0)
    for (low, first), (high, second) in zip(scale, scale[1:], strict=False):
        if position <= high:
            share = (position - low) / (high - low)
            pairs = ((int(first[k : k + 2], 16), int(second[k : k + 2], 16)) for k in (1, 3, 5))
            return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
    return scale[-1][1]
