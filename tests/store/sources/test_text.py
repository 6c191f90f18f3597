"""Names of people, corpora and files: what is accepted, and messages about what is not."""

import re
from pathlib import Path

import pytest

from affect_store.store.errors import CorpusError, ManifestError
from affect_store.store.sources import manifest, rafd
from affect_store.store.sources.text import require_name
from affect_store.store.types import Candidate, Reject


@pytest.mark.parametrize(
    "name", ["01", "lab-03", "Andr\u00e9", "J\u00fcrgen B.", "\u674e", "\u0646\u06cc\u200c\u0645", "a=b"]
)
def test_names_of_any_script_are_accepted(name: str) -> None:
    assert require_name(name, "subject") == name


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("a\0b", "the control character U+0000"),
        ("a\x1b[2J", "the control character U+001B"),
        ("a\x7f", "the control character U+007F"),
        ("a\x9bb", "the control character U+009B"),
        ("a\tb", "the control character U+0009"),
        ("a\nb", "a line break (U+000A)"),
        ("a\u2028b", "a line break (U+2028)"),
        ("a\x85b", "a line break (U+0085)"),
        ("a\u202eb", "the character for the direction of text U+202E"),
        ("a\u2066b", "the character for the direction of text U+2066"),
        ("a\u200f", "the character for the direction of text U+200F"),
        ("a\udcffb", "bytes that are not UTF-8"),
        ("", "no visible character"),
        (" \u200b\u3164", "no visible character"),
    ],
)  # fmt: skip
def test_control_characters_line_breaks_and_invisible_names_are_rejected(name: str, problem: str) -> None:
    with pytest.raises(ManifestError) as caught:
        require_name(name, "subject", ManifestError)
    message = str(caught.value)
    assert problem in message and message.startswith("subject is ")
    assert message.isprintable() and message.encode("utf-8")
    with pytest.raises(CorpusError):
        require_name(name, "--corpus")


@pytest.mark.parametrize(
    ("subject", "path", "problem"),
    [
        ("0\x1b[2J1", "a.jpg", r"subject is '0\\x1b\[2J1', which contains the control character U.001B"),
        ("0\u202e1", "a.jpg", "subject is .* which contains the character for the direction of text U.202E"),
        ('"0\n1"', "a.jpg", "subject is .* which contains a line break"),
        ("01", "\x1b.jpg", "path is .* which contains the control character U.001B"),
    ],
)  # fmt: skip
def test_a_manifest_row_with_control_characters_is_rejected_with_its_line(
    subject: str, path: str, problem: str, tmp_path: Path
) -> None:
    rows = ["path,subject,emotion,angle,gaze,sex,type", f"{path},{subject},sad,90,left,male,Kid"]
    rows.append("b.jpg,01,sad,90,left,male,Kid")
    (tmp_path / "manifest.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    bad, good = manifest.scan(tmp_path, "lab")
    assert isinstance(bad, Reject) and isinstance(good, Candidate)
    assert (bad.path + bad.detail).isprintable() and bad.detail.startswith("manifest.csv line")
    assert re.search(problem, bad.detail)


def test_a_photograph_in_a_folder_with_a_line_break_is_rejected(tmp_path: Path) -> None:
    inner = tmp_path / "a\nb"
    inner.mkdir()
    (inner / "Rafd090_01_Kid_male_sad_left.jpg").write_bytes(b"x")
    (reject,) = rafd.scan(tmp_path, "lab")
    assert isinstance(reject, Reject) and "which contains a line break (U+000A)" in reject.detail
    assert (reject.path + reject.detail).isprintable()
    (candidate,) = rafd.scan(inner, "lab")
    assert isinstance(candidate, Candidate)  # the path of the folder itself may have any name
