"""Loading: files and entry points that a home names, their errors, names that collide, and the order of features."""

from __future__ import annotations

import importlib
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from affect_store import ExtensionError, Home
from affect_store.store.extensions import load as loading
from affect_store.store.extensions.accepted import accept
from affect_store.store.extensions.configuration import Configuration, write_configuration
from affect_store.store.extensions.fingerprint import source_fingerprint
from affect_store.store.extensions.load import GROUP, load

HEAD = "from affect_store import feature_view\n"
FOREST = "from affect_store import model\n@model(inputs={inputs})\ndef {name}():\n    return 1\n"
ONE = "@feature_view(columns=['a'])\ndef {name}({inputs}):\n    return 1\n"


def name_for(home: Home, configuration: Configuration) -> None:
    """Make a home load these extensions, as their user."""
    accept(home, configuration)
    write_configuration(home, configuration)


def home_with(folder: Path, **texts: str) -> Home:
    """A home that names files with these texts."""
    home = Home(folder / "home")
    files = []
    for stem, text in texts.items():
        files.append(folder / f"{stem}.py")
        files[-1].write_text(HEAD + text, encoding="utf-8")
    name_for(home, Configuration(tuple(files)))
    return home


def view(name: str, inputs: str = "landmarks") -> str:
    return ONE.format(name=name, inputs=inputs)


def test_a_home_without_a_configuration_loads_nothing(tmp_path: Path) -> None:
    assert load(Home(tmp_path)).views == () and not list(tmp_path.iterdir())


def test_features_follow_those_that_they_need(tmp_path: Path) -> None:
    text = view("third", "second, size") + view("second", "first, picture") + view("first", "aligned, head_pose")
    assert [each.name for each in load(home_with(tmp_path, own=text)).views] == ["first", "second", "third"]


def test_a_file_is_executed_once_and_again_if_it_changes(tmp_path: Path) -> None:
    home = home_with(tmp_path, own=f"open({str(tmp_path / 'log')!r}, 'a').write('x')\n" + view("first"))
    first = load(home)
    assert load(home) is first and (tmp_path / "log").read_text() == "x"
    (tmp_path / "own.py").write_text(HEAD + view("second"), encoding="utf-8")
    assert [each.name for each in load(home).views] == ["second"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def f(:\n", "own.py' cannot be loaded: line 2: invalid syntax"),
        ("x = 1\n  y = 2\n", "line 3: unexpected indent"),
        ("import a_module_that_is_not_there\n", "line 2: ModuleNotFoundError: No module named"),
        ("\n\n1 / 0\n", "line 4: ZeroDivisionError: division by zero"),
        ("raise SystemExit(3)\n", "line 2: SystemExit: 3"),
        ("x = '\0'\n", "own.py' cannot be loaded: "),
        ("x = 1\n", "own.py' declares nothing: expected a function with @feature_view or @model"),
        ("@feature_view(columns=[])\ndef f(landmarks): ...\n", "own.py': feature view 'f': expected 1 to"),
        (view("head_pose"), "'head_pose' is a name of affect-store; rename the feature view, for instance to 'my_head"),
        (view("pixels"), "'pixels' is a name of affect-store"),
        (view("bicubic_pixels"), "'bicubic_pixels' is a name of affect-store"),
        (view("own_values"), "'own_values' is a name of affect-store"),
        (view("relative"), "'relative' is a name of affect-store"),
        (view("picture"), "'picture' is a name of affect-store"),
        (view("first") + "other = first\n" + view("first").replace("1", "2"), "is also declared in"),
        (view("first", "aligne"), "feature view 'first': there is no input 'aligne'; did you mean aligned?"),
        (
            view("first", "second") + view("second", "first"),
            "circular dependency of feature views: first -> second -> first",
        ),
        (view("first", "first"), "circular dependency of feature views: first -> first"),
    ],
)
def test_an_error_in_a_file_names_it_and_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ExtensionError, match=re.escape(message)):
        load(home_with(tmp_path, own=text))


def test_two_files_cannot_declare_the_same_feature(tmp_path: Path) -> None:
    with pytest.raises(ExtensionError, match=r"second.py'.*'same' is also declared in '.*first.py'"):
        load(home_with(tmp_path, first=view("same"), second=view("same")))


def test_a_file_that_is_gone_is_said_and_the_others_are_loaded(tmp_path: Path) -> None:
    home = home_with(tmp_path, first=view("lips"), second=view("brows"))
    (tmp_path / "first.py").unlink()
    loaded = load(home)
    assert [each.name for each in loaded.views] == ["brows"]
    assert loaded.absent == (f"the file '{tmp_path / 'first.py'}' is gone",)


def test_what_reads_a_feature_of_a_file_that_is_gone_is_left_out(tmp_path: Path) -> None:
    second = view("second", "first") + view("third", "second") + view("fourth")
    second += FOREST.format(inputs="['third']", name="forest") + FOREST.format(inputs="['fourth']", name="tree")
    home = home_with(tmp_path, base=view("first"), derived=second)
    assert len(load(home).views) == 4 and len(load(home).models) == 2
    (tmp_path / "base.py").unlink()
    loaded = load(home)
    assert [each.name for each in loaded.views] == ["fourth"] and [each.name for each in loaded.models] == ["tree"]
    assert loaded.absent[1:] == tuple(
        f"{name} in '{tmp_path / 'derived.py'}' needs {read}, which no loaded extension declares"
        for name, read in (("second", "first"), ("third", "second"), ("forest", "third"))
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("files = ", "cannot be read"),
        ("file = ['a.py']", "expected files and entry_points, received file"),
        ("files = 'a.py'", "expected files as a list of texts, received 'a.py'"),
        ("entry_points = [3]", "expected entry_points as a list of texts"),
        ("files = ['']", "expected files as a list of texts"),
        ("\ufeff\x00", "cannot be read"),
    ],
)
def test_a_configuration_that_cannot_be_used_says_why(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "extensions.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ExtensionError, match=message):
        load(Home(tmp_path))


def test_a_package_is_loaded_by_its_entry_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_views.py").write_text(HEAD + view("packaged"), encoding="utf-8")
    folder = tmp_path / "my_views-1.5.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: my-views\nVersion: 1.5\n")
    (folder / "entry_points.txt").write_text(f"[{GROUP}]\nmine = my_views\nwrong = my_views:packaged\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    home = Home(tmp_path / "home")
    name_for(home, Configuration((), ("mine", "gone")))
    loaded = load(home)
    (own,) = loaded.views
    assert (own.name, own.origin) == ("packaged", "my-views 1.5")
    version = own.version_of({"landmarks": "a"}).version
    assert version != replace(own, package="my-views 1.6").version_of({"landmarks": "a"}).version
    assert loaded.absent == (f"no installed package has the entry point 'gone' in the group '{GROUP}'",)
    name_for(home, Configuration((), ("wrong",)))
    with pytest.raises(ExtensionError, match="expected a module, received function"):
        load(home)
    sys.modules.pop("my_views")


def test_a_file_in_another_encoding_that_says_so_is_loaded(tmp_path: Path) -> None:
    home = home_with(tmp_path, own=view("first"))
    text = f"# coding: latin-1\n{HEAD}NAME = 'Gr\xf6\xdfe'\n{view('first')}"
    (tmp_path / "own.py").write_bytes(text.encode("latin-1"))
    assert [each.name for each in load(home).views] == ["first"]
    (tmp_path / "own.py").write_bytes(text.replace("# coding: latin-1", "#").encode("latin-1"))
    with pytest.raises(ExtensionError, match="own.py' cannot be loaded: .*utf-8"):
        load(home)


def test_a_function_whose_code_is_in_no_file_is_an_error(tmp_path: Path) -> None:
    text = f"exec(compile({HEAD + view('first')!r}, '<nowhere>', 'exec'), globals())\n"
    with pytest.raises(ExtensionError, match="the code in '<nowhere>' cannot be read"):
        load(home_with(tmp_path, own=text))


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "MAX_BYTES", 10)
    with pytest.raises(ExtensionError, match="has more than 10 bytes"):
        load(home_with(tmp_path, own=view("first")))


def version(home: Home) -> str:
    (own,) = load(home).views
    return own.version_of({"landmarks": "a"}).version


WRAPPED = """
import functools
import numpy as np
import helper_of_tests

@feature_view(columns=["a"], name="first")
{decorator}
def first(landmarks):
    return 1
"""
HELPER = """
import functools

def wrapped(function):
    @functools.wraps(function)
    def inner(*arguments):
        return function(*arguments)
    return inner

def replaced(function):
    def inner(landmarks):
        return function(landmarks)
    return inner
"""


@pytest.mark.parametrize(
    "decorator",
    [
        "@np.errstate(all='ignore')",
        "@helper_of_tests.wrapped",
        "@helper_of_tests.replaced",
        "@helper_of_tests.wrapped\n@functools.cache",
    ],
)
def test_the_version_of_a_wrapped_function_changes_with_its_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, decorator: str
) -> None:
    (tmp_path / "helper_of_tests.py").write_text(HELPER)
    monkeypatch.syspath_prepend(str(tmp_path))
    text = WRAPPED.format(decorator=decorator)
    home = home_with(tmp_path, own=text)
    before = version(home)
    assert before == version(home)
    (tmp_path / "own.py").write_text(HEAD + text.replace("return 1", "return 2"), encoding="utf-8")
    assert version(home) != before
    sys.modules.pop("helper_of_tests")


def test_a_file_that_changes_while_it_is_loaded_has_the_version_of_the_code_that_is_executed(tmp_path: Path) -> None:
    first, second = (HEAD + view("first").replace("return 1", f"return {number}") for number in (1, 2))
    (tmp_path / "second.txt").write_text(second)
    copy = f"import pathlib\nif (p := pathlib.Path({str(tmp_path / 'second.txt')!r})).exists():\n"
    copy += f"    p.rename({str(tmp_path / 'own.py')!r})\n"
    home = home_with(tmp_path, own=copy + first)
    changed = load(home).views[0]
    assert changed.declaration.function(None) == 1
    again = load(home).views[0]
    assert again.declaration.function(None) == 2 and again.fingerprint != changed.fingerprint


SOURCE = """
A = 1

def helper(x):
    return x

@declared
def first(x):
    return helper(x)

@declared
def second(x):
    return first(x) + A

@declared
def third(x):
    return x
"""


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("A = 1", "A = 2", {"first", "second", "third"}),
        ("return helper(x)", "return helper(x) + 1", {"first", "second"}),
        ("return first(x) + A", "return A", {"second"}),
        ("    return x\n\n@declared\ndef first", "    return -x\n\n@declared\ndef first", {"first", "second", "third"}),
        ("def third(x):\n    return x", "def third(x):\n    return x + 1", {"third"}),
        ("A = 1", "A  =  1  # a comment\n\n\n", set()),
    ],
)
def test_a_fingerprint_changes_with_the_code_that_a_function_uses(old: str, new: str, changed: set[str]) -> None:
    names = ["first", "second", "third"]
    other = SOURCE.replace(old, new)
    assert other != SOURCE
    assert {
        name for name in names if source_fingerprint(SOURCE, name, names) != source_fingerprint(other, name, names)
    } == changed


GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "own-features-and-models.md"


def test_the_files_of_the_guide_are_loaded(tmp_path: Path) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for number, text in enumerate(blocks):
        assert len(text.splitlines()) <= 30
        (tmp_path / f"file{number}.py").write_text(text, encoding="utf-8")
    home = Home(tmp_path / "home")
    name_for(home, Configuration(tuple(sorted(tmp_path.glob("*.py")))))
    loaded = load(home)
    assert [view.name for view in loaded.views] == ["mouth"]
    assert [each.name for each in loaded.models] == ["my_forest", "my_network"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (FOREST.format(inputs="['aligne']", name="forest"), "model 'forest': there is no input 'aligne'; did you mean"),
        (FOREST.format(inputs="['picture']", name="forest"), "there is no input 'picture'"),
        (FOREST.format(inputs="'aligned'", name="forest"), "expected inputs such as ('aligned',), received 'aligned'"),
        (FOREST.format(inputs="['aligned'] * 2", name="forest"), "expected different inputs, received aligned"),
        (FOREST.format(inputs="['aligned']", name="head_pose"), "'head_pose' is a name of affect-store; rename"),
        (view("forest") + FOREST.format(inputs="['aligned']", name="forest").replace("def", "\ndef").replace(
            "@model(", "@model(name='forest', ").replace("def forest", "def other"), "'forest' is also declared in"),
        (FOREST.format(inputs="['aligned']", name="forest").replace("()", "(rows)"), "received forest(rows)"),
        (FOREST.format(inputs="['aligned'], title=''", name="forest"), "expected a title of 1 to 60 characters"),
        (FOREST.format(inputs="['aligned'], epochs=0", name="forest"), "expected epochs of 1 or more, received 0"),
    ],
)  # fmt: skip
def test_a_model_that_cannot_be_used_is_an_error_of_its_file(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ExtensionError, match=re.escape(message)):
        load(home_with(tmp_path, own=text))
