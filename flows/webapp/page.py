"""The page as one HTML document: its style, scripts and data are inside, and its policy allows nothing else."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from affect_store.dashboards import palette
from affect_store.dashboards.figures.outline import lines
from affect_store.dashboards.pages import render
from affect_store.flows.webapp.access import TOKEN_HEADER
from affect_store.flows.webapp.movement import UNIT
from affect_store.flows.webapp.systems import ChosenSystem
from affect_store.flows.webapp.upload import LENGTH_HEADER, MAX_BYTES
from affect_store.store.face_mesh import edges

TEMPLATES = Path(__file__).parent / "templates"
STYLES = (render.TEMPLATES / "style.css", TEMPLATES / "page.css")
SCRIPTS = ("drawing.js", "results.js", "camera.js", "page.js")
MOVEMENT_STEPS = 5
"""Number of colours of movement."""


@dataclass(frozen=True)
class Page:
    """An HTML document and the content security policy that it is sent with."""

    html: str
    policy: str


def page_of(systems: Sequence[ChosenSystem], token: str, home: Path) -> Page:
    """Return the page with these systems, whose requests carry the token."""
    style = "\n".join([*(path.read_text(encoding="utf-8") for path in STYLES), _movement_colours()])
    scripts = [(TEMPLATES / name).read_text(encoding="utf-8") for name in SCRIPTS]
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    html = environment.get_template("page.html.j2").render(
        style=Markup(style),
        scripts=[Markup(script) for script in scripts],
        data=render.script_json(json.dumps(_data(token))),
        systems=systems,
        home=str(home),
        steps=range(MOVEMENT_STEPS),
        unit=UNIT,
        limit_mib=MAX_BYTES // 2**20,
    )
    return Page(html, _policy(style, scripts))


def _data(token: str) -> dict[str, Any]:
    """Return what the scripts know."""
    return {
        "token": token,
        "tokenHeader": TOKEN_HEADER,
        "lengthHeader": LENGTH_HEADER,
        "maxBytes": MAX_BYTES,
        "strokes": lines(),
        "edges": edges().tolist(),
        "movementSteps": MOVEMENT_STEPS,
        "unit": UNIT,
    }


def _movement_colours() -> str:
    """Return the colours of movement as variables: on a dark page, longer is lighter."""
    scales = (palette.MOVEMENT, palette.MOVEMENT_DARK)
    light, dark = (
        " ".join(f"--movement{k}: {palette.at(scale, (k + 0.5) / MOVEMENT_STEPS)};" for k in range(MOVEMENT_STEPS))
        for scale in scales
    )
    return f":root {{ {light} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"


def _policy(style: str, scripts: Sequence[str]) -> str:
    """Return the policy: the page's own style and scripts by their hashes, its own server, pictures in memory."""
    return (
        f"default-src 'none'; script-src {' '.join(map(_hash, scripts))}; style-src {_hash(style)}; "
        "img-src blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
    return f"'sha256-{digest}'"
