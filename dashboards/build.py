"""Write the dashboards into a folder of static pages that open from disk. Nothing is queried here."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from plotly.offline import get_plotlyjs

from affect_store.dashboards import formatting, person_scripts
from affect_store.dashboards.frames import Frames
from affect_store.dashboards.pages import (
    compare,
    cross_corpus,
    data,
    dictionary,
    features,
    index,
    lineage,
    model,
    quality,
    repeatability,
    replication,
    runs,
)
from affect_store.dashboards.pages.render import AUDITS, MODELS, TEMPLATES, Link, Site
from affect_store.store.errors import AffectError

PLOTLY = "plotly.min.js"
STYLE = TEMPLATES / "style.css"
_ASSETS = (STYLE, *(TEMPLATES / f"{name}.js" for name in ("menu", "page", "people", "face", "lineage", "dictionary")))


def write(frames: Frames, folder: Path) -> Path:
    """Write all pages into `folder` and return the path of its index.html.

    The pages are written to a temporary folder and renamed in one step, so `folder` is complete or absent. Raises
    `AffectError` if `folder` exists and is not empty.
    """
    if folder.exists() and any(folder.iterdir()):
        raise AffectError(f"dashboards need a new folder: expected {folder} to be absent or empty")
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
    (folder / person_scripts.FOLDER).mkdir()
    for name, text in person_scripts.scripts(frames):
        (folder / name).write_text(text, encoding="utf-8")
    for asset in _ASSETS:
        shutil.copyfile(asset, folder / asset.name)
    (folder / PLOTLY).write_text(get_plotlyjs(), encoding="utf-8")


def pages(frames: Frames) -> dict[str, str]:
    """Render every page: file name -> HTML."""
    shared = site(frames)
    rendered = {
        module.HREF: module.page(frames, shared)
        for module in (index, compare, features, repeatability, data, quality, runs, lineage, dictionary)
    }
    if replication.has_any(frames):
        rendered[replication.HREF] = replication.page(frames, shared)
    if cross_corpus.has_any(frames):
        rendered[cross_corpus.HREF] = cross_corpus.page(frames, shared)
    for name in _models(frames):
        rendered[index.model_href(name)] = model.page(frames, shared, name)
    return rendered


def site(frames: Frames) -> Site:
    """Build the navigation, footer and queries that all pages share."""
    titles = dict(zip(frames.leaderboard["model"], frames.leaderboard["title"], strict=True))
    links = (
        Link(index.HREF, "Overview", "leaderboard, person leakage, audit results"),
        Link(compare.HREF, "Compare", "metrics, mean ranks, pairwise tests, calibration, ROC curves"),
        *(
            Link(
                index.model_href(name),
                formatting.visible(titles[name], 40),
                "learning curves, confusion matrices, attributions, hardest photographs",
                MODELS,
            )
            for name in _models(frames)
        ),
        *(
            [Link(replication.HREF, "Replication", "the 2022 notebook: reported, reproduced, corrected")]
            if replication.has_any(frames)
            else []
        ),
        *(
            [Link(cross_corpus.HREF, cross_corpus.TITLE, "accuracy on corpora that a model was not trained on")]
            if cross_corpus.has_any(frames)
            else []
        ),
        Link(features.HREF, "Features", "facial movement by emotion, subject and camera"),
        Link(repeatability.HREF, repeatability.TITLE, "how far features repeat in copies that should not matter"),
        Link(data.HREF, "Data", "coverage of the design, splits, rejected files"),
        Link(quality.HREF, "Quality", "audit checks and quarantined photographs"),
        Link(runs.HREF, "Runs", "publications, champions, training runs"),
        Link(lineage.HREF, "Lineage", "from a prediction back to its photograph"),
        Link(dictionary.HREF, "Dictionary", "tables, columns and foreign keys, with search"),
        *(Link(_relative(href), formatting.visible(title, 40), "", AUDITS) for title, href in frames.links.items()),
    )
    about = {formatting.visible(key, 40): formatting.visible(value) for key, value in frames.about.items()}
    return Site(links, about, {name: formatting.visible_lines(text) for name, text in frames.queries.items()})


def _models(frames: Frames) -> list[str]:
    """List the systems in the order of the leaderboard."""
    return list(dict.fromkeys(frames.leaderboard["model"]))


def _relative(href: str) -> str:
    """Return `href`. Raises `AffectError` if it has a scheme or host: pages link only to files beside them."""
    if ":" in href or href.startswith(("/", "\\")):
        raise AffectError(f"link {href!r}: expected a relative address")
    return href
