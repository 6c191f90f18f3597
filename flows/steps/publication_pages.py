"""The content of a publication: the copied store, and its dashboards, data card and audit pages."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from affect_store.flows.runtime import console
from affect_store.flows.steps import audit_state
from affect_store.flows.steps.corpus_options import corpora_without_faces
from affect_store.flows.steps.dashboard_frames import frames_of
from affect_store.flows.steps.published_paths import folders_of, hide
from affect_store.store.consent.mentions import mention_matcher
from affect_store.store.engine import clock
from affect_store.store.engine.code_version import code_version
from affect_store.store.engine.duckdb import DatabaseError
from affect_store.store.engine.filtered_copy import FinishStore
from affect_store.store.engine.settings import get_setting
from affect_store.store.erasure_request import ErasureRequest
from affect_store.store.errors import AuditFailedError
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.publication import publish
from affect_store.store.publication.data_card import write_card
from affect_store.store.publication.history import HistoryEntry
from affect_store.store.publication.manifest import began_as_copy, is_preliminary
from affect_store.store.publication.publish import open_folder, rewrite_store, write_store
from affect_store.store.publication.repository import KEPT, current
from affect_store.store.publication.repository import about as about_of
from affect_store.store.schema.setting_keys import SettingKey

UNFINISHED = "networks are still being trained; the publication with them replaces this one"
"""Description of a preliminary publication."""

AUDITS = "audits"
AUDIT_PAGE = "audit.html"
AUDIT_TITLES = {
    "rows": "Audit: photographs and features",
    "splits": "Audit: splits",
    "features": "Audit: photographs, features, splits",
    "results": "Audit: models",
}
"""Stage of an audit, and the title of its page in the dashboards."""


def publish_copy(
    home: Home,
    audit_id: str,
    with_faces: bool,
    keep: int = KEPT,
    *,
    is_audited: bool = False,
    preliminary: bool = False,
) -> str:
    """Make a new publication; returns its folder.

    With `is_audited`, raises `AuditFailedError` unless the copy holds exactly what passed the audits. A `preliminary`
    one is removed when the run has made the next.
    """
    moment = clock.now()
    about = {
        "published_at": f"{moment:%Y-%m-%d %H:%M} UTC",
        "code_version": code_version(),
        "audit": audit_id,
    } | ({"preliminary": UNFINISHED} if preliminary else {})
    with console.step("publish store and dashboards") as (step, _):
        folder = publish.publish(
            home,
            f"{moment:%Y%m%dT%H%M%S%f}",
            lambda target: fill(
                target,
                home,
                about,
                with_faces=with_faces,
                is_audited=is_audited,
                moment=moment,
                preliminary=preliminary,
            ),
            keep=keep,
        )
        step.remark = folder.name
    return str(folder)


def is_current(home: Home, *, with_faces: bool) -> bool:
    """Return whether the newest publication has the contents of the home, and the faces that it is to have."""
    faceless = corpora_without_faces(home) if with_faces and home.work.exists() else []
    return publish.is_current(home, with_faces=with_faces, faceless=faceless)


def publishes_faces(home: Home) -> bool:
    """Return whether the current publication holds thumbnails."""
    if not home.published_store.exists():
        return False
    with open_folder(home.published.resolve()) as connection:
        return get_setting(connection, SettingKey.FACES_PUBLISHED) == str(True)


def fill(
    folder: Path,
    home: Home,
    about: Mapping[str, str],
    *,
    with_faces: bool,
    is_audited: bool = False,
    moment: datetime | None = None,
    preliminary: bool = False,
) -> None:
    """Write the store to `folder` and then, from that file, its pages; the pages of its audits are copied.

    The store begins as a copy of the current publication's where that may be shared. `about` describes the publication;
    `moment` is the time of publication, now by default. With
    `is_audited`, raises `AuditFailedError` unless the copy holds exactly what passed the audits.
    """
    from affect_store.validation.recompute.last_publication import picture_statistics

    # statistics of the thumbnails, which are rarely published themselves
    settings: dict[str, str] = {SettingKey.PICTURE_STATISTICS: picture_statistics(home.work)}
    before = current(home)
    replaces = before is not None and is_preliminary(before)
    made = HistoryEntry(moment or clock.now(), code_version(), before / STORE_FILE if before else None, replaces)
    faceless = corpora_without_faces(home) if with_faces else []
    write = partial(
        write_store, home.work, folder / STORE_FILE, with_faces=with_faces, faceless=faceless, about=about,
        settings=settings, history_entry=made, preliminary=preliminary,
    )  # fmt: skip
    write(previous=before)
    if is_audited:
        require = partial(audit_state.require_audited_copy, home, folder, with_faces=with_faces, faceless=faceless)
        try:
            require()
        except (AuditFailedError, DatabaseError):
            if not began_as_copy(folder):
                raise
            write()  # damaged blocks of the earlier publication, or values that were changed without their checksums
            require()
    for audit in newest_audits(home):
        _copy_audit(audit, folder / AUDITS / audit.name.rpartition("-")[2])
    write_pages(folder)


def refill(folder: Path, published: Path, request: ErasureRequest, finish: FinishStore) -> None:
    """Write a publication again without a person; its description stays.

    `finish` is called with the new store before it is finished; see `rewrite_store`.
    """
    rewrite_store(published / STORE_FILE, folder / STORE_FILE, request, finish)
    names_person = mention_matcher(request)
    for audit in sorted((published / AUDITS).glob("*")):
        if not any(names_person(path.read_bytes()) for path in audit.iterdir()):
            _copy_audit(audit, folder / AUDITS / audit.name)
    write_pages(folder)


def newest_audits(home: Home) -> list[Path]:
    """Folders of the audits that the current contents passed: the newest of each stage, none of an earlier run."""
    newest = {path.name.rpartition("-")[2]: path for path in sorted(home.audits.glob("*-*"))}
    whole = newest.get("features")
    parts = [newest[stage] for stage in ("rows", "splits") if stage in newest]
    features = [whole] if whole and (not parts or whole.name > parts[-1].name) else parts
    return [*features, *([newest["results"]] if "results" in newest else [])]


def _copy_audit(audit: Path, target: Path) -> None:
    target.mkdir(parents=True)
    for path in audit.iterdir():
        shutil.copyfile(path, target / path.name)


def write_pages(folder: Path) -> None:
    """Write the dashboards and the data card of the published store in `folder`, reading that store alone.

    Paths on them, and on the copied audit pages, are relative to the folder of their corpus.
    """
    from affect_store.dashboards.build import write as write_dashboards

    with open_folder(folder) as connection:
        about = about_of(connection)
        hidden = folders_of(connection, folder)
        frames = frames_of(connection, about, hidden)
        write_card(connection, folder, about)
    for page in (folder / AUDITS).glob("*/*"):
        page.write_text(hide(page.read_text(encoding="utf-8"), hidden), encoding="utf-8")
    pages = {stage: folder / AUDITS / stage / AUDIT_PAGE for stage in AUDIT_TITLES}
    links = {
        title: f"../{AUDITS}/{stage}/{AUDIT_PAGE}" for stage, title in AUDIT_TITLES.items() if pages[stage].exists()
    }
    write_dashboards(replace(frames, links=links), folder / "dashboards")
