"""Faults planted in the store of a real run, several at once, are each reported to the user by their check."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import duckdb
import pytest

from affect_store.store.errors import AuditFailedError
from affect_store.store.home import Home
from affect_store.validation.audit import audit
from affect_store.validation.gate import require, sentence
from affect_store.validation.recompute.extra_checks import ExtraChecks
from affect_store.validation.thresholds import REEXTRACTED_PHOTOGRAPHS
from affect_store.validation.verdict import Verdict
from tests.finished import Finished
from tests.stores.clean import without_guards
from tests.validation.faults import FAULTS
from tests.validation.planting import Fault, photographs_of

pytestmark = pytest.mark.long

PAGE = Path("audits/1/audit.html")
PLANTED = [fault for fault in FAULTS if fault.batch]
STAGES = ("rows", "splits", "results")


class Run:
    """The finished run's store without guards, and the verdicts of its copies with the faults of a batch."""

    def __init__(self, finished: Finished, folder: Path) -> None:
        self.home, self.folder = Home(finished.pristine), folder
        self.clean = without_guards(self.home.work, folder / "clean.duckdb")
        with duckdb.connect(self.clean) as connection:
            moved = {"old": str(finished.folder), "new": str(finished.photographs)}
            connection.execute("UPDATE catalogue.images SET path = replace(path, $old, $new)", moved)
            self.photographs = photographs_of(connection)
        self.verdict = cache(self._verdict)

    def _verdict(self, stage: str, batch: str, photographs: int = REEXTRACTED_PHOTOGRAPHS) -> Verdict:
        store = Path(shutil.copy(self.clean, self.folder / "work.duckdb"))
        with duckdb.connect(store) as connection:
            for fault in PLANTED:
                if (fault.stage, fault.batch) == (stage, batch):
                    fault.plant(connection, self.photographs)
        return self.audited(store, stage, photographs)

    def audited(self, store: Path, stage: str, photographs: int = REEXTRACTED_PHOTOGRAPHS) -> Verdict:
        published = self.home.published_store.resolve()
        extras = ExtraChecks(photographs, published, self.home.root)
        return audit(store, audit_id="planted", stage=stage, extras=extras)


@pytest.fixture(scope="module")
def run(finished: Finished, tmp_path_factory: pytest.TempPathFactory) -> Run:
    assert finished.done.returncode == 0, finished.done.stderr
    return Run(finished, tmp_path_factory.mktemp("planted"))


@pytest.mark.parametrize("stage", STAGES)
def test_the_run_itself_is_clean(stage: str, run: Run) -> None:
    verdict = run.audited(run.clean, stage)
    assert [sentence(finding) for finding in verdict.failures if finding.severity != "warn"] == []
    assert all("did not run" not in finding.observed for finding in verdict.findings)


@pytest.mark.parametrize("fault", PLANTED, ids=[fault.what for fault in PLANTED])
def test_fault_is_reported_to_the_user(fault: Fault, run: Run) -> None:
    verdict = run.verdict(fault.stage, fault.batch)
    findings = [finding for finding in verdict.failures if fault.is_found_by(finding)]
    assert len(findings) == 1, "; ".join(sentence(finding) for finding in verdict.failures)
    (finding,) = findings
    count = "found" if finding.unexpected_count else finding.observed
    assert sentence(finding).startswith(f"{finding.location} check '{fault.check}'") and count in sentence(finding)
    if finding.quarantines_rows:
        image_id = run.photographs[fault.photograph]["id"]
        checks = {check for row in verdict.quarantine if row.image_id == image_id for check in row.checks}
        assert fault.photograph >= 0 and fault.check in checks
    elif finding.stops:
        with pytest.raises(AuditFailedError, match=r"Nothing was published\. .+\. See audits/1/audit\.html"):
            require(verdict, PAGE)
    else:
        assert finding.severity == "warn" and "drifted" in fault.what


def test_too_large_a_quarantine_fails_with_its_share(run: Run) -> None:
    """No photograph is re-extracted: with so many wrong ones the sample would stop the audit."""
    message = r"\d+ of 33 photographs would be quarantined \(\d+\.\d%, limit 5%\)"
    with pytest.raises(AuditFailedError, match=message):
        require(run.verdict("rows", "faces", 0), PAGE)
