"""Options that several commands share."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated, Optional, TypedDict

import typer

from affect_store.store.home import DEFAULT_HOME as DEFAULT_PATH
from affect_store.store.home import Home
from affect_store.store.sources.text import require_name
from affect_store.store.vocabulary import MAX_REPEATS, MIN_FOLDS

DEFAULT_HOME = Home(Path(DEFAULT_PATH))


def _parse_home(path: str | Home) -> Home:
    return path if isinstance(path, Home) else Home(Path(path))  # Typer parses the default, too


def _absolute(home: Home) -> Home:
    return Home(home.root.absolute())


def _corpus_name(name: str | None) -> str | None:
    return name if name is None else require_name(name, "--corpus")


def _check_folds(folds: int) -> int:
    if 0 < folds < MIN_FOLDS:
        raise typer.BadParameter(f"expected 0 or at least {MIN_FOLDS} folds, received {folds}")
    return folds


HomeOption = Annotated[
    Home,
    typer.Option(
        "--home", parser=_parse_home, callback=_absolute, metavar="<path>", envvar="AFFECT_HOME",
        show_default=f"{DEFAULT_HOME.root} in the current directory", help="Directory for all output.",
    ),
]  # fmt: skip
StoreOption = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--store", metavar="URL", help="Read from a lake instead of the home, e.g. 'ducklake:postgres:...'."),
]
AsOfOption = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--as-of", metavar="SNAPSHOT|TIME", help="With --store: a snapshot, or the last one by a time."),
]
HomeIdOption = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--home-id", metavar="ID", help="With --store: the home to read. [default: all of the lake]"),
]
VerifyOption = Annotated[
    bool,
    typer.Option(
        "--verify",
        help="Read every byte of all photographs. By default, files whose size, times and inode are unchanged are not "
        "read again, except a thirtieth of them every day.",
    ),
]
VerboseOption = Annotated[bool, typer.Option("--verbose", help="Also show the output of libraries.")]

CsvOption = Annotated[bool, typer.Option("--csv", help="Print CSV that is safe to open in a spreadsheet.")]
RawOption = Annotated[
    bool, typer.Option("--raw", help="Print CSV without the apostrophe before text that a spreadsheet would run.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print a JSON array.")]
WideOption = Annotated[bool, typer.Option("--wide", help="Print every column, however wide the table gets.")]

ModelsOption = Annotated[Optional[str], typer.Option(help="Models to train, separated by commas. [default: all]")]  # noqa: UP045
EpochsOption = Annotated[Optional[int], typer.Option(min=1, help="Maximum number of epochs per model.")]  # noqa: UP045
SeedsOption = Annotated[
    int, typer.Option(min=1, max=MAX_REPEATS, help="Number of random seeds per model, to estimate run-to-run variance.")
]
FoldsOption = Annotated[
    int,
    typer.Option(
        min=0, callback=_check_folds,
        help="Number of person-disjoint folds for cross-validation, at most one per person; 0 for no cross-validation.",
    ),
]  # fmt: skip
RepeatsOption = Annotated[int, typer.Option(min=1, max=MAX_REPEATS, help="Number of repetitions of the k-fold split.")]
KeepOption = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option(
        min=1, envvar="AFFECT_KEEP",
        help="Number of publications to keep, from now on. [default: as in the last run in this home; at first 3]",
    ),
]  # fmt: skip

AcceptMissingOption = Annotated[
    bool,
    typer.Option(
        "--accept-missing", help="Continue if more than 20 % of the corpus's photographs are no longer in the folder."
    ),
]

ExtensionsOption = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--extensions", metavar="FILE",
        help="Python file with feature views or models of your own, or the name of an installed package's entry point; "
        "executed by this and later runs in the home. May be given several times; replaces those given before. "
        "[default: as in the last run in this home; at first none]",
    ),
]  # fmt: skip

ImagesOption = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option(
        help="Folder of photographs; it is never written to. [default: the embedded demo corpus]",
        envvar="AFFECT_IMAGES",
    ),
]
CorpusOption = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        callback=_corpus_name,
        help="Name of the corpus; a folder that moved is recognised by its photographs. [default: that of the "
        "photographs last seen in the folder, else the folder's name]",
    ),
]
SameOption = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--same", metavar="A=B", help="Two ids of one person; B replaces A. May be given several times."),
]
DistinctOption = Annotated[
    bool, typer.Option("--distinct", help="Other ids that differ only in spelling belong to different people.")
]
ChallengersOption = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(help="Models that may become champion, separated by commas. [default: the fast ones]"),
]
ComparisonFoldsOption = Annotated[
    int,
    typer.Option("--folds", min=MIN_FOLDS, help="Number of person-disjoint folds to compare models on."),
]


class Form(Enum):
    """How a result is printed."""

    TABLE = "table"
    WIDE = "wide"
    CSV = "csv"
    RAW = "raw"
    JSON = "json"


def form_of(*, csv: bool, json: bool, wide: bool, raw: bool) -> Form:
    """Return the output form that the options select; `raw` is CSV, too."""
    return Form.RAW if raw else Form.CSV if csv else Form.JSON if json else Form.WIDE if wide else Form.TABLE


def model_names(names: str | None) -> list[str]:
    """Return the models of a comma-separated list; empty for all. Raises `UnknownNameError`."""
    if names is None:
        return []
    from affect_store.models.systems import get_system

    return [get_system(name.strip()).name for name in names.split(",")]


class RetrainingParameters(TypedDict, total=False):
    """Parameters of the flow `retrain` that commands set."""

    images: str | None
    corpus: str | None
    challengers: list[str]
    folds: int
    keep: int | None


def retraining_parameters(
    images: Path | None, corpus: str | None, challengers: str | None, folds: int, keep: int | None
) -> RetrainingParameters:
    """Return the parameters of the flow `retrain`, checked. Raises `UnknownNameError` and `CorpusError`."""
    parameters: RetrainingParameters = {"folds": folds, "corpus": corpus, "images": None, "keep": keep}
    if images is not None:
        from affect_store.store.sources.layouts import detect_layout

        detect_layout(images, None)
        parameters["images"] = str(images.absolute())
    if challengers is not None:
        parameters["challengers"] = model_names(challengers)
    return parameters
