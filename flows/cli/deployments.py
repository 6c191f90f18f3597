"""The commands `deploy` and `schedule`: run the flows from Prefect, by a worker or by a process that stays."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from affect_store.flows.cli.options import (
    DEFAULT_HOME,
    ChallengersOption,
    ComparisonFoldsOption,
    CorpusOption,
    HomeOption,
    ImagesOption,
    KeepOption,
    retraining_parameters,
)

CronOption = Annotated[str, typer.Option(help="When to retrain: minute, hour, day of month, month, day of week.")]

commands = typer.Typer()


@commands.command()
def deploy(
    pool: Annotated[str, typer.Option(help="Work pool; created with type `process` if it does not exist.")] = "affect",
    cron: CronOption = "0 3 * * *",
    timezone: Annotated[str, typer.Option(help="Time zone of the schedule.")] = "Europe/Berlin",
    schedule: Annotated[bool, typer.Option(help="Retrain on the schedule.")] = True,
) -> None:
    """Register the flows as deployments with a Prefect server.

    The server is the one at PREFECT_API_URL. Registering again updates the deployments. Runs use AFFECT_HOME and
    AFFECT_IMAGES of the worker, unless their parameters name another home or folder. Without AFFECT_HOME the home is
    .affect in the directory in which this command ran.
    """
    from affect_store.flows import deployments

    timing = deployments.Schedule(cron, timezone) if schedule else None
    names = deployments.deploy(pool, timing)
    from affect_store.flows.runtime import console

    console.say(f"Registered {len(names)} deployments in the work pool {pool}: {', '.join(names)}")
    if timing is not None:
        console.say(f"{deployments.SCHEDULED}/{deployments.NAME} runs on the schedule '{cron}' ({timezone}).")
    console.say(f"Start a worker:  prefect worker start --pool {pool}")
    console.say(f"Start a run:     prefect deployment run pipeline/{deployments.NAME}")


@commands.command()
def schedule(
    images: ImagesOption = None,
    corpus: CorpusOption = None,
    challengers: ChallengersOption = None,
    folds: ComparisonFoldsOption = 5,
    keep: KeepOption = None,
    cron: CronOption = "0 3 * * *",
    timezone: Annotated[str, typer.Option(help="Time zone of the schedule, for example Europe/Berlin.")] = "UTC",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the Prefect server, on 127.0.0.1.")] = 4200,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Keep running and retrain on a schedule, until Ctrl-C.

    A Prefect server is started on this machine; where PREFECT_API_URL is set, that server is used. Meanwhile
    `prefect deployment run` starts any of the flows.

    Layout, faces, decode scale, passes, mesh, references and quarantine share are those of the last `affect run` on the
    corpus; `affect run` with other values changes them.
    """
    from affect_store.flows import deployments
    from affect_store.flows.runtime import prefect_server, system_libraries

    system_libraries.require_libraries()
    timing = deployments.Schedule(cron, timezone)
    parameters = {**retraining_parameters(images, corpus, challengers, folds, keep), "home": str(home.root)}
    os.environ.setdefault("PREFECT_HOME", str(home.prefect))
    if os.environ.get("PREFECT_API_URL"):
        from affect_store.flows.runtime import prefect_api

        prefect_api.require_server("or unset PREFECT_API_URL, and a server is started here")
        deployments.serve(timing, parameters)
        return
    with prefect_server.running(home.prefect, port) as url:
        print(f"affect: Prefect runs at {url.removesuffix('/api')}, reachable from this machine only", flush=True)
        deployments.serve(timing, parameters)
