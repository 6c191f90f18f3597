"""Templates to HTML. Everything that comes from data is escaped, in the markup and in the JSON that a page embeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from dashboards import palette
from dashboards.figures.base import Picture

TEMPLATES = Path(__file__).parent.parent / "templates"
AUDITS, MODELS = "Audits", "Models"
"""Groups of pages."""

_JSON_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


@dataclass(frozen=True)
class Link:
    """A page of the folder, as the navigation shows it: those of one `group` under one heading."""

    href: str
    title: str
    detail: str = ""
    group: str = ""


@dataclass(frozen=True)
class Site:
    """What every page shows: the way to all others, sentences on the store, and the SQL behind each frame."""

    links: tuple[Link, ...]
    about: Mapping[str, str]
    queries: Mapping[str, str]

    @property
    def menu(self) -> list[tuple[str, list[Link]]]:
        """The links in their order: neighbours of one group together, each other alone under no heading."""
        together = groupby(enumerate(self.links), key=lambda told: told[1].group or told[0])
        return [(str(key) if isinstance(key, str) else "", [one for _, one in found]) for key, found in together]

    @property
    def audits(self) -> list[Link]:
        """The pages of the audits."""
        return [link for link in self.links if link.group == AUDITS]


@dataclass(frozen=True)
class Placed:
    """A picture with the anchor that it gets on its page."""

    id: str
    picture: Picture


def figure_json(figure: go.Figure) -> Markup:
    """The figure as JSON that cannot end its script element."""
    return script_json(str(figure.to_json(engine="json")))


def script_json(text: str) -> Markup:
    """JSON that cannot end its script element: the five characters that could are written as escapes, which inside
    JSON's strings mean the same."""
    return Markup("".join(_JSON_ESCAPES.get(one, one) for one in text))


def html(template: str, *, site: Site, page: Mapping[str, Any]) -> str:
    """One page. `page` holds at least title and href."""
    return _environment().get_template(template).render(site=site, page=page, dark=palette.DARK)


def _environment() -> Environment:
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
