"""Flow `publish`: the audited work store and its dashboards become the current publication, in one step."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from flows import audited, terminal
from flows.audit import run_audit
from flows.engine import flow, hold, task
from flows.frames import frames_of
from flows.parameters import Count, Share, home_at
from store.errors import AuditFailedError
from store.tables import write
from store.tables.card import write_card
from store.tables.compact import Then
from store.tables.history import Made
from store.tables.home import STORE_FILE, Home
from store.tables.person import Gone
from store.tables.publications import KEPT, current, open_store
from store.tables.publications import about as about_of
from store.tables.publish import publish as publish_folder
from store.tables.publish import rewrite_store, write_store
from store.tables.traces import names_of

AUDITS = "audits"
AUDIT_PAGE = "audit.html"
AUDIT_TITLES = {
    "rows": "Audit: photographs and features",
    "splits": "Audit: splits",
    "features": "Audit: photographs, features, splits",
    "results": "Audit: models",
}
"""Stage of an audit, and what its page is called in the dashboards."""


def fill(
    folder: Path,
    home: Home,
    about: dict[str, Any],
    *,
    with_faces: bool,
    is_audited: bool = False,
    moment: datetime | None = None,
) -> None:
    """Write the store and then, from that very file, the dashboards; the pages of its audits go with them. It is
    published at `moment`, now by default.

    Raises `AuditFailedError` where the store should be what was audited and is not.
    """
    from validation.published import PICTURES, pictures_told

    told = {PICTURES: pictures_told(home.work)}  # most often no pictures are published, and the next audit compares
    before = current(home)
    made = Made(moment or write.now(), write.code_version(), before / STORE_FILE if before else None)
    write_store(home.work, folder / STORE_FILE, with_faces=with_faces, about=about, told=told, made=made)
    if is_audited:
        audited.require_copy(home, folder, with_faces=with_faces)
    for audit in newest_audits(home):
        _copy_audit(audit, folder / AUDITS / audit.name.rpartition("-")[2])
    write_pages(folder)


def refill(folder: Path, published: Path, gone: Gone, then: Then) -> None:
    """The same from the folder of a publication, without a person; what it tells of itself stays."""
    rewrite_store(published / STORE_FILE, folder / STORE_FILE, gone, then)
    is_named = names_of(gone)
    for audit in sorted((published / AUDITS).glob("*")):
        if not any(is_named(path.read_bytes()) for path in audit.iterdir()):
            _copy_audit(audit, folder / AUDITS / audit.name)
    write_pages(folder)


def newest_audits(home: Home) -> list[Path]:
    """Folders of the audits that let this state through: the newest of each stage, without those of an older run."""
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
    """Write what stands beside the published store in `folder`, from nothing but that store."""
    from dashboards.publish import write as write_dashboards

    connection = open_store(folder)
    try:
        about = about_of(connection)
        frames = frames_of(connection, about)
        write_card(connection, folder, about)
    finally:
        connection.close()
    pages = {stage: folder / AUDITS / stage / AUDIT_PAGE for stage in AUDIT_TITLES}
    links = {
        title: f"../{AUDITS}/{stage}/{AUDIT_PAGE}" for stage, title in AUDIT_TITLES.items() if pages[stage].exists()
    }
    frames = replace(frames, links=links)
    write_dashboards(frames, folder / "dashboards")


def publish_copy(home: Home, audit_id: str, with_faces: bool, keep: int = KEPT, *, is_audited: bool = False) -> str:
    """Make a new publication; returns its folder. `is_audited`: it must be what passed the audits."""
    moment = write.now()
    about = {
        "published_at": f"{moment:%Y-%m-%d %H:%M} UTC",
        "code_version": write.code_version(),
        "audit": audit_id,
    }
    with terminal.step("publish store and dashboards") as (step, _):
        folder = publish_folder(
            home,
            f"{moment:%Y%m%dT%H%M%S%f}",
            lambda target: fill(target, home, about, with_faces=with_faces, is_audited=is_audited, moment=moment),
            keep=keep,
        )
        step.remark = folder.name
    return str(folder)


publish_all = task("publish store and dashboards")(publish_copy)


@flow("publish")
def publish(
    home: str | None = None, with_faces: bool = False, quarantine_share: Share | None = None, keep: Count = KEPT
) -> str:
    """Audit and publish everything; returns the publication's folder.

    Args:
        home: Directory of everything that is produced; the worker's AFFECT_HOME by default.
        with_faces: Publish the thumbnails of the faces, too.
        quarantine_share: Share of the photographs that audits may set aside; 0.05 by default.
        keep: How many publications to keep.

    What has passed an audit as it is now is not audited again. The `keep` newest publications are kept. Raises
    `AuditFailedError`, also where rows are set aside: models were trained on them.
    """
    place = home_at(home)
    with hold(place):
        if not audited.is_audited(place):
            done = run_audit(place, "features", quarantine_share)
            if done.set_aside:
                raise AuditFailedError(
                    f"Models were trained on rows that are set aside now, because {done.because}. Nothing was "
                    f"published. Run again: deltas, splits and models are made without them. See {done.page}"
                )
        last = run_audit(place, "results", quarantine_share)
        folder: str = publish_all(place, last.audit_id, with_faces, keep, is_audited=True)
    return folder
