"""Rendering of templates to HTML. All data is escaped, in the markup and in the JSON that a page embeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from affect_store.dashboards import palette
from affect_store.dashboards.figures.base import CaptionedFigure

TEMPLATES = Path(__file__).parent.parent / "templates"
AUDITS, MODELS = "Audits", "Models"
"""Groups of pages in the navigation."""

POLICY = (
    "default-src 'none'; script-src 'self' file:; style-src 'self' file: 'unsafe-inline'; "
    "img-src 'self' file: data: blob:; base-uri 'none'; form-action 'none'"
)
"""Content security policy of every page: scripts and styles only from the files beside it, and no network.

`file:` counts when pages are opened from disk, where 'self' matches nothing in some browsers.
"""

_JSON_ESCAPES = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


@dataclass(frozen=True)
class Link:
    """A page in the navigation; pages of one `group` share a heading."""

    href: str
    title: str
    detail: str = ""
    group: str = ""


@dataclass(frozen=True)
class Site:
    """What all pages share: navigation, description of the store, and the SQL of each frame."""

    links: tuple[Link, ...]
    about: Mapping[str, str]
    queries: Mapping[str, str]

    @property
    def menu(self) -> list[tuple[str, list[Link]]]:
        """The links in order as (heading, links): consecutive links of a group together, others without a heading."""
        grouped = groupby(enumerate(self.links), key=lambda entry: entry[1].group or entry[0])
        return [(key if isinstance(key, str) else "", [link for _, link in entries]) for key, entries in grouped]

    @property
    def audits(self) -> list[Link]:
        """The audit pages."""
        return [link for link in self.links if link.group == AUDITS]


@dataclass(frozen=True)
class PageFigure:
    """A figure and its anchor on a page."""

    id: str
    captioned: CaptionedFigure


def figure_json(figure: go.Figure) -> Markup:
    """Serialise a figure as JSON that is safe inside a script element."""
    return script_json(str(figure.to_json(engine="json")))


def script_json(text: str) -> Markup:
    """Escape JSON for a script element: characters that could end it become escapes with the same meaning."""
    return Markup(text.translate(_JSON_ESCAPES))


def html(template: str, *, site: Site, page: Mapping[str, Any]) -> str:
    """Render a page. `page` holds at least title and href."""
    return _environment().get_template(template).render(site=site, page=page, dark=palette.DARK, policy=POLICY)


@cache
def _environment() -> Environment:
    """The environment, which keeps compiled templates."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["figure_json"] = figure_json
    environment.filters["script_json"] = script_json
    return environment
