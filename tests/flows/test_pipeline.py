"""The whole pipeline from the command line: a folder of photographs, a second run, SQL and the pages."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from PIL import Image

from affect_store.store.engine.settings import renew_change_token
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from tests.finished import MODELS, Finished, affect


@pytest.fixture(scope="module")
def folder(finished: Finished) -> Path:
    return finished.folder


@pytest.fixture(scope="module")
def home(finished: Finished) -> Path:
    return finished.home


@pytest.fixture(scope="module")
def first(finished: Finished) -> subprocess.CompletedProcess[str]:
    return finished.done


def query(home: Path, text: str) -> list[dict]:
    result = affect("sql", text, "--json", home=home)
    assert result.returncode == 0, result.stderr
    rows: list[dict] = json.loads(result.stdout)
    return rows


def test_a_run_ends_with_a_table_and_two_paths(first: subprocess.CompletedProcess[str], home: Path) -> None:
    assert first.returncode == 0, first.stderr + first.stdout
    store, dashboards = (line.split()[-1] for line in first.stdout.strip().splitlines()[-2:])
    assert Path(store).is_file() and Path(dashboards).is_file()
    assert "Accuracy on the test part" in first.stdout
    assert re.search(r"\nAudits: \d+ s, \d+\.\d% of the total\n", first.stdout)


def test_the_terminal_shows_no_output_of_libraries(first: subprocess.CompletedProcess[str]) -> None:
    assert first.stderr == ""
    for noise in ("TensorFlow", "tensorflow", "cuda", "XNNPACK", "prefect", "absl", "W0000", "Warning"):
        assert noise not in first.stdout


def test_every_unusable_file_is_a_reject_or_a_missing_feature_with_its_reason(
    first: subprocess.CompletedProcess[str], home: Path
) -> None:
    rejects = query(home, "select reason, count(*) as n from catalogue.rejects group by all order by all")
    assert rejects == [
        {"reason": "bad name", "n": 1},
        {"reason": "damaged", "n": 1},
        {"reason": "duplicate bytes", "n": 1},
        {"reason": "unreadable", "n": 1},
    ]
    misses = query(home, "select distinct reason from features.misses where view = 'landmarks'")
    assert misses == [{"reason": "no face"}]
    (counts,) = query(home, "select count(*) as images, count(l.image_id) as faces from catalogue.images as i "
                            "left join features.landmarks as l using (image_id)")  # fmt: skip
    assert counts == {"images": 33, "faces": 32}


def test_the_leaderboard_has_both_recipes_and_splits_with_chance_and_sizes(
    first: subprocess.CompletedProcess[str], home: Path
) -> None:
    rows = query(home, "from leaderboard")
    assert {(row["model"], row["recipe"], row["split"]) for row in rows} == {
        (model, recipe, split)
        for model in MODELS.split(",")
        for recipe in ("published", "corrected")
        for split in ("by_person", "by_image")
    }
    for row in rows:
        assert row["status"] == "completed" and 0 <= row["accuracy"] <= 1
        assert row["chance"] > 0 and row["n_images"] > 0 and row["n_people"] > 0


def test_every_pair_of_a_split_is_compared(first: subprocess.CompletedProcess[str], home: Path) -> None:
    runs = query(home, "select split, count(*) as n from leaderboard group by all order by all")
    assert runs == [{"split": "by_image", "n": 4}, {"split": "by_person", "n": 4}]
    pairs = query(home, "select metric, count(*) as n, count(distinct part) as parts from registry.comparisons "
                        "group by all order by all")  # fmt: skip
    assert pairs == [
        {"metric": "accuracy", "n": 12, "parts": 1}, {"metric": "equivalence", "n": 12, "parts": 1},
        {"metric": "person_leakage", "n": 4, "parts": 1}, {"metric": "rank_biserial", "n": 12, "parts": 1},
        {"metric": "share_better", "n": 12, "parts": 1}, {"metric": "smallest_detectable", "n": 12, "parts": 1},
    ]  # fmt: skip
    assert query(home, "select distinct strategy from registry.effects") == [{"strategy": "by_person"}]


def test_no_person_is_in_two_parts_and_own_references_are_zeros_in_the_published_recipe_only(
    first: subprocess.CompletedProcess[str], home: Path
) -> None:
    leaks = query(home, "select i.subject_id from splits.assignments a join splits.sets using (split_id) "
                        "join catalogue.images i using (image_id) where strategy = 'by_person' "
                        "group by all having count(distinct part) > 1")  # fmt: skip
    assert leaks == []
    own = query(home, "select image_id from features.misses where reason = 'own reference' "
                      "except select image_id from features.misses where reason = 'no reference' "
                      "order by all")  # fmt: skip
    read = query(home, "select distinct image_id from features.misses m join registry.predictions p using (image_id) "
                       "join registry.runs r using (run_id) where m.reason = 'own reference' "
                       "and model = 'vector_mlp' and recipe = 'published' order by all")  # fmt: skip
    assert own == read != []
    stored = query(home, "select count(*) as n from features.deltas where list_max(magnitude) = 0")
    assert stored == [{"n": 0}], "zeros are read, not stored"


def test_thumbnails_are_not_published(first: subprocess.CompletedProcess[str], home: Path) -> None:
    assert query(home, "select count(rgb) as n from features.pixels") == [{"n": 0}]
    assert query(home, "select count(rgb) as n from splits.train") == [{"n": 0}]


MAY_NAME_FILES = {
    ("catalogue", "images", "path"), ("catalogue", "rejects", "path"), ("catalogue", "rejects", "detail"),
    ("features", "misses", "reason"),
}  # fmt: skip


def test_a_publication_names_photographs_by_their_paths_and_nothing_else_of_the_machine(finished: Finished) -> None:
    with duckdb.connect(str(finished.pristine / "published" / "feature_store.duckdb"), read_only=True) as store:
        columns = store.execute(
            "SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE data_type = 'VARCHAR' "
            "AND table_name IN (SELECT table_name FROM duckdb_tables())"
        ).fetchall()
        for schema, table, column in columns:
            text = f'SELECT count(*) FROM "{schema}"."{table}" WHERE contains("{column}", ?)'
            assert store.execute(text, [str(finished.home)]).fetchone() == (0,), (schema, table, column)
            named = store.execute(text, [str(finished.folder)]).fetchone() != (0,)
            assert not named or (schema, table, column) in MAY_NAME_FILES, (schema, table, column)


def test_a_second_run_does_nothing_and_says_so(
    first: subprocess.CompletedProcess[str], folder: Path, home: Path
) -> None:
    before = os.readlink(home / "published")
    again = affect("run", *arguments_of(folder), "--verify", home=home)
    assert again.returncode == 0, again.stderr
    assert "Nothing new" in again.stdout and os.readlink(home / "published") == before


def test_a_second_run_on_an_unchanged_folder_starts_no_engine_and_opens_no_store(
    first: subprocess.CompletedProcess[str], folder: Path, home: Path
) -> None:
    heavy = "{'tensorflow', 'prefect', 'plotly', 'mediapipe', 'cv2', 'great_expectations', 'duckdb', 'polars', 'scipy'}"
    again = affect_and_list(heavy, ["run", *arguments_of(folder)], home)
    assert again[-1] == "loaded []"
    assert any(line.startswith("Nothing new since ") and "4 files cannot be used" in line for line in again)
    assert [line.split()[-1] for line in again[-3:-1]] == [
        str(home / "published" / "feature_store.duckdb"), str(home / "published" / "dashboards" / "index.html"),
    ]  # fmt: skip
    photograph = next(folder.rglob("*.jpg"))
    os.utime(photograph)
    changed = affect("run", *arguments_of(folder), home=home)
    assert "start the workflow engine" in changed.stdout and "Nothing new: no photograph" in changed.stdout
    assert affect_and_list(heavy, ["run", *arguments_of(folder)], home)[-1] == "loaded []"


def arguments_of(folder: Path) -> list[str]:
    return ["--images", str(folder), "--models", MODELS, "--epochs", "2"]


def affect_and_list(modules: str, arguments: list[str], home: Path) -> list[str]:
    """Run a command; returns the lines that it prints, and last those of `modules` that it has imported."""
    probe = (
        f"import sys; sys.argv = ['affect', *{arguments!r}]\n"
        "from affect_store.flows.cli.app import main\ntry:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print('loaded', sorted({modules} & set(sys.modules)))"
    )
    environment = os.environ | {"AFFECT_HOME": str(home)}
    result = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, env=environment, check=True)
    return result.stdout.splitlines()


def test_help_and_sql_load_nothing_heavy(first: subprocess.CompletedProcess[str], home: Path) -> None:
    heavy = "{'tensorflow', 'keras', 'prefect', 'plotly', 'mediapipe', 'cv2', 'great_expectations', 'polars', 'scipy'}"
    for arguments in (["--help"], ["sql", "from leaderboard"]):
        assert affect_and_list(heavy, arguments, home)[-1] == "loaded []"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("run", "--images", "/nowhere"), "'/nowhere' is not a folder"),
        (("run", "--images", ".", "--layout", "zip"), "layout is 'zip', expected one of manifest rafd"),
        (
            ("run", "--images", ".", "--models", "cnn,resnet"),
            "there is no model 'resnet'; available: general_mlp, cnn",
        ),
        (("sql", "from leaderboard"), "no published store"),
    ],
)
def test_a_mistake_is_one_message_and_exit_code_1(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    result = affect(*arguments, home=tmp_path / "new")
    assert result.returncode == 1 and message in result.stderr and "Traceback" not in result.stderr + result.stdout


def test_prediction_repeats_the_stored_predictions(first: subprocess.CompletedProcess[str], home: Path) -> None:
    (run,) = query(home, "select run_id from leaderboard where model = 'vector_mlp' and recipe = 'corrected' "
                         "and split = 'by_person'")  # fmt: skip
    result = affect("predict", run["run_id"], "--json", home=home)
    assert result.returncode == 0, result.stderr
    predicted = {row["image_id"]: row for row in json.loads(result.stdout)}
    stored = query(home, f"select image_id, emotion, temperature, columns('.*_prob') from registry.predictions "
                         f"join catalogue.emotions on label = predicted where run_id = '{run['run_id']}'")  # fmt: skip
    assert len(stored) > 24 and set(predicted) == {row["image_id"] for row in stored}
    for row in stored:
        assert predicted[row["image_id"]]["predicted"] == row["emotion"]
        powers = {name: row[name] ** (1 / row["temperature"]) for name in row if name.endswith("_prob")}
        calibrated = powers["happy_prob"] / sum(powers.values())
        assert predicted[row["image_id"]]["happy_prob"] == pytest.approx(calibrated, abs=1e-5)


RUN = ("--models", "lda", "--quarantine-share", "0.1")


@pytest.mark.long
def test_a_photograph_is_quarantined_listed_and_released_until_its_values_change(
    first: subprocess.CompletedProcess[str], folder: Path, home: Path
) -> None:
    """Photographs of two people show the same picture: both are quarantined, and used again once they are released."""
    two = sorted(path for path in folder.glob("Rafd090_0[56]_*_surprised_frontal.jpg"))
    copied = Image.open(two[0])
    two[1].unlink()
    copied.save(two[1], quality=80)
    result = affect("run", "--images", str(folder), *RUN, home=home)
    assert result.returncode == 0, result.stderr
    assert "catalogue.images check 'no photograph shared by two people' found 2 rows" in result.stdout
    listed = affect("quarantine", home=home).stdout
    excluded = f"select image_id from catalogue.images where path in ('{two[0]}', '{two[1]}') " \
               "and excluded_reason is not null and missing_since is null"  # fmt: skip
    ids = [row["image_id"] for row in query(home, excluded)]
    assert len(ids) == 2 and all(image_id in listed for image_id in ids)
    (page,) = (home / "published" / "audits" / "rows").glob("audit.html")
    assert "<h2>Quarantine</h2>" in page.read_text(encoding="utf-8") and ids[0] in page.read_text(encoding="utf-8")
    assert affect("release", *ids, home=home).returncode == 0
    assert ids[0] not in affect("quarantine", home=home).stdout
    again = affect("run", "--images", str(folder), *RUN, home=home)
    assert again.returncode == 0 and "quarantined" not in again.stdout.split("audit rows")[1], again.stderr
    used = f"select count(*) as n from catalogue.images where image_id in ('{ids[0]}', '{ids[1]}') " \
           "and excluded_reason is null"  # fmt: skip
    assert query(home, used) == [{"n": 2}]
    listed = affect("quarantine", home=home).stdout
    assert not any(image_id in listed for image_id in ids)


def tree(folder: Path) -> dict[str, bytes | str]:
    """Every file and link below a folder, byte for byte."""
    return {
        str(path.relative_to(folder)): os.readlink(path) if path.is_symlink() else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


@pytest.mark.long
def test_a_failed_audit_publishes_nothing_and_names_the_check(
    first: subprocess.CompletedProcess[str], folder: Path, home: Path
) -> None:
    before = os.readlink(home / "published"), tree(home / "publications")
    with open_work(Home(home)) as connection:
        connection.execute("UPDATE catalogue.emotions SET label = (label + 1) % 8")
        renew_change_token(connection)
    result = affect("run", "--images", str(folder), "--models", MODELS, "--epochs", "2", home=home)
    assert result.returncode == 1 and "Traceback" not in result.stderr
    assert re.search(r"checks, 1 failed, \d+ warned\n", result.stdout), f"gaps only warn: {result.stdout}"
    failure = "catalogue.emotions.label check 'label indices match the model outputs' found 8 rows"
    assert failure in result.stderr and "Nothing was published. Run again; if the same" in result.stderr
    page = Path(result.stderr.split("See ")[1].split()[0].rstrip("."))
    assert page.is_file() and "Failed checks" in page.read_text(encoding="utf-8")
    assert (os.readlink(home / "published"), tree(home / "publications")) == before
    with sqlite3.connect(home / "prefect" / "prefect.db") as flows:
        (state, message) = flows.execute(
            "SELECT r.state_type, s.message FROM flow_run AS r JOIN flow_run_state AS s ON s.id = r.state_id "
            "WHERE r.parent_task_run_id IS NULL ORDER BY r.start_time DESC LIMIT 1"
        ).fetchone()
    assert state == "FAILED"
    for words in (failure, "Nothing was published", str(page)):
        assert words in message
