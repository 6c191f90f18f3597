"""Lines that mention a person are removed from logs that a run has open."""

import os
from pathlib import Path

from affect_store.store.consent import mentions
from affect_store.store.erasure_request import ErasureRequest
from affect_store.store.home import Home

LINES = ["begin", "lab-03 is here", "x" * 20_000, "Traceback", "lab-03 again", "lab-030 is another", "end"]


def test_what_a_run_writes_after_the_erasure_is_in_the_log(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.logs.mkdir()
    log = home.logs / "run.log"
    log.write_text("\n".join(LINES) + "\n", encoding="utf-8")
    with log.open("ab") as run:
        inode = os.fstat(run.fileno()).st_ino
        assert mentions.clear_logs(home, ErasureRequest("lab-03")) == 2
        run.write(b"ValueError: the trace of a failure\n")
    assert log.stat().st_ino == inode and [path.name for path in home.logs.iterdir()] == [log.name]
    kept = [line for line in LINES if line not in ("lab-03 is here", "lab-03 again")]
    assert log.read_text(encoding="utf-8").splitlines() == [*kept, "ValueError: the trace of a failure"]
