import os
import subprocess
import sys
from pathlib import Path

import pytest

from store.errors import StoreLockedError
from store.tables.home import Home
from store.tables.lock import hold


def test_a_second_run_is_kept_out_and_told_who_is_in(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with hold(home), pytest.raises(StoreLockedError, match=f"process {os.getpid()}"), hold(home):
        pass
    with hold(home):
        pass


def test_a_killed_run_leaves_no_lock(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    code = (
        "import os, pathlib; from store.tables.home import Home; from store.tables.lock import hold\n"
        f"with hold(Home(pathlib.Path({str(home.root)!r}))): os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == -9
    with hold(home):
        pass
