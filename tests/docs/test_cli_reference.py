"""The reference of the command line is up to date and describes every command."""

from docs.scripts import cli_reference

from tests.docs.documents import ROOT


def test_the_page_is_up_to_date() -> None:
    page = (ROOT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    assert page == cli_reference.page(), "docs/reference/cli.md is out of date: run `make docs`"


def test_descriptions_in_the_list_of_commands_are_not_cut() -> None:
    commands = cli_reference.page().split("**Commands**")[1].split("\n## ")[0]
    assert "* `sql`: " in commands and "..." not in commands
