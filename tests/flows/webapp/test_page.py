"""The page is one document: its policy allows its own style and scripts, and no other address."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

from affect_store.dashboards import palette
from affect_store.flows.steps.trained_model import TrainedModel
from affect_store.flows.webapp.page import MOVEMENT_STEPS, page_of
from affect_store.flows.webapp.systems import ChosenSystem

HOSTILE = Path("/tmp/</script><script>alert(1)</script>")
RUN = {"run_id": "aa01", "model": "lda", "recipe": "corrected", "parameters": "{}"}
SYSTEMS = [
    ChosenSystem(TrainedModel(RUN, {}), "the champion", 1.0, 0.914, "people it was not trained on"),
    ChosenSystem(TrainedModel({**RUN, "model": "point_mlp"}, {}), "the run", 1.0),
]
PAGE = page_of(SYSTEMS, "token</script>", HOSTILE)


def inline(element: str) -> list[str]:
    return re.findall(rf"<{element}>(.*?)</{element}>", PAGE.html, re.DOTALL)


def test_the_policy_allows_the_style_and_scripts_of_the_page_and_nothing_else() -> None:
    policy = dict(part.split(" ", 1) for part in PAGE.policy.split("; "))
    for element, name in (("script", "script-src"), ("style", "style-src")):
        digests = [hashlib.sha256(text.encode()).digest() for text in inline(element)]
        assert policy[name] == " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    assert policy["default-src"] == policy["frame-ancestors"] == policy["form-action"] == policy["base-uri"] == "'none'"
    assert policy["connect-src"] == "'self'" and policy["img-src"] == "blob: data:"
    assert "unsafe" not in PAGE.policy and "http" not in PAGE.policy and "*" not in PAGE.policy


def test_no_other_address_and_no_inline_handler_or_style_is_on_the_page() -> None:
    addresses = set(re.findall(r"https?://[^\s\"'<>]+", PAGE.html)) - {"http://www.w3.org/2000/svg"}
    assert addresses == set()
    markup = re.sub(r"<(script|style).*?</\1>", "", PAGE.html, flags=re.DOTALL)
    assert not re.search(r"\s(on\w+|style|src)=", markup)


def test_text_is_escaped_and_data_cannot_end_its_script() -> None:
    assert "<script>alert" not in PAGE.html and "&lt;script&gt;alert" in PAGE.html
    (text,) = re.findall(r'<script type="application/json" id="page-data">(.*?)</script>', PAGE.html, re.DOTALL)
    data = json.loads(text)
    assert data["token"] == "token</script>"


def test_each_system_says_why_it_is_shown_and_what_it_needs() -> None:
    first, second = re.findall(r"<article.*?</article>", PAGE.html, re.DOTALL)
    assert "Shrinkage LDA" in first and "lda.corrected</code>, the champion" in first and "aa01" in first
    assert "Accuracy 0.91 on people it was not trained on" in first and "a photograph and a neutral one" in first
    assert "needs no neutral photograph" in second and "Accuracy" not in second


def test_longer_movement_is_darker_on_a_light_page_and_lighter_on_a_dark_one() -> None:
    def lightness(colour: str) -> float:
        red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for scale, sign in ((palette.MOVEMENT, -1), (palette.MOVEMENT_DARK, 1)):
        steps = [sign * lightness(palette.at(scale, (k + 0.5) / MOVEMENT_STEPS)) for k in range(MOVEMENT_STEPS)]
        assert steps == sorted(steps) and palette.at(scale, 0.1) in PAGE.html
