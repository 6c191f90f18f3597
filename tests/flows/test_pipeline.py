"""The whole way, as a user goes it: the command line on a folder of photographs, a second run, SQL and the pages."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from store.tables import write
from store.tables.connection import open_work
from store.tables.home import Home
from tests.flows import corpus

AFFECT = [sys.executable, "-c", "from flows.cli import main; main()"]
MODELS = "vector_mlp,cnn"


def affect(*arguments: str, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT")}
    environment |= {"COLUMNS": "160"} | ({"AFFECT_HOME": str(home)} if home else {})
    return subprocess.run([*AFFECT, *arguments], capture_output=True, text=True, env=environment, timeout=900)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("corpora") / "lab"
    corpus.render(made)
    corpus.spoil(made)
    return made


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("homes") / "home"


@pytest.fixture(scope="module")
def first(folder: Path, home: Path) -> subprocess.CompletedProcess[str]:
    return affect("run", "--images", str(folder), "--models", MODELS, "--epochs", "2", home=home)


def query(home: Path, text: str) -> list[dict]:
    done = affect("sql", text, "--json", home=home)
    assert done.returncode == 0, done.stderr
    found: list[dict] = json.loads(done.stdout)
    return found


def test_a_run_ends_with_a_table_and_two_paths(first: subprocess.CompletedProcess[str], home: Path) -> None:
    assert first.returncode == 0, first.stderr + first.stdout
    store, dashboards = (line.split()[-1] for line in first.stdout.strip().splitlines()[-2:])
    assert Path(store).is_file() and Path(dashboards).is_file()
    assert "Accuracy on the test part" in first.stdout


def test_the_terminal_shows_the_products_own_words(first: subprocess.CompletedProcess[str]) -> None:
    assert first.stderr == ""
    for noise in ("TensorFlow", "tensorflow", "cuda", "XNNPACK", "prefect", "absl", "W0000", "Warning"):
        assert noise not in first.stdout


def test_every_bad_file_is_a_reject_or_a_miss_with_its_reason(
    first: subprocess.CompletedProcess[str], home: Path
) -> None:
    rejects = query(home, "select reason, count(*) as n from catalogue.rejects group by all order by all")
    assert rejects == [
        {"reason": "bad name", "n": 1},
        {"reason": "duplicate bytes", "n": 1},
        {"reason": "unreadable", "n": 2},
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
    pairs = query(home, "select count(*) as n, count(distinct part) as parts from registry.comparisons")
    assert pairs == [{"n": 12, "parts": 1}]


def test_no_person_is_in_two_parts_and_reference_photographs_train_no_delta_model(
    first: subprocess.CompletedProcess[str], home: Path
) -> None:
    leaks = query(home, "select i.subject_id from splits.assignments a join splits.sets using (split_id) "
                        "join catalogue.images i using (image_id) where strategy = 'by_person' "
                        "group by all having count(distinct part) > 1")  # fmt: skip
    assert leaks == []
    own = query(home, "select count(*) as n from features.misses m join registry.predictions p using (image_id) "
                      "join registry.runs r using (run_id) where m.reason = 'own reference' "
                      "and r.model = 'vector_mlp' and r.recipe = 'published'")  # fmt: skip
    assert own == [{"n": 0}]


def test_face_pictures_are_not_published(first: subprocess.CompletedProcess[str], home: Path) -> None:
    assert query(home, "select count(rgb) as n from features.pixels") == [{"n": 0}]
    assert query(home, "select count(rgb) as n from splits.train") == [{"n": 0}]


def test_a_second_run_does_nothing_and_says_so(
    first: subprocess.CompletedProcess[str], folder: Path, home: Path
) -> None:
    before = os.readlink(home / "published")
    again = affect("run", "--images", str(folder), "--models", MODELS, "--epochs", "2", home=home)
    assert again.returncode == 0, again.stderr
    assert "Nothing new" in again.stdout and os.readlink(home / "published") == before


def test_help_and_sql_load_nothing_heavy(first: subprocess.CompletedProcess[str], home: Path) -> None:
    heavy = "{'tensorflow', 'keras', 'prefect', 'plotly', 'mediapipe', 'cv2', 'great_expectations', 'polars', 'scipy'}"
    for arguments in (["--help"], ["sql", "from leaderboard"]):
        probe = (
            f"import sys; sys.argv = ['affect', *{arguments!r}]\n"
            "from flows.cli import main\ntry:\n    main()\nexcept SystemExit:\n    pass\n"
            f"print('loaded', sorted({heavy} & set(sys.modules)))"
        )
        environment = os.environ | {"AFFECT_HOME": str(home)}
        done = subprocess.run(
            [sys.executable, "-c", probe], capture_output=True, text=True, env=environment, check=True
        )
        assert done.stdout.splitlines()[-1] == "loaded []"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("run", "--images", "/nowhere"), "'/nowhere' is not a folder"),
        (("run", "--images", ".", "--layout", "zip"), "layout is 'zip', expected one of rafd manifest"),
        (
            ("run", "--images", ".", "--models", "cnn,resnet"),
            "model is 'resnet', expected one or more of general_mlp,cnn",
        ),
        (("sql", "from leaderboard"), "no published store"),
    ],
)
def test_a_mistake_is_one_message_and_exit_code_1(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    done = affect(*arguments, home=tmp_path / "new")
    assert done.returncode == 1 and message in done.stderr and "Traceback" not in done.stderr + done.stdout


def test_a_model_says_again_what_it_said(first: subprocess.CompletedProcess[str], home: Path) -> None:
    (run,) = query(home, "select run_id from leaderboard where model = 'vector_mlp' and recipe = 'corrected' "
                         "and split = 'by_person'")  # fmt: skip
    done = affect("predict", run["run_id"], "--json", home=home)
    assert done.returncode == 0, done.stderr
    said = {row["image_id"]: row for row in json.loads(done.stdout)}
    stored = query(home, f"select image_id, emotion, happy_prob from registry.predictions join catalogue.emotions "
                         f"on label = predicted where run_id = '{run['run_id']}'")  # fmt: skip
    assert len(stored) > 24 and set(said) == {row["image_id"] for row in stored}
    for row in stored:
        assert said[row["image_id"]]["predicted"] == row["emotion"]
        assert said[row["image_id"]]["happy_prob"] == pytest.approx(row["happy_prob"], abs=1e-6)


def test_a_fault_in_one_row_is_set_aside_listed_and_released(
    first: subprocess.CompletedProcess[str], folder: Path, home: Path
) -> None:
    with open_work(Home(home)) as connection:
        (image_id,) = connection.execute(
            "UPDATE features.landmarks SET xyz = list_transform(xyz, lambda x: -x)::FLOAT[1404] "
            "WHERE image_id = (SELECT min(image_id) FROM catalogue.images WHERE emotion = 'happy') RETURNING image_id"
        ).fetchone()
        write.note_change(connection)
    arguments = ("run", "--images", str(folder), "--models", "vector_mlp", "--epochs", "1")
    arguments += ("--quarantine-share", "0.1")
    done = affect(*arguments, home=home)
    assert done.returncode == 0 and "set aside" in done.stdout, done.stderr
    assert image_id in affect("quarantine", home=home).stdout
    absent = f"select count(*) as n from features.absent where image_id = '{image_id}' and feature = 'landmarks'"
    assert query(home, absent) == [{"n": 1}]
    assert affect("release", image_id, home=home).returncode == 0
    assert image_id not in affect("quarantine", home=home).stdout


def test_a_failed_audit_publishes_nothing_and_names_check_table_and_page(
    first: subprocess.CompletedProcess[str], folder: Path, home: Path
) -> None:
    before = os.readlink(home / "published"), (home / "published" / "feature_store.duckdb").read_bytes()
    with open_work(Home(home)) as connection:
        connection.execute("UPDATE splits.assignments SET part = 'test' WHERE part = 'train' AND image_id = "
                           "(SELECT min(image_id) FROM splits.assignments WHERE part = 'train')")  # fmt: skip
        write.note_change(connection)
    done = affect("run", "--images", str(folder), "--models", MODELS, "--epochs", "2", home=home)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    for word in ("splits.assignments", "Nothing was published", "audit.html"):
        assert word in done.stderr
    page = Path(done.stderr.split("See ")[1].split()[0].rstrip("."))
    assert page.is_file()
    after = os.readlink(home / "published"), (home / "published" / "feature_store.duckdb").read_bytes()
    assert after == before
