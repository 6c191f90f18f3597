"""Changes to copies of the clean store, as runs make them."""

from dataclasses import replace

from affect_store.flows.steps.delta_features import materialize_deltas
from affect_store.flows.steps.missing_features import record_missing_features
from affect_store.flows.steps.scalar_features import materialize_scalar_views
from affect_store.flows.steps.splits import store_splits
from affect_store.store.engine import clock, reader, write
from affect_store.store.engine.work_store import open_work
from affect_store.store.features.references import NO_FACE
from affect_store.store.home import Home
from affect_store.store.schema.tables import BY_NAME
from affect_store.store.vocabulary import EMOTIONS
from tests.stores import build, clean
from tests.stores.design import PlannedRun, image_id, numbered
from tests.stores.runs import store_run


def add_person(home: Home) -> None:
    design = replace(clean.DESIGN, people=numbered(clean.CORPUS, 7)[6:], faceless=None, runs=())
    build.build(home, design)


def add_corpus(home: Home) -> None:
    build.build(home, replace(clean.DESIGN, corpus="other", people=numbered("other", 4), faceless=None, runs=()))


def add_split(home: Home) -> None:
    store_splits(home, seed=77, corpora=[clean.CORPUS])


def add_run(home: Home) -> None:
    run = PlannedRun("lda", "corrected", accuracy=0.4, name="another", has_weights=False)
    with open_work(home) as connection:
        ((split_id,), *_) = connection.execute(
            "SELECT split_id FROM splits.sets WHERE strategy = 'by_person'"
        ).fetchall()
        store_run(connection, clean.DESIGN, run, split_id)


def correct_label(home: Home) -> None:
    cell = (clean.PEOPLE[2], EMOTIONS[0], 90, clean.DESIGN.gazes[0])
    with open_work(home) as connection:
        known = reader.query_frame(connection, "catalogue/select_known_photos").filter(image_id=image_id(cell))
        row = {name: known[name][0] for name in BY_NAME["catalogue.labels"].columns if name in known.columns}
        row |= {"emotion": EMOTIONS[1], "known_at": clock.now()}
        build.insert(connection, "catalogue.labels", **row)
        labels = {name: value for name, value in row.items() if name not in ("image_id", "known_at")}
        write.correct_labels(connection, image_id(cell), labels)
        write.renew_exclusions(connection)
    materialize_deltas(home)
    materialize_scalar_views(home)
    store_splits(home, seed=clean.DESIGN.seed, corpora=[clean.CORPUS])


def quarantine(home: Home) -> None:
    photograph = image_id((clean.PEOPLE[3], EMOTIONS[0], 90, clean.DESIGN.gazes[0]))
    with open_work(home) as connection:
        record_missing_features(connection, [(photograph, "landmarks", clean.LANDMARKS, NO_FACE)])
    materialize_deltas(home)
    store_splits(home, seed=clean.DESIGN.seed, corpora=[clean.CORPUS])


def change_nothing(home: Home) -> None:
    pass
