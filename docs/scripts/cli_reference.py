"""Generate the reference page `docs/reference/cli.md` from the help of the command `affect`.

`python docs/scripts/cli_reference.py` prints it.
"""

from __future__ import annotations

import re
import sys

import typer
from typer.cli import get_docs_for_click
from typer.core import TyperGroup

from affect_store.flows.cli.app import app

NAME = "affect"
TITLE = "Command line"


def page() -> str:
    """Return the page as Markdown: one section per command, with its arguments and options."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    with group.make_context(NAME, [], resilient_parsing=True) as context:
        text = get_docs_for_click(obj=group, ctx=context, name=NAME, title=TITLE)
    for name, command in group.commands.items():  # Typer cuts the descriptions in the list of commands
        summary = " ".join((command.help or "").split("\n\n")[0].split())
        text = re.sub(rf"^(\* `{name}`: ).*$", rf"\g<1>{summary}", text, count=1, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
