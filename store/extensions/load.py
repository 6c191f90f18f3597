"""Load the feature views and models of a user's own that a home names: run its files, and read what they declare.

A file that is gone is no error, so that the home stays usable: it is listed in `Extensions.absent`.
"""

from __future__ import annotations

import hashlib
import inspect
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from affect_store.store.errors import ExtensionError
from affect_store.store.extensions.accepted import require_accepted
from affect_store.store.extensions.configuration import Configuration, read_configuration, require_allowed
from affect_store.store.extensions.declare import ViewDeclaration, declaration_of
from affect_store.store.extensions.fingerprint import combined, source_fingerprint
from affect_store.store.extensions.names import in_order, require_usable, without_inputs_of_absent
from affect_store.store.extensions.own_model import OwnModel
from affect_store.store.extensions.own_view import OwnView
from affect_store.store.home import Home

GROUP = "affect_store.extensions"
MAX_BYTES = 2**20


@dataclass(frozen=True)
class Extensions:
    """The loaded feature views, each after those that it needs, and models; `absent` says which files and entry points
    are gone."""

    views: tuple[OwnView, ...] = ()
    models: tuple[OwnModel, ...] = ()
    absent: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Source:
    """A module of a user's, its name for messages, the name of its file or package, its code, and the package if it has
    one."""

    module: ModuleType
    title: str
    origin: str
    code: bytes
    package: str = ""


_loaded: dict[Path, tuple[object, Extensions]] = {}
"""What each home loaded last, with what it depends on, so that a run executes a file once."""


def load(home: Home, photographs: Sequence[Path] = ()) -> Extensions:
    """Return the extensions that a home names, loaded again if a file has changed.

    Nothing is executed unless this user named all of them, and none is below one of the folders of `photographs`, a
    publication, or the embedded corpus.

    Raises `ExtensionError` if something may not be executed, for a file with errors, for a declaration that cannot be
    used, for a name that is the product's or that is declared twice, and for feature views that need each other or an
    unknown feature.
    """
    configuration = read_configuration(home)
    contents = _contents(configuration)
    require_accepted(home, Configuration(tuple(contents), configuration.entry_points))
    for path in configuration.files:
        require_allowed(home, path, photographs)
    state = configuration, contents
    known = _loaded.get(home.root)
    if known is None or known[0] != state:
        known = _loaded[home.root] = (state, _load(configuration, contents))
    return known[1]


def load_configuration(configuration: Configuration) -> Extensions:
    """Return the extensions that a configuration names, whoever named them. Raises what `load` does."""
    return _load(configuration, _contents(configuration))


def _load(configuration: Configuration, contents: Mapping[Path, bytes]) -> Extensions:
    """Execute the contents of files, read once: what is executed is what the fingerprints are of."""
    sources = [_Source(_run(path, code), f"'{path}'", path.name, code) for path, code in contents.items()]
    absent = [f"the file '{path}' is gone" for path in configuration.files if path not in contents]
    for name in configuration.entry_points:
        points = entry_points(group=GROUP, name=name)
        sources += [_of_package(point) for point in points]
        if not points:
            absent.append(f"no installed package has the entry point {name!r} in the group {GROUP!r}")
    declared = [each for source in sources for each in _declared_in(source)]
    if absent:
        declared, lacking = without_inputs_of_absent(declared)
        absent += lacking
    views = in_order([each for each in declared if isinstance(each, OwnView)])
    models = [each for each in declared if isinstance(each, OwnModel)]
    require_usable(models, views)
    return Extensions(views, tuple(models), tuple(absent))


def _run(path: Path, content: bytes) -> ModuleType:
    """Execute the content of a file as a module of its own."""
    title = f"'{path}'"
    module = ModuleType(f"affect_extension_{path.stem}_{hashlib.sha256(str(path).encode()).hexdigest()[:8]}")
    module.__file__ = str(path)
    try:
        code = compile(content, str(path), "exec", dont_inherit=True)
    except SyntaxError as error:
        raise ExtensionError(f"{title} cannot be loaded: line {error.lineno}: {error.msg}") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise ExtensionError(f"{title} cannot be loaded: {error}") from error
    sys.modules[module.__name__] = module
    try:
        exec(code, module.__dict__)  # the user named the file in order to have it executed
    except ExtensionError as error:
        raise ExtensionError(f"{title}: {error}") from error
    except (Exception, SystemExit) as error:
        raise ExtensionError(f"{title} cannot be loaded: {in_words(error, path)}") from error
    return module


def in_words(error: BaseException, path: Path) -> str:
    """Return an exception as text, with the line of the file in which it was raised."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    place = f"line {lines[-1]}: " if lines else ""
    return f"{place}{type(error).__name__}: {' '.join(str(error).split())[:200]}"


def _of_package(point: EntryPoint) -> _Source:
    title = f"the entry point {point.name!r} ({point.value})"
    try:
        module = point.load()
    except (Exception, SystemExit) as error:
        raise ExtensionError(f"{title} cannot be loaded: {in_words(error, Path())}") from error
    if not isinstance(module, ModuleType):
        raise ExtensionError(f"{title}: expected a module, received {type(module).__name__}")
    package = f"{point.dist.name} {point.dist.version}" if point.dist else point.module
    file = getattr(module, "__file__", None)
    return _Source(module, title, package, _read(Path(file)) if file else b"", package)


def _declared_in(source: _Source) -> Iterator[OwnView | OwnModel]:
    attached = [declaration_of(value) for value in vars(source.module).values()]
    declared = {id(each): each for each in attached if each is not None}
    codes = {_file_of(source.module): source.code}
    names_in: dict[str, list[str]] = {}
    for each in declared.values():
        function = _innermost(each.function, source.title)
        names_in.setdefault(function.__code__.co_filename, []).append(function.__name__)
    for each in declared.values():
        fingerprint = _fingerprint(_innermost(each.function, source.title), source, codes, names_in)
        loaded = OwnView if isinstance(each, ViewDeclaration) else OwnModel
        yield loaded(each, source.origin, source.title, fingerprint, source.package)
    if not declared:
        raise ExtensionError(f"{source.title} declares nothing: expected a function with @feature_view or @model")


def _innermost(function: Any, title: str) -> FunctionType:
    """Return the function within its wrappers, as of `functools.wraps`; their code is that of decorators."""
    try:
        innermost = inspect.unwrap(function)
    except ValueError as error:
        raise ExtensionError(f"{title}: {function.__name__} wraps itself") from error
    return innermost if isinstance(innermost, FunctionType) else function


def _fingerprint(
    function: FunctionType, source: _Source, codes: dict[str, bytes], names_in: Mapping[str, list[str]]
) -> str:
    """Return the fingerprint of a function's file, and of the module that was named if that is another one.

    `codes` are the contents of files that were read before.
    """
    file, named = function.__code__.co_filename, _file_of(source.module)
    if file not in codes:
        codes[file] = _read(Path(file))
    of_file = source_fingerprint(codes[file], function.__name__, names_in[file])
    if file == named:
        return of_file
    return combined(of_file, source_fingerprint(source.code, function.__name__, names_in.get(named, [])))


def _file_of(module: ModuleType) -> str:
    return getattr(module, "__file__", None) or ""


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        raise ExtensionError(f"the code in '{path}' cannot be read: {error.strerror}") from error
    if size > MAX_BYTES:
        raise ExtensionError(f"'{path}' has more than {MAX_BYTES:,} bytes, too large for an extension file")
    return data


def _contents(configuration: Configuration) -> dict[Path, bytes]:
    """Return the content of each file that exists."""
    return {path: _read(path) for path in configuration.present().files}
