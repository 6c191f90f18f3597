from dataclasses import replace

import pytest

from flows.plans import Asked, in_order, plans
from flows.services import known
from models.systems import CORRECTED, NOTEBOOKS, PUBLISHED, SYSTEMS
from store.errors import UnknownNameError
from store.tables.read import FrozenSplit
from store.tables.write import now

VERSIONS = {name: f"version of {name}" for names in known().values() for name in names}
BY_PERSON = FrozenSplit("by_person-1", "by_person", "f", VERSIONS, now())
BY_IMAGE = replace(BY_PERSON, split_id="by_image-1", strategy="by_image")
FOLDS = replace(BY_PERSON, split_id="folds-1", strategy="folds", folds_id="3 folds", repeat=0)
THREE = tuple(replace(FOLDS, split_id=f"fold-{n}", strategy="fold", fold=n) for n in range(3))


def planned(*, of: FrozenSplit = BY_PERSON, **asked: object):  # type: ignore[no-untyped-def]
    return plans([of], {FOLDS.split_id: THREE}, Asked(**asked))  # type: ignore[arg-type]


def test_all_systems_in_all_their_recipes_are_trained_where_nothing_is_asked_for() -> None:
    found = [(one.model, one.recipe) for one in planned()]
    assert sorted(found) == sorted((name, recipe) for name, one in SYSTEMS.items() for recipe in one.recipes)
    assert [recipe for _, recipe in found] == sorted((recipe for _, recipe in found), reverse=True)


def test_a_demo_leaves_out_what_takes_long() -> None:
    shown = {(one.model, one.recipe) for one in planned(is_demo=True)}
    assert {model for model, _ in shown} == {*NOTEBOOKS, "lda", "appearance_lda"}
    assert {(one.model, one.recipe) for one in planned(of=BY_IMAGE, is_demo=True)} == {
        (name, CORRECTED) for name in NOTEBOOKS
    }


def test_a_recipe_that_a_model_lacks_and_a_name_that_none_has_are_told() -> None:
    with pytest.raises(UnknownNameError, match="no recipe of 'lda' 'published'"):
        planned(models=["lda"], recipe=PUBLISHED)
    with pytest.raises(UnknownNameError, match="there is no model 'resnet'; there are general_mlp"):
        planned(models=["lda", "resnet"])


def test_whatever_determines_a_run_determines_its_id_and_nothing_else_does() -> None:
    (plan,) = planned(models=["vector_mlp"], recipe=CORRECTED)
    assert planned(models=["vector_mlp", "cnn"], recipe=CORRECTED)[1].run_id == plan.run_id
    moved = replace(plan.split, versions={**VERSIONS, "aligned": "another"})
    unread = replace(plan.split, versions={**VERSIONS, "frontal_unit": "another"})
    others = (
        replace(plan, seed=8),
        replace(plan, epochs=3),
        replace(plan, is_repeatable=False),
        replace(plan, recipe=PUBLISHED),
        replace(plan, split=moved),
        replace(plan, split=replace(plan.split, split_id="by_person-2")),
    )
    ids = {one.run_id for one in (plan, *others)}
    assert len(ids) == 1 + len(others) and replace(plan, split=unread).run_id == plan.run_id


def test_seeds_share_their_configuration() -> None:
    runs = planned(models=["lda"], seeds=3, first_seed=20)
    assert [one.seed for one in runs] == [20, 21, 22]
    assert len({one.configuration for one in runs}) == 1 and len({one.run_id for one in runs}) == 3


@pytest.mark.parametrize(
    ("asked", "capped"),
    [
        ({}, {PUBLISHED: None, CORRECTED: None}),
        ({"published_epochs": 3}, {PUBLISHED: 3, CORRECTED: None}),
        ({"epochs": 2, "published_epochs": 3}, {PUBLISHED: 2, CORRECTED: 2}),
    ],
)
def test_caps_of_epochs_are_the_least_of_those_given(asked: dict, capped: dict) -> None:
    assert {one.recipe: one.epochs for one in planned(models=["cnn"], **asked)} == capped


def test_an_ensemble_comes_after_its_members_each_of_them_once() -> None:
    members = SYSTEMS["ensemble"].members
    order = list(in_order(planned(models=["ensemble", members[1]], recipe=CORRECTED)))
    assert sorted(one.model for one in order) == sorted(("ensemble", *members))
    assert order[-1].model == "ensemble" and {one.run_id for one in order[-1].parts} == {o.run_id for o in order[:-1]}


def test_folds_are_trained_before_they_are_pooled_and_know_by_which_run() -> None:
    order = list(in_order(planned(of=FOLDS, models=["ensemble"])))
    pooled = order[-1]
    assert pooled.is_pooled and [one.split.fold for one in pooled.parts] == [0, 1, 2]
    assert len(order) == 1 + 3 * (1 + len(SYSTEMS["ensemble"].members))
    assert {one.pooled_run_id for one in pooled.parts} == {pooled.run_id}
    titles = [one.title for one in pooled.parts]
    assert titles == [f"ensemble corrected fold {n}" for n in (1, 2, 3)] and pooled.title == "ensemble corrected folds"
