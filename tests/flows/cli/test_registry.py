"""`affect views`, `services`, `describe` and `export` on the small published store."""

from pathlib import Path

from typer.testing import CliRunner, Result

from affect_store.flows.cli.app import app
from tests.stores.known import small_home

SERVICE = "vector_mlp.corrected"


def affect(*arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--home", str(small_home().root)])


def test_views_and_services_are_listed() -> None:
    assert "landmarks" in affect("views").stdout and SERVICE in affect("services").stdout


def test_a_description_has_facts_and_tables() -> None:
    shown = affect("describe", "aligned").stdout
    assert "inter-ocular" in shown and "\nversions\n" in shown


def test_an_unknown_name_is_one_line() -> None:
    done = affect("describe", "nothing like it")
    assert done.exit_code == 1 and done.stderr.count("\n") == 1


def test_export_overwrites_a_file_only_with_force(tmp_path: Path) -> None:
    target = tmp_path / "board.csv"
    assert affect("export", "leaderboard", str(target)).exit_code == 0
    assert target.read_text().startswith("model,recipe,split,")
    assert "--force" in affect("export", "leaderboard", str(target)).stderr
    assert affect("export", "leaderboard", str(target), "--force").exit_code == 0
