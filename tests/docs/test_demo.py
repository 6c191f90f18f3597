"""The first commands of the page Get started, in an empty folder: the demo with four people, then a query."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

AFFECT = (sys.executable, "-c", "from affect_store.flows.cli.app import main; main()")


@pytest.mark.long
def test_the_demo_runs_in_an_empty_folder_without_settings(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AFFECT_", "PREFECT"))}
    for arguments in (("demo", "--people", "4", "--models", "lda"), ("sql", "from leaderboard", "--csv")):
        result = subprocess.run(
            [*AFFECT, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=900
        )
        assert result.returncode == 0, result.stdout + result.stderr
    assert "lda" in result.stdout
    assert (tmp_path / ".affect" / "published" / "dashboards" / "index.html").is_file()
