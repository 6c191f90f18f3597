"""Writes the dashboards: a folder that opens from disk and needs nothing else. It queries nothing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from plotly.offline import get_plotlyjs

from dashboards import people, words
from dashboards.frames import Frames
from dashboards.pages import compare, data, features, index, lineage, model, quality, runs
from dashboards.pages.render import AUDITS, MODELS, TEMPLATES, Link, Site
from store.errors import AffectError

PLOTLY = "plotly.min.js"
STYLE = TEMPLATES / "style.css"
_BESIDE = (STYLE, *(TEMPLATES / f"{name}.js" for name in ("menu", "page", "people", "face", "lineage")))


def write(frames: Frames, folder: Path) -> Path:
    """Write all pages into `folder`, which must not exist or be empty, and return the path of its index.html.

    The pages are written beside it and moved in one step, so that `folder` is complete or not there. Raises
    `AffectError` where it holds something already.
    """
    if folder.exists() and any(folder.iterdir()):
        raise AffectError(f"dashboards go to a new folder: expected {folder} to be absent or empty")
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = folder.parent / f".{folder.name}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    _fill(frames, partial)
    os.replace(partial, folder)
    return folder / index.HREF


def _fill(frames: Frames, folder: Path) -> None:
    for name, text in pages(frames).items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / people.FOLDER).mkdir()
    for name, text in people.scripts(frames):
        (folder / name).write_text(text, encoding="utf-8")
    for source in _BESIDE:
        shutil.copyfile(source, folder / source.name)
    (folder / PLOTLY).write_text(get_plotlyjs(), encoding="utf-8")


def pages(frames: Frames) -> dict[str, str]:
    """File name -> HTML of every page."""
    everywhere = site(frames)
    written = {
        one.HREF: one.page(frames, everywhere) for one in (index, compare, features, data, quality, runs, lineage)
    }
    for name in _models(frames):
        written[index.model_href(name)] = model.page(frames, everywhere, name)
    return written


def site(frames: Frames) -> Site:
    """Navigation and footer, the same on every page."""
    titles = dict(zip(frames.leaderboard["model"], frames.leaderboard["title"], strict=True))
    links = (
        Link(index.HREF, "Overview", "leaderboard, leak, what changed"),
        Link(compare.HREF, "Compare", "any metric, ranks, every pair, calibration, ROC"),
        *(
            Link(
                index.model_href(name), words.visible(titles[name], 40), "curves, confusion, hardest, deciding", MODELS
            )
            for name in _models(frames)
        ),
        Link(features.HREF, "Features", "how each emotion moves each face"),
        Link(data.HREF, "Data", "the design and its gaps, who is where, files set aside"),
        Link(quality.HREF, "Quality", "what the audits checked, found and set aside"),
        Link(runs.HREF, "Runs", "publications, champions, training"),
        Link(lineage.HREF, "Lineage", "one prediction, from model to photograph"),
        *(Link(_relative(href), words.visible(title, 40), "", AUDITS) for title, href in frames.links.items()),
    )
    about = {words.visible(key, 40): words.visible(value) for key, value in frames.about.items()}
    return Site(links, about, {name: words.visible_lines(text) for name, text in frames.queries.items()})


def _models(frames: Frames) -> list[str]:
    """Systems in the order in which the leaderboard first names them."""
    return list(dict.fromkeys(frames.leaderboard["model"]))


def _relative(href: str) -> str:
    """Raises `AffectError` for an address with a scheme or host: pages link to what lies beside them."""
    if ":" in href or href.startswith(("/", "\\")):
        raise AffectError(f"link {href!r}: expected a relative address")
    return href
