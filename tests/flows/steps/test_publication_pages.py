"""A publication does not tell the paths of the machine that made it."""

import html
import json
from pathlib import Path

import polars as pl

from affect_store.flows.steps.publication_pages import UNFINISHED, is_current, publish_copy
from affect_store.flows.steps.published_paths import folders_of, hide, hide_in
from affect_store.store.home import STORE_FILE
from affect_store.store.publication import publish, repository
from affect_store.store.publication.manifest import is_preliminary
from affect_store.store.publication.retention import plan
from affect_store.store.publication.vector_sums import FILE as SUMS_FILE
from tests.stores import subjects


def test_a_publication_does_not_hold_the_path_of_its_home(tmp_path: Path) -> None:
    home = subjects.copy(tmp_path, published=False)
    folder = Path(publish_copy(home, "audit-1", False))
    with publish.open_folder(folder) as store:
        about = repository.about(store)
    assert list(about) == ["published_at", "code_version", "audit"] and about["audit"] == "audit-1"
    page = home.dashboards.read_text(encoding="utf-8")
    assert about["published_at"] in page and "home-of-somebody" not in page
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert [path.name for path in files if str(home.root).encode() in path.read_bytes()] == []
    with publish.open_folder(folder) as store:
        hidden = folders_of(store, folder)
    pages = {path.name: path.read_text(encoding="utf-8") for path in files if path.name not in (STORE_FILE, SUMS_FILE)}
    assert len(hidden) > 1 and "copy.jpg" in pages["data.html"]
    assert [name for name, text in pages.items() if any(f"{root}/" in text for root in hidden)] == []


def test_a_preliminary_publication_says_so_and_is_replaced_by_the_next(tmp_path: Path) -> None:
    home = subjects.copy(tmp_path, published=False)
    final = Path(publish_copy(home, "audit-1", False, keep=1))
    first = Path(publish_copy(home, "audit-2", False, keep=1, preliminary=True))
    assert repository.folders(home) == [final, first], "the last complete publication is kept"
    assert UNFINISHED in home.dashboards.read_text(encoding="utf-8")
    assert is_preliminary(first) and not is_current(home, with_faces=False)
    assert plan(home, keep=1).publications == {}, "one that is preliminary does not count"

    last = Path(publish_copy(home, "audit-3", False, keep=2))
    assert repository.folders(home) == [final, last] and is_current(home, with_faces=False)
    assert plan(home, keep=1).publications.keys() == {final}
    assert UNFINISHED not in home.dashboards.read_text(encoding="utf-8")
    with publish.open_folder(last) as store:
        assert store.execute("SELECT count(*) FROM quality.publications").fetchone() == (2,)


def test_pages_show_paths_relative_to_the_folder_of_their_corpus() -> None:
    folders = ["/data/l'été/lab/deep", "/data/l'été/lab"]
    path, other = "/data/l'été/lab/a.jpg", "/elsewhere/lab/a.jpg"
    for written in (str, html.escape, json.dumps):
        assert written("a.jpg").strip('"') in hide(written(f"{path} {other}"), folders)
        assert "data" not in hide(written(f"{path}, {folders[0]}/b/c.jpg, '{folders[1]}'"), folders)
    frame = pl.DataFrame({"path": [path, other], "detail": [f"'{path}' is empty", None], "image_id": [path, other]})
    assert hide_in(frame, folders).to_dict(as_series=False) == {
        "path": ["a.jpg", other], "detail": ["'a.jpg' is empty", None], "image_id": [path, other],
    }  # fmt: skip
