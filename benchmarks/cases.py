"""Run the tests of reported cases with the code of an earlier commit, where they must fail, and with the present code.

`python benchmarks/cases.py --before COMMIT [--only 1,13,...]` reads the cases from `docs/developers/cases.md`, makes a
worktree of the commit in a temporary folder, copies the listed test files there, and helpers of tests that the commit
lacks, and runs the listed tests with both, the long ones if AFFECT_DEPLOYED=1. A test that cannot be imported or that
breaks on a missing function is no proof and counts as an error. Prints one line per case, then the goals; exits with 1
if one is missed.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "developers" / "cases.md"
MENDED_EARLIER = "mended earlier"
"""In the last column of the page: the commit before has the right outcome already."""

TEST_LIMIT_S = 600
"""A test that hangs, as some do with the code before, is ended after this many seconds."""

PASSED, FAILED, ERROR, SKIPPED = "passed", "failed", "error", "skipped"
_ROW = re.compile(r"^\| *(\S+) *\| *(.+?) *\| *(.*?) *\|$", re.MULTILINE)
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)(\[[^`]*\])?`")
_NO_PROOF = ("ImportError", "ModuleNotFoundError", "AttributeError", "NameError", "TypeError: ")


@dataclass(frozen=True)
class CaseTest:
    """A test of a case: its file, its function, and one set of parameters, or all of them if empty."""

    file: str
    function: str
    parameters: str

    @property
    def node(self) -> str:
        """The name by which pytest runs it."""
        return f"{self.file}::{self.function}{self.parameters}"

    def is_run_as(self, file: str, name: str) -> bool:
        """Whether the outcome of a test with this name is one of its outcomes."""
        return file == self.file and (name == self.function + self.parameters if self.parameters
                                      else name.partition("[")[0] == self.function)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A reported case: its number, what happened, the tests that hold it, and whether an earlier commit mended it."""

    number: str
    description: str
    tests: tuple[CaseTest, ...]
    is_mended_earlier: bool


@dataclass(frozen=True)
class Outcome:
    """How a test ended, and the first line of its error."""

    file: str
    name: str
    result: str
    message: str = ""


def cases(text: str) -> list[Case]:
    """Return the cases of the page: the rows of its tables that name tests."""
    rows = (
        Case(number, description, tuple(CaseTest(*match.groups(default="")) for match in _TEST.finditer(tests)),
             MENDED_EARLIER in tests)
        for number, description, tests in _ROW.findall(text)
    )  # fmt: skip
    return [case for case in rows if case.tests]


def overlay(tree: Path, files: Iterable[str]) -> None:
    """Copy the listed test files into a worktree, and whatever else of tests and benchmarks it lacks."""
    for name in files:
        _copy(name, tree)
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "tests", "benchmarks"]
    for name in subprocess.run(listed, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines():
        if (ROOT / name).exists() and not (tree / name).exists():
            _copy(name, tree)


def _copy(name: str, tree: Path) -> None:
    (tree / name).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ROOT / name, tree / name)


@contextmanager
def worktree(commit: str) -> Iterator[Path]:
    """Check a commit out into a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="cases_") as folder:
        tree = Path(folder, "before")
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", str(tree), commit], cwd=ROOT, check=True)
        try:
            yield tree
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(tree)], cwd=ROOT, check=True)


def outcomes(tree: Path, tests: Sequence[CaseTest]) -> list[Outcome]:
    """Run the tests with the code and helpers of a tree."""
    environment = os.environ | {"PYTHONPATH": f"{tree / 'src'}{os.pathsep}{tree}"}
    nodes = list(dict.fromkeys(test.node for test in tests))
    with tempfile.TemporaryDirectory(prefix="cases_") as folder:
        report = Path(folder, "report.xml")
        options = ["-q", "-p", "no:cacheprovider", f"--timeout={TEST_LIMIT_S}", f"--junit-xml={report}"]
        command = [sys.executable, "-m", "pytest", *options, *nodes]
        done = subprocess.run(command, cwd=tree, env=environment, stdout=subprocess.PIPE, text=True)
        if not report.exists():
            raise SystemExit(f"pytest did not run in '{tree}':\n{done.stdout}")
        return list(_outcomes_in(report))


def _outcomes_in(report: Path) -> Iterator[Outcome]:
    for element in ElementTree.parse(report).iter("testcase"):
        broken = [child for child in element if child.tag in ("failure", "error", "skipped")]
        message = " ".join(broken[0].get("message", "").split()) if broken else ""
        file = element.get("classname", "").replace(".", "/") + ".py"
        yield Outcome(file, element.get("name", ""), _result(broken[0].tag if broken else "", message), message)


def _result(tag: str, message: str) -> str:
    if tag == "failure":
        return ERROR if message.startswith(_NO_PROOF) else FAILED
    return {"": PASSED, "skipped": SKIPPED}.get(tag, ERROR)


def result_of(case: Case, outcomes: Sequence[Outcome]) -> tuple[str, str]:
    """Return the result of a case and a message: it failed if one of its tests did, it passed if all of them did."""
    own = [outcome for outcome in outcomes if any(test.is_run_as(outcome.file, outcome.name) for test in case.tests)]
    for outcome in own:
        if outcome.result == FAILED:
            return FAILED, outcome.message
    missing = [test.node for test in case.tests if not any(test.is_run_as(o.file, o.name) for o in own)]
    broken = [outcome.message for outcome in own if outcome.result == ERROR]
    if missing or broken:
        return ERROR, (broken or [f"did not run: {', '.join(missing)}"])[0]
    is_run = any(outcome.result == PASSED for outcome in own)
    return (PASSED, "") if is_run else (SKIPPED, own[0].message)


def main() -> int:
    """Run the cases with both commits, print a line per case and the goals, and return 1 if one is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", required=True, help="commit without the changes")
    parser.add_argument("--only", default="", help="numbers of cases, separated by commas; all by default")
    arguments = parser.parse_args()
    only = set(filter(None, arguments.only.split(",")))
    chosen = [case for case in cases(PAGE.read_text(encoding="utf-8")) if not only or case.number in only]
    tests = [test for case in chosen for test in case.tests]
    with worktree(arguments.before) as tree, ThreadPoolExecutor() as pool:
        overlay(tree, {test.file for test in tests})
        before, now = pool.map(lambda root: outcomes(root, tests), (tree, ROOT))
    failed = passed = 0
    for case in chosen:
        was, message = result_of(case, before)
        result, reason = result_of(case, now)
        failed += was == FAILED or case.is_mended_earlier
        passed += result == PASSED
        note = f" ({MENDED_EARLIER})" if case.is_mended_earlier else ""
        print(f"case {case.number}: before {was}{note}, now {result}; {case.description}")
        for text in filter(None, (message, reason)):
            print(f"    {text[:150]}")
    for name, count in (("failed-before", failed), ("passed-now", passed)):
        print(f"goal cases-{name} {count} {len(chosen)} {'met' if count == len(chosen) else 'missed'}")
    return 0 if failed == passed == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
