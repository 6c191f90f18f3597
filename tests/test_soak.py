"""Long variants of tests: longer than the short ones, and switched on by one variable."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import soak

ROOT = Path(__file__).parents[1]
COUNTS = "from tests import soak; print(soak.times(2, 30))"


@pytest.mark.parametrize(("switch", "expected"), [("1", 30), ("yes", 30), ("0", 2), ("", 2)])
def test_the_switch_is_not_a_count(switch: str, expected: int) -> None:
    environment = os.environ | {"AFFECT_SOAK": switch}
    done = subprocess.run([sys.executable, "-c", COUNTS], env=environment, cwd=ROOT, capture_output=True, text=True)
    assert int(done.stdout) == expected


def test_a_long_variant_is_longer() -> None:
    for short, long in ((6, 1), (6, 6), (0, 1)):
        with pytest.raises(AssertionError, match="long variant"):
            soak.times(short, long)


def test_every_long_variant_is_in_the_soak_and_reads_the_variable_through_soak() -> None:
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").split("\nsoak:")[1].split("\n\n")[0]
    texts = {path: path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")}
    users = {
        str(path.relative_to(ROOT)) for path, text in texts.items() if re.search(r"\bsoak\.(times|IS_LONG)\b", text)
    }
    users.discard("tests/test_soak.py")
    assert users and set(re.findall(r"tests/\S+\.py", recipe)) == users
    readers = [path.name for path, text in texts.items() if "AFFECT_SOAK" in text]
    assert readers == ["test_soak.py"]
