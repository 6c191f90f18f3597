"""Run specs: which runs a request means, their hashes, and their order."""

from dataclasses import replace
from datetime import datetime

import pytest

from affect_store.flows.steps.feature_services import all_services
from affect_store.flows.steps.run_specs import TrainingRequest, in_order, run_specs_for
from affect_store.models import systems
from affect_store.models.systems import CORRECTED, NOTEBOOK_SYSTEMS, PUBLISHED, SOFT_LABELS, SYSTEMS
from affect_store.store.engine.clock import now
from affect_store.store.engine.reader import FrozenSplit
from affect_store.store.errors import UnknownNameError
from affect_store.store.features import relative
from affect_store.store.offline import measure_rows

VERSIONS = {name: f"version of {name}" for names in all_services().values() for name in names}
BY_PERSON = FrozenSplit("by_person-1", "by_person", "f", VERSIONS, now())
BY_IMAGE = replace(BY_PERSON, split_id="by_image-1", strategy="by_image")
FOLDS = replace(BY_PERSON, split_id="folds-1", strategy="folds", folds_id="3 folds", repeat=0)
THREE = tuple(replace(FOLDS, split_id=f"fold-{n}", strategy="fold", fold=n) for n in range(3))


def specs_for(*, of: FrozenSplit = BY_PERSON, **options: object):  # type: ignore[no-untyped-def]
    return run_specs_for([of], {FOLDS.split_id: THREE}, TrainingRequest(**options))  # type: ignore[arg-type]


def test_all_systems_are_trained_in_all_their_recipes_by_default() -> None:
    pairs = [(spec.model, spec.recipe) for spec in specs_for()]
    assert sorted(pairs) == sorted((name, recipe) for name, system in SYSTEMS.items() for recipe in system.recipes)
    assert [recipe for _, recipe in pairs] == sorted((recipe for _, recipe in pairs), reverse=True)


def test_a_demo_skips_slow_systems() -> None:
    shown = {(spec.model, spec.recipe) for spec in specs_for(is_demo=True)}
    assert {model for model, _ in shown} == {*NOTEBOOK_SYSTEMS, "lda", "relative_lda", "appearance_lda"}
    assert {(spec.model, spec.recipe) for spec in specs_for(of=BY_IMAGE, is_demo=True)} == {
        ("vector_mlp", CORRECTED),
        ("point_mlp", CORRECTED),
    }


def test_an_unknown_recipe_or_model_is_an_error() -> None:
    with pytest.raises(UnknownNameError, match="no recipe of 'lda' 'published'"):
        specs_for(models=["lda"], recipe=PUBLISHED)
    with pytest.raises(UnknownNameError, match="there is no model 'ldaa'; did you mean lda?"):
        specs_for(models=["ldaa"])
    with pytest.raises(UnknownNameError, match="there is no model 'resnet'; available: general_mlp"):
        specs_for(models=["lda", "resnet"])


def test_the_run_id_depends_on_everything_that_determines_the_run_and_nothing_else() -> None:
    (spec,) = specs_for(models=["vector_mlp"], recipe=CORRECTED)
    assert specs_for(models=["vector_mlp", "cnn"], recipe=CORRECTED)[1].run_id == spec.run_id
    moved = replace(spec.split, versions={**VERSIONS, "aligned": "another"})
    unread = replace(spec.split, versions={**VERSIONS, "frontal_unit": "another"})
    others = (
        replace(spec, seed=8),
        replace(spec, epochs=3),
        replace(spec, is_repeatable=False),
        replace(spec, recipe=PUBLISHED),
        replace(spec, split=moved),
        replace(spec, split=replace(spec.split, split_id="by_person-2")),
    )
    ids = {each.run_id for each in (spec, *others)}
    assert len(ids) == 1 + len(others) and replace(spec, split=unread).run_id == spec.run_id


def test_runs_of_an_earlier_revision_of_a_recipe_are_other_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = {("cnn", PUBLISHED): True, ("cnn", CORRECTED): False, ("logistic", PUBLISHED): False}
    before = {pair: specs_for(models=[pair[0]], recipe=pair[1])[0].run_id for pair in pairs}
    monkeypatch.setattr(systems, "_REVISIONS", {**systems._REVISIONS, PUBLISHED: 99})
    for pair, is_other in pairs.items():
        assert (specs_for(models=[pair[0]], recipe=pair[1])[0].run_id != before[pair]) == is_other


def test_runs_on_other_measures_are_other_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    (spec,), (other,) = specs_for(models=["measures_lda"]), specs_for(models=["lda"], recipe=CORRECTED)
    assert spec.computed_versions == {"measure_changes": measure_rows.version_of(VERSIONS["landmarks"])}
    before, of_other = spec.run_id, other.run_id
    changed = replace(measure_rows.VIEW, parameters={"measures": {"jaw_drop": "distance 2-152"}})
    monkeypatch.setattr(measure_rows, "VIEW", changed)
    assert specs_for(models=["measures_lda"])[0].run_id != before
    assert specs_for(models=["lda"], recipe=CORRECTED)[0].run_id == of_other and not other.computed_versions


def test_runs_with_another_way_to_relate_deltas_to_the_person_are_other_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    (spec,), (other,) = specs_for(models=["relative_lda"]), specs_for(models=["lda"], recipe=CORRECTED)
    assert spec.versions == {"aligned": VERSIONS["aligned"]} == other.versions
    before, of_other = spec.run_id, other.run_id
    monkeypatch.setattr(relative, "CENTRE_WEIGHT", relative.CENTRE_WEIGHT + 1)
    assert specs_for(models=["relative_lda"])[0].run_id != before
    assert specs_for(models=["lda"], recipe=CORRECTED)[0].run_id == of_other


def test_seeds_share_their_configuration() -> None:
    runs = specs_for(models=["lda"], seeds=3, first_seed=20)
    assert [run.seed for run in runs] == [20, 21, 22]
    assert len({run.configuration for run in runs}) == 1 and len({run.run_id for run in runs}) == 3


@pytest.mark.parametrize(
    ("options", "caps"),
    [
        ({}, {PUBLISHED: None, CORRECTED: None}),
        ({"published_epochs": 3}, {PUBLISHED: 3, CORRECTED: None}),
        ({"epochs": 2, "published_epochs": 3}, {PUBLISHED: 2, CORRECTED: 2}),
    ],
)
def test_the_smallest_limit_of_epochs_counts(options: dict, caps: dict) -> None:
    assert {spec.recipe: spec.epochs for spec in specs_for(models=["cnn"], **options)} == caps


def test_an_ensemble_comes_once_after_each_of_its_members() -> None:
    members = SYSTEMS["ensemble"].members
    order = list(in_order(specs_for(models=["ensemble", members[1]], recipe=CORRECTED)))
    assert sorted(spec.model for spec in order) == sorted(("ensemble", *members))
    assert order[-1].model == "ensemble" and {part.run_id for part in order[-1].parts} == {
        spec.run_id for spec in order[:-1]
    }


def test_folds_are_trained_before_they_are_pooled_and_refer_to_the_pooled_run() -> None:
    order = list(in_order(specs_for(of=FOLDS, models=["ensemble"])))
    pooled = order[-1]
    assert pooled.is_pooled and [part.split.fold for part in pooled.parts] == [0, 1, 2]
    assert len(order) == 1 + 3 * (1 + len(SYSTEMS["ensemble"].members))
    assert {part.pooled_run_id for part in pooled.parts} == {pooled.run_id}
    titles = [part.title for part in pooled.parts]
    assert titles == [f"ensemble corrected fold {n}" for n in (1, 2, 3)] and pooled.title == "ensemble corrected folds"


def test_only_runs_with_soft_labels_depend_on_the_ratings() -> None:
    earlier, later = now(), now()

    def rated(moment: datetime) -> dict[str, datetime]:
        return {BY_PERSON.split_id: moment}

    for recipe, changes in ((CORRECTED, False), (SOFT_LABELS, True)):
        first, second = (
            specs_for(models=["cnn"], recipe=recipe, ratings_at=rated(moment))[0] for moment in (earlier, later)
        )
        assert (first.run_id != second.run_id) == changes
    (soft,) = specs_for(models=["cnn"], recipe=SOFT_LABELS, ratings_at={**rated(earlier), "other": later})
    assert (soft.service, soft.ratings_at) == ("cnn.corrected", earlier)
    with pytest.raises(UnknownNameError, match="no recipe of 'lda' 'soft_labels'"):
        specs_for(models=["lda"], recipe=SOFT_LABELS)


def test_the_published_recipe_reads_landmarks_of_a_single_pass_and_no_other_recipe_does() -> None:
    versions = {**dict.fromkeys(("pixels", "bicubic_pixels", "frontal_unit", "aligned"), "v"), "landmarks": "seven"}
    apart = replace(BY_PERSON, versions={**versions, "single_landmarks": "single"})
    for split, published in ((replace(BY_PERSON, versions=versions), "seven"), (apart, "single")):
        runs = {spec.recipe: spec for spec in specs_for(of=split, models=["mm2"])}
        assert runs[PUBLISHED].versions == {"bicubic_pixels": "v", "frontal_unit": "v", "landmarks": published}
        assert runs[CORRECTED].versions == {"pixels": "v", "aligned": "v", "landmarks": "seven"}
        assert runs[PUBLISHED].own_split.split_id == split.split_id


@pytest.mark.parametrize(
    ("models", "features"),
    [
        (["lda"], []),
        (["cnn"], ["bicubic_pixels"]),
        (["logistic"], ["single_landmarks"]),
        (["point_mlp"], ["single_landmarks"]),
        (["mm2"], ["bicubic_pixels", "single_landmarks"]),
    ],
)
def test_features_of_the_published_recipe_are_those_that_the_requested_systems_read(
    models: list[str], features: list[str]
) -> None:
    assert TrainingRequest(models).published_features == features
    assert TrainingRequest(models, CORRECTED).published_features == []
