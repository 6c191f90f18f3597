"""The commands `run` and `demo`: the whole pipeline, on your own photographs or on rendered people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from affect_store.flows.cli.options import (
    DEFAULT_HOME,
    AcceptMissingOption,
    CorpusOption,
    DistinctOption,
    EpochsOption,
    ExtensionsOption,
    FoldsOption,
    HomeOption,
    KeepOption,
    ModelsOption,
    RepeatsOption,
    SameOption,
    SeedsOption,
    VerboseOption,
    VerifyOption,
    model_names,
)
from affect_store.flows.cli.unchanged import is_unchanged
from affect_store.store.features.feature_options import MAX_PASSES
from affect_store.store.vocabulary import MAX_SEED

commands = typer.Typer()


@commands.command()
def run(
    images: Annotated[Path, typer.Option(help="Folder of photographs; it is never written to.")],
    layout: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            help="'manifest' (manifest.csv or .xlsx), 'pattern' (affect.toml), or a database with labels in its file "
            "names: 'rafd', 'kdef', 'jaffe' or 'ckplus'. "
            "[default: as in the last run on this corpus; at first detected]"
        ),
    ] = None,
    corpus: CorpusOption = None,
    same: SameOption = None,
    distinct: DistinctOption = False,
    home: HomeOption = DEFAULT_HOME,
    epochs: EpochsOption = None,
    models: ModelsOption = None,
    seeds: SeedsOption = 1,
    folds: FoldsOption = 0,
    repeats: RepeatsOption = 1,
    with_faces: Annotated[
        Optional[bool],  # noqa: UP045
        typer.Option(
            help="Also publish the thumbnails of the faces. [default: as in the last run on this corpus; at first not]"
        ),
    ] = None,
    decode_scale: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(
            help="1, 0.5 or 0.25: decode at a smaller scale; faster, with landmarks of a separate version. "
            "[default: as in the last run on this corpus; at first 1]"
        ),
    ] = None,
    passes: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(
            min=1,
            max=MAX_PASSES,
            help="Number of passes to average the landmarks over: the photograph and slightly moved copies of it. More "
            "passes reduce noise and take proportionally longer. "
            "[default: as in the last run on this corpus; at first 1]",
        ),
    ] = None,
    mesh: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            metavar="plain|attention",
            help="FaceMesh's model: attention is finer around eyes and lips. "
            "[default: as in the last run on this corpus; at first plain]",
        ),
    ] = None,
    references: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            metavar="one|mean",
            help="Compare a face with one neutral photograph of the camera, or with each of them (at most 16), "
            "averaged. [default: as in the last run on this corpus; at first one]",
        ),
    ] = None,
    quarantine_share: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(
            min=0,
            max=1,
            help="Maximum share of photographs an audit may quarantine. "
            "[default: as in the last run on this corpus; at first 0.05]",
        ),
    ] = None,
    keep: KeepOption = None,
    accept_missing: AcceptMissingOption = False,
    extensions: ExtensionsOption = None,
    verify: VerifyOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Run the whole pipeline on your own photographs.

    Results of earlier runs are reused; a run that was interrupted resumes. Layout, faces, decode scale, passes, mesh,
    references and quarantine share are stored with the corpus, the number of kept publications with the home: later
    runs, `affect train`, `affect retrain` and schedules use them unless given others. So are extensions, which are
    executed: files of your own that you trust.

    Where photographs, options, code and home are unchanged, the command says so at once.
    """
    options: dict[str, Any] = {
        "layout": layout, "corpus": corpus, "epochs": epochs, "seeds": seeds, "folds": folds, "repeats": repeats,
        "with_faces": with_faces, "decode_scale": decode_scale, "passes": passes, "mesh": mesh,
        "references": references, "keep": keep, "quarantine_share": quarantine_share,
        "accept_missing": accept_missing, "same": same or [], "distinct": distinct,
    }  # fmt: skip
    may_be_unchanged = not (verify or extensions or home.extensions.exists())
    if may_be_unchanged and is_unchanged(home, "pipeline", {**options, "models": model_names(models)}, images):
        return
    from affect_store.flows.cli.session import session
    from affect_store.flows.steps.extensions import name_extensions, use_extensions
    from affect_store.store.features.feature_options import PLAIN, SINGLE_REFERENCE, FeatureOptions, require_options
    from affect_store.store.sources.layouts import detect_layout

    detect_layout(images, layout)  # a wrong folder, layout, option or model is reported before Prefect starts
    require_options(FeatureOptions(passes=passes or 1, mesh=mesh or PLAIN, references=references or SINGLE_REFERENCE))
    if extensions:
        name_extensions(home, extensions, images)
    use_extensions(home, str(images))
    chosen = model_names(models)
    with session(home, "pipeline", verbose=verbose):
        from affect_store.flows.pipeline import pipeline

        pipeline(images=str(images), home=str(home.root), models=chosen, verify=verify, **options)


@commands.command()
def demo(
    home: HomeOption = DEFAULT_HOME,
    people: Annotated[int, typer.Option(min=4, help="Number of people to render.")] = 24,
    seed: Annotated[int, typer.Option(min=0, max=MAX_SEED, help="Random seed of the rendered people.")] = 7,
    models: ModelsOption = None,
    epochs: EpochsOption = None,
    published_epochs: Annotated[
        int, typer.Option(min=1, help="Maximum number of epochs per model of the published recipe.")
    ] = 3,
    verbose: VerboseOption = False,
) -> None:
    """Run the whole pipeline on rendered people.

    It takes about six minutes. The published recipe is trained on the by_person split only, for a few epochs, and by
    image only two systems are. `affect train` trains everything.
    """
    options: dict[str, Any] = {
        "models": model_names(models), "epochs": epochs, "published_epochs": published_epochs, "people": people,
        "seed": seed, "is_demo": True,
    }  # fmt: skip
    if is_unchanged(home, "pipeline", options, home.people):
        return
    from affect_store.flows.cli.session import session

    with session(home, "pipeline", verbose=verbose):
        from affect_store.flows.pipeline import pipeline

        pipeline(home=str(home.root), **options)
