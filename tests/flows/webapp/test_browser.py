"""The page in a browser, wide and narrow, light and dark: files, drops, the camera, messages, and accessibility."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from affect_store.flows.webapp import systems
from affect_store.flows.webapp.analysis import Analyser
from affect_store.flows.webapp.document import document_of
from affect_store.flows.webapp.page import page_of
from affect_store.store.vocabulary import EMOTIONS, LANDMARK_COUNT, NEUTRAL
from tests.browsing import LOCAL, OVERFLOW, opened
from tests.flows.predicting import ALONE, COMPARING, CORPUS, MODELS, photographs_of, predicting_home
from tests.flows.webapp.serving import Served, served

pytestmark = pytest.mark.long

VIEWS = [(1400, "light"), (500, "light"), (1400, "dark"), (500, "dark")]
FAKE_CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
ANSWERED = "body[data-answered]"
DROP = """(slot, [base64, ...names]) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)), files = new DataTransfer();
    for (const name of names) files.items.add(new File([bytes], name));
    slot.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: files }));
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with opened(*FAKE_CAMERA) as chromium:
        yield chromium


@pytest.fixture(scope="module")
def running() -> Iterator[Served]:
    home, _ = predicting_home()
    chosen, _ = systems.choose(home, MODELS)
    with Analyser() as analyser:
        list(analyser.load(home, chosen))
        with served(
            lambda upload: document_of(
                analyser.analyse(upload.photograph, upload.neutral), upload.photograph, upload.neutral
            ),
            lambda token: page_of(chosen, token, home.root),
        ) as own:
            yield own


@pytest.fixture
def faults() -> list[str]:
    """Errors on the page, and requests to anything but its server."""
    return []


@pytest.fixture
def view(browser: Any, running: Served, faults: list[str], request: pytest.FixtureRequest) -> Iterator[Any]:
    width, scheme = getattr(request, "param", VIEWS[0])
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    allowed = (*LOCAL, running.address)
    page.on("request", lambda sent: None if sent.url.startswith(allowed) else faults.append(sent.url))
    page.goto(running.address)
    page.wait_for_selector("body[data-ready]")
    yield page
    page.close()


def expression() -> Path:
    return next(path for path in photographs_of(predicting_home()[1], f"{CORPUS}-02") if NEUTRAL not in path.name)


def neutral() -> Path:
    folder = predicting_home()[1]
    return next(path for path in photographs_of(folder, f"{CORPUS}-02") if f"{NEUTRAL}_frontal" in path.name)


def give(view: Any, name: str, file: Path) -> None:
    """Choose a file, and wait for the answer."""
    view.set_input_files(f"#{name}-file", file)
    view.wait_for_selector(f"[data-slot={name}] .finding:not(:empty)")
    view.wait_for_selector(ANSWERED)


def outcomes(view: Any) -> dict[str, str]:
    return dict(zip(MODELS, view.locator(".outcome").all_text_contents(), strict=True))


def barriers(view: Any) -> list[tuple[str, list[str]]]:
    """All violations that axe-core finds."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    violations = axe.Axe().run(view).response["violations"]
    return [(row["id"], [node["html"][:200] for node in row["nodes"][:3]]) for row in violations]


@pytest.mark.parametrize("view", VIEWS, indirect=True)
def test_two_files_give_landmarks_movement_and_probabilities(view: Any, faults: list[str]) -> None:
    assert barriers(view) == [] and view.evaluate(OVERFLOW) <= 0
    give(view, "photograph", expression())
    assert outcomes(view)[COMPARING] == "needs a neutral photograph" and not view.locator("#movement").is_visible()
    give(view, "neutral", neutral())
    for text in outcomes(view).values():
        assert all(emotion in text for emotion in EMOTIONS)
    for probabilities in (table.all_text_contents() for table in map(numbers, view.locator(".system table").all())):
        assert sum(map(float, probabilities)) == pytest.approx(1, abs=0.05)
    points = view.locator("[data-slot=photograph] svg .dots").get_attribute("d")
    assert points.count("M") == LANDMARK_COUNT and view.locator("#movement svg .arrows").count() == 5
    assert "mouth" in view.locator("#movement table").text_content()
    assert view.locator("#movement .remark").is_hidden()
    assert barriers(view) == [] and view.evaluate(OVERFLOW) <= 0 and faults == []


def numbers(table: Any) -> Any:
    return table.locator("td.number")


def test_dropped_pictures_are_used_and_removed_again(view: Any, faults: list[str]) -> None:
    for name, path in (("neutral", neutral()), ("photograph", expression())):
        slot = view.locator(f"[data-slot={name}]")
        names = ["<img src=x onerror=alert(1)>.jpg", "second.jpg"][: 1 if name == "neutral" else 2]
        slot.evaluate(DROP, [base64.b64encode(path.read_bytes()).decode(), *names])
    view.wait_for_selector(ANSWERED)
    remark = "2 files were dropped: the first is used. One face was found."
    assert view.locator(".slot .finding").all_text_contents() == [remark, "One face was found."]
    assert all(EMOTIONS[0] in text for text in outcomes(view).values())
    view.locator("[data-slot=neutral] [data-remove]").click()
    view.wait_for_selector(ANSWERED)
    assert outcomes(view)[COMPARING] == "needs a neutral photograph" and EMOTIONS[0] in outcomes(view)[ALONE]
    view.locator("[data-slot=photograph] [data-remove]").click()
    assert outcomes(view)[ALONE] == "Waits for a photograph." and view.locator(".frame:visible").count() == 0
    assert faults == []


@pytest.mark.parametrize("view", VIEWS[1:2], indirect=True)
def test_what_cannot_be_used_is_said(view: Any, tmp_path: Path, faults: list[str]) -> None:
    (tmp_path / "text.jpg").write_text("text")
    give(view, "photograph", tmp_path / "text.jpg")
    finding = view.locator("[data-slot=photograph] .finding").text_content()
    assert finding.startswith("The photograph cannot be read: not an image in one of the formats")
    assert set(outcomes(view).values()) == {"the photograph cannot be used"} and barriers(view) == []
    (tmp_path / "empty.jpg").touch()
    view.set_input_files("#photograph-file", tmp_path / "empty.jpg")
    assert view.locator("[data-slot=photograph] .finding").text_content() == "The photograph is empty."
    with (tmp_path / "large.jpg").open("wb") as file:
        file.truncate(64 * 2**20 + 1)
    view.set_input_files("#photograph-file", tmp_path / "large.jpg")
    view.wait_for_selector("[data-slot=photograph] .finding:has-text('too large')")
    assert view.locator("[data-slot=photograph] .finding").text_content() == (
        "The photograph is too large: more than 64 MiB."
    )
    assert faults == []


def test_the_landmarks_can_be_hidden_and_the_face_enlarged(view: Any) -> None:
    give(view, "photograph", expression())
    drawing = view.locator("[data-slot=photograph] svg")
    whole = drawing.get_attribute("viewBox").split()
    view.locator("[data-option=landmarks]").press("Enter")
    assert drawing.locator("path").count() == 0 and drawing.locator("image").count() == 1
    view.locator("[data-option=zoom]").press("Enter")
    zoomed = drawing.get_attribute("viewBox").split()
    assert float(zoomed[2]) < float(whole[2]) and float(zoomed[0]) > 0


@pytest.mark.parametrize("view", VIEWS[:2], indirect=True)
def test_the_camera_takes_both_pictures(view: Any, faults: list[str]) -> None:
    view.locator("[data-start]").click()
    view.wait_for_selector("#camera .live:visible")
    assert barriers(view) == [] and view.evaluate(OVERFLOW) <= 0
    view.wait_for_selector("#camera [data-take=neutral]:focus")
    for name in ("neutral", "photograph"):
        view.locator(f"[data-take={name}]").click()
        view.wait_for_selector(f"[data-slot={name}] img[src^=blob]", state="attached")
    view.wait_for_selector(ANSWERED)
    for name in ("The photograph", "The neutral photograph"):
        assert f"{name} shows no face that the detector finds." in view.locator(".slots").text_content()
    assert set(outcomes(view).values()) == {"the photograph shows no face"}
    view.locator("[data-stop]").click()
    assert view.locator("#camera .live").is_hidden() and view.evaluate(
        "document.querySelector('video').srcObject === null"
    )
    assert faults == []


def test_a_server_that_ended_is_named(browser: Any) -> None:
    home, _ = predicting_home()
    chosen, _ = systems.choose(home, MODELS)
    view = browser.new_page()
    with served(lambda upload: {}, lambda token: page_of(chosen, token, home.root)) as own:
        view.goto(own.address)
        view.wait_for_selector("body[data-ready]")
    view.set_input_files("#photograph-file", expression())
    view.wait_for_selector("#status.problem")
    assert "is `affect app` still running in the terminal?" in view.locator("#status").text_content()
    view.close()
