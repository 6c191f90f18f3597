"""What a publication tells of itself leads to no machine."""

from pathlib import Path

from flows.publish import publish_all
from store.tables import publications, publish
from tests.flows import keep_home


def test_a_publication_does_not_say_where_it_was_made(tmp_path: Path) -> None:
    home = keep_home.build(tmp_path / "home-of-somebody", published=False)
    folder = Path(publish_all.fn(home, "audit-1", False))  # type: ignore[attr-defined]
    with publish.open_folder(folder) as store:
        told = publications.about(store)
    assert list(told) == ["published_at", "code_version", "audit"] and told["audit"] == "audit-1"
    page = home.dashboards.read_text(encoding="utf-8")
    assert told["published_at"] in page and "home-of-somebody" not in page
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert [path.name for path in files if str(home.root).encode() in path.read_bytes()] == []
