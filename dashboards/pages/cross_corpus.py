"""The page of results across corpora: systems that were trained on some corpora and tested on others."""

from __future__ import annotations

import polars as pl

from affect_store.dashboards import formatting
from affect_store.dashboards.figures import cross_corpus
from affect_store.dashboards.frames import Frames
from affect_store.dashboards.pages.render import Site, html

HREF = "cross-corpus.html"
TITLE = "Across corpora"


def has_any(frames: Frames) -> bool:
    """Return whether a system was tested on a corpus that it was not trained on."""
    return not frames.cross_corpus.is_empty()


def page(frames: Frames, site: Site) -> str:
    """Render cross-corpus.html."""
    frame = frames.cross_corpus.with_columns(pl.col("model").replace(frames.titles).alias("title"))
    content = {
        "title": TITLE,
        "href": HREF,
        "lead": "Accuracy on corpora that a model was not trained on.",
        "pairs": [_pair(frame, pair) for pair in cross_corpus.pairs(frame)],
    }
    return html("cross-corpus.html.j2", site=site, page=content)


def _pair(frame: pl.DataFrame, pair: tuple[str, str]) -> dict[str, object]:
    trained_on, tested_on = pair
    own = frame.filter((pl.col("trained_on") == trained_on) & (pl.col("tested_on") == tested_on))
    return {
        "title": f"Trained on {formatting.visible(trained_on, 60)}, tested on {formatting.visible(tested_on, 60)}",
        "accuracies": cross_corpus.accuracies(own, pair),
        "by_emotion": cross_corpus.by_emotion(own, pair),
    }
