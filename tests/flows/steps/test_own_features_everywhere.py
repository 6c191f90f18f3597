"""A feature of a user's own where the product's features are: exports, descriptions, pages, audits, erasure."""

import hashlib
import re
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest
from PIL import Image

from affect_store.dashboards import build
from affect_store.flows.steps.dashboard_frames import frames_of
from affect_store.flows.steps.descriptions import describe, feature_versions
from affect_store.flows.steps.extensions import use_extensions
from affect_store.flows.steps.own_features import materialize_own_views
from affect_store.store.consent.erasure import erasure_request_for
from affect_store.store.engine.export import export
from affect_store.store.engine.filtered_copy import rewrite_work
from affect_store.store.engine.published_store import open_published
from affect_store.store.engine.query import run_query
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import ExtensionError
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.offline.feature_store import FeatureStore
from affect_store.store.publication import publish
from affect_store.validation.audit import audit
from affect_store.validation.recompute.drift import DRIFT, UNCHANGED
from affect_store.validation.recompute.extra_checks import ExtraChecks
from affect_store.validation.recompute.own_values import RECOMPUTED_CHECK
from affect_store.validation.rules import OWN_TABLE, RULES
from tests.flows.steps.own import DESIGN, MOUTH, PEOPLE, SHOWN, extension, home_with, published, rows
from tests.store.consent.finishing import do_nothing
from tests.stores.design import image_id

pytestmark = pytest.mark.long

CORNERS = """
@feature_view(columns={"x": "<b>widths</b>", "y": "heights"})
def corners(landmarks):
    '''Position of a <script>corner</script>.'''
    return landmarks[61, 0], landmarks[61, 1]
"""


SECOND = """
@feature_view(columns=["x"])
def second(corners):
    return corners[0]
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    folder = tmp_path_factory.mktemp("own")
    return published(home_with(folder, MOUTH, extension(folder, CORNERS)))


def test_a_feature_is_exported_with_its_columns(home: Home, tmp_path: Path) -> None:
    export(home, "mouth", tmp_path / "mouth.csv", labels=True, wide=True)
    frame = pl.read_csv(tmp_path / "mouth.csv")
    with FeatureStore.open(home) as store:
        ids, values = store.get_features("mouth", frame["image_id"].to_list()).matrix()
    assert ids == frame["image_id"].to_list() and len(ids) == len(SHOWN)
    assert frame.select("width", "opening").to_numpy() == pytest.approx(values, rel=1e-6)
    assert {"subject_id", "emotion", "path"} <= set(frame.columns)


def test_it_is_described_and_listed(home: Home) -> None:
    described = describe(home, "mouth")
    assert described.facts["owner"] == "mouth.py" and "eye distances" in str(described.facts["parameters"])
    assert describe(home, "own.mouth") == described
    versions = {row[0]: row for row in feature_versions(home).rows}
    assert {"mouth", "smile", "corners"} <= set(versions)


def test_a_page_has_a_figure_per_column_and_no_markup_of_the_user(home: Home) -> None:
    with open_published(home) as store:
        frames = frames_of(store, {"published": "today"})
    pages = build.pages(frames)
    page = pages["features.html"]
    assert page.count('class="canvas" id="scalar-mouth-') == 2 and 'id="scalar-corners-x"' in page
    assert "Width and opening of the mouth" in page and "eye distances" in page
    assert not re.search("<b>widths|<script>corner", "".join(pages.values()))
    assert "own.mouth" in pages["dictionary.html"]


def test_an_audit_checks_it_and_compares_it_with_the_publication(home: Home) -> None:
    extras = ExtraChecks(0, home.published_store.resolve(), home.root)
    verdict = audit(home.work, audit_id="a", stage="rows", tables=[OWN_TABLE, "features.services"], extras=extras)
    assert verdict.passed and not verdict.failures
    findings = [finding for finding in verdict.findings if finding.suite == OWN_TABLE]
    checks = {finding.check for finding in findings}
    assert {rule.name for rule in RULES if rule.table == OWN_TABLE} | {DRIFT, UNCHANGED} <= checks
    recomputed = [finding.observed for finding in findings if finding.check == RECOMPUTED_CHECK]
    assert "mouth: 0 of 8 recomputed photographs differ" in recomputed and len(recomputed) == 3
    drift = [finding for finding in findings if finding.check == DRIFT and finding.column == "mouth"]
    assert "largest shift 0.000 SD" in drift[0].observed


def test_a_function_that_draws_numbers_is_a_warning(tmp_path: Path) -> None:
    text = "import random\n@feature_view(columns=['a'])\ndef drawn(landmarks):\n    return random.random()\n"
    home = home_with(tmp_path, extension(tmp_path, text))
    materialize_own_views(home)
    verdict = audit(home.work, audit_id="a", stage="rows", tables=[OWN_TABLE], extras=ExtraChecks(0, None, home.root))
    (warned,) = verdict.failures
    assert warned.check == RECOMPUTED_CHECK and not warned.stops and not warned.quarantines_rows
    assert warned.observed == "drawn: 8 of 8 recomputed photographs differ"


def test_a_feature_that_is_not_computed_yet_is_not_checked(tmp_path: Path) -> None:
    home = home_with(tmp_path, extension(tmp_path, CORNERS + SECOND))
    verdict = audit(home.work, audit_id="a", stage="rows", tables=[OWN_TABLE], extras=ExtraChecks(0, None, home.root))
    observed = [each.observed for each in verdict.findings if each.check == RECOMPUTED_CHECK]
    assert observed[1] == "second: not checked: it has no values yet, since corners has none"
    assert verdict.passed and len(observed) == 2


def test_it_is_erased_with_its_person(tmp_path: Path) -> None:
    home = published(home_with(tmp_path, MOUTH))
    of_person = f"image_id IN (FROM catalogue.images SELECT image_id WHERE subject_id = '{PEOPLE[1]}')"
    ((photographs,),) = rows(home, f"SELECT list(DISTINCT image_id) FROM features.own_values WHERE {of_person}")
    count = "SELECT count(DISTINCT image_id) FROM {}"
    ((before,),) = rows(home, count.format("features.own_values"))
    request = erasure_request_for(home, PEOPLE[1])
    (tmp_path / "new").mkdir()
    publish.rewrite_store(home.published_store, tmp_path / "new" / STORE_FILE, request, do_nothing)
    rewrite_work(home.work, request, do_nothing)
    assert rows(home, count.format("features.own_values")) == [(before - len(photographs),)]
    with publish.open_folder(tmp_path / "new") as store:
        assert store.execute(count.format("own.mouth")).fetchone() == (before - len(photographs),)
        statistics = store.execute("SELECT DISTINCT view FROM features.scalar_statistics").fetchall()
        assert {("mouth",), ("smile",)} <= set(statistics)


def test_a_publication_is_read_without_the_file_and_its_home(tmp_path: Path) -> None:
    file = extension(tmp_path, CORNERS)
    home = published(home_with(tmp_path, file))
    file.unlink()
    home.extensions.unlink()
    home.work.unlink()
    moved = Home(tmp_path / "moved")
    home.root.rename(moved.root)
    with FeatureStore.open(moved) as store:
        ids, values = store.get_features("corners").matrix()
        assert values.shape == (len(ids), 2) and np.isfinite(values).all()
    assert run_query(moved, "SELECT count(x) FROM own.corners").rows == [(len(ids),)]
    with open_published(moved) as store:
        frames_of(store, {"published": "today"})
    with duckdb.connect(str(moved.published_store), read_only=True) as store:  # no file of affect-store at all
        assert store.execute("SELECT count(y) FROM own.corners").fetchone() == (len(ids),)


def test_a_publication_keeps_names_of_columns_that_an_earlier_version_had(tmp_path: Path) -> None:
    home = home_with(tmp_path, extension(tmp_path, CORNERS))
    materialize_own_views(home)
    extension(tmp_path, CORNERS.replace('"y"', '"height"').replace("[61, 1]", "[61, 1] * 2"))
    published(home)
    frame = run_query(home, "SELECT count(x), count(y), count(height) FROM own.corners").rows
    assert frame[0][0] == 2 * frame[0][1] == 2 * frame[0][2] > 0
    publish.publish(home, "again", lambda folder: publish.write_store(home.work, folder / STORE_FILE))
    with FeatureStore.open(home) as store:
        assert store.sql("FROM own.corners_at('', now()::TIMESTAMPTZ)").columns == [
            "image_id", "version", "x", "height", "seal", "created_at",
        ]  # fmt: skip


def test_a_file_in_the_folder_of_photographs_is_not_executed(tmp_path: Path) -> None:
    home = home_with(tmp_path, extension(tmp_path, CORNERS))
    with pytest.raises(ExtensionError, match="is not executed, since it is in"):
        use_extensions(home, str(tmp_path))
    use_extensions(home, str(tmp_path / "photographs"))


PICTURES = """
@feature_view(columns={"red": "0 to 255", "width": "pixels"})
def colours(picture, size):
    assert picture.shape[:2] == (size[1], size[0]) and picture.dtype == "uint8"
    return picture[..., 0].mean(), size[0]
"""


def test_a_picture_is_read_from_its_file_if_its_bytes_are_those_of_the_catalogue(tmp_path: Path) -> None:
    home = home_with(tmp_path, extension(tmp_path, PICTURES))
    first, second = (image_id(cell) for cell in DESIGN.cells()[:2])
    (tmp_path / "lab").mkdir()
    Image.new("RGB", (40, 30), (200, 10, 10)).save(tmp_path / "lab" / "a.png")
    digest = hashlib.sha256((tmp_path / "lab" / "a.png").read_bytes()).hexdigest()
    with open_work(home) as connection:
        images = "UPDATE catalogue.images SET"
        connection.execute(f"{images} excluded_reason = 'x' WHERE image_id NOT IN (?, ?)", [first, second])
        statement = f"{images} path = ?, width_px = 40, height_px = 30, image_id = ? WHERE image_id = ?"
        connection.execute(statement, [str(tmp_path / "lab" / "a.png"), digest, first])
        connection.execute(statement, [str(tmp_path / "lab" / "a.png"), second, second])
    assert materialize_own_views(home) == 2
    assert rows(home, "SELECT image_id, numbers FROM features.own_values") == [(digest, [200.0, 40.0])]
    reason = "cannot be read: the file has other bytes than when it was read first"
    assert rows(home, "SELECT image_id, reason FROM features.absent WHERE feature = 'colours'") == [(second, reason)]
