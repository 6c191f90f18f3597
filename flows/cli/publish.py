"""The command `publish`: audit and publish what the home holds, also into a lake that several machines read."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from affect_store.flows.cli.options import DEFAULT_HOME, HomeOption, KeepOption, VerboseOption

commands = typer.Typer()


@commands.command()
def publish(
    to: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            metavar="URL",
            help="Also publish to this lake: 'ducklake:postgres:dbname=NAME host=HOST', 'ducklake:sqlite:FILE' or "
            "'ducklake:FILE'. [default: the last lake used]",
        ),
    ] = None,
    data: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            metavar="PATH",
            help="Where a new lake puts its Parquet files: a folder that all machines share, or 's3://BUCKET/PATH'.",
        ),
    ] = None,
    keep: KeepOption = None,
    home: HomeOption = DEFAULT_HOME,
    verbose: VerboseOption = False,
) -> None:
    """Audit the home and publish it, also into a lake.

    Skips the audit and the publication if nothing has changed. A lake gets the rows that differ, as one
    snapshot. No address with a password is accepted: PostgreSQL's is read from PGPASSWORD or ~/.pgpass, the keys of S3
    from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or the profile AWS_PROFILE.
    """
    from affect_store.flows.runtime import console
    from affect_store.flows.steps import lake_publication, publication_pages
    from affect_store.flows.steps.corpus_options import options_in_use

    home.require()
    address = lake_publication.address_for(home, to, data)
    if publication_pages.is_current(home, with_faces=options_in_use(home).publishes_faces):
        console.say("Nothing new: the current publication is up to date.")
    else:
        from affect_store.flows.cli.session import session

        with session(home, "publish", verbose=verbose):
            from affect_store.flows.publish import publish as publish_flow

            publish_flow(home=str(home.root), keep=keep)
    if address is not None:
        lake_publication.publish_to_lake(home, address)
        console.say(f"lake        {address.url}")
