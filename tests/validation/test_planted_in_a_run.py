"""Every kind of fault, planted in the store of a real run, is told to the user by the check that is meant for it."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import duckdb
import pytest

from store.errors import AuditFailedError
from store.tables.home import Home
from tests import soak
from tests.finished import Finished
from tests.validation.fabricate import without_guards
from tests.validation.planted import PLANTED
from tests.validation.planting import Planted
from validation.audit import audit
from validation.bounds import REEXTRACTED_PHOTOGRAPHS
from validation.extras import Extras
from validation.gate import require, sentence
from validation.verdict import Verdict

pytestmark = pytest.mark.skipif(not soak.IS_PATIENT, reason="takes a minute: `make deployed` runs it")

PAGE = Path("audits/1/audit.html")
MOVING = """
SELECT a.image_id, b.image_id FROM catalogue.images AS a
JOIN catalogue.images AS b USING (subject_id)
WHERE a.emotion <> 'neutral' AND b.emotion <> 'neutral' AND a.emotion <> b.emotion
  AND a.image_id IN (SELECT image_id FROM features.deltas GROUP BY image_id HAVING count(*) = 2)
  AND b.image_id IN (SELECT image_id FROM features.deltas)
ORDER BY a.path
"""
CASES = [(stage, one) for stage, planted in PLANTED.items() for one in planted]


class Run:
    """The finished run's store without guards, and the verdicts of its copies with the faults of a batch."""

    def __init__(self, finished: Finished, folder: Path) -> None:
        self.home, self.folder = Home(finished.pristine), folder
        self.clean = without_guards(self.home.work, folder / "clean.duckdb")
        with duckdb.connect(self.clean) as connection:
            moved = {"old": str(finished.folder), "new": str(finished.photographs)}
            connection.execute("UPDATE catalogue.images SET path = replace(path, $old, $new)", moved)
            rows = connection.execute(MOVING).fetchall()
        self.photographs = [{"id": image_id, "twin": twin} for image_id, twin in rows]
        self.verdict = cache(self._verdict)

    def _verdict(self, stage: str, batch: str, photographs: int = REEXTRACTED_PHOTOGRAPHS) -> Verdict:
        store = Path(shutil.copy(self.clean, self.folder / "work.duckdb"))
        with duckdb.connect(store) as connection:
            for one in PLANTED[stage]:
                if one.batch == batch:
                    one.plant(connection, self.photographs[one.photograph] if one.photograph >= 0 else {})
        return self.audited(store, stage, photographs)

    def audited(self, store: Path, stage: str, photographs: int = REEXTRACTED_PHOTOGRAPHS) -> Verdict:
        published = self.home.published_store.resolve()
        extras = Extras(photographs, published, self.home.root)
        return audit(store, audit_id="planted", stage=stage, extras=extras)


@pytest.fixture(scope="module")
def run(finished: Finished, tmp_path_factory: pytest.TempPathFactory) -> Run:
    assert finished.done.returncode == 0, finished.done.stderr
    return Run(finished, tmp_path_factory.mktemp("planted"))


@pytest.mark.parametrize("stage", PLANTED)
def test_the_run_itself_is_clean(stage: str, run: Run) -> None:
    verdict = run.audited(run.clean, stage)
    assert [sentence(one) for one in verdict.failures if one.severity != "warn"] == []
    assert all("did not run" not in one.observed for one in verdict.findings)


@pytest.mark.parametrize(("stage", "planted"), CASES, ids=[one.what for _, one in CASES])
def test_fault_is_told_to_the_user(stage: str, planted: Planted, run: Run) -> None:
    verdict = run.verdict(stage, planted.batch)
    told = [one for one in verdict.failures if sentence(one).startswith(planted.message)]
    assert len(told) == 1, "; ".join(sentence(one) for one in verdict.failures)
    if planted.reason:
        image_id = run.photographs[planted.photograph]["id"]
        reasons = [row.reason for row in verdict.quarantine if row.image_id == image_id]
        assert any(planted.reason in reason and reason.startswith("quarantined: ") for reason in reasons), reasons
    elif told[0].stops:
        with pytest.raises(AuditFailedError, match="Nothing was published. See audits/1/audit.html"):
            require(verdict, PAGE)
    else:
        assert told[0].severity == "warn" and "drifted" in planted.what


def test_more_than_thirty_faults_are_planted() -> None:
    whats = [one.what for _, one in CASES]
    assert len(whats) == len(set(whats)) >= 30


def test_too_much_to_set_aside_is_told_with_its_share(run: Run) -> None:
    """No photograph is looked at again in its file: of so many that are wrong one would be among them, and stop."""
    told = r"\d+ of 33 photographs would be set aside \(\d+\.\d%, at most 5% may be\)"
    with pytest.raises(AuditFailedError, match=told):
        require(run.verdict("rows", "faces", 0), PAGE)
