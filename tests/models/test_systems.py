import pytest

from affect_store.models.systems import (
    CORRECTED,
    ENSEMBLE,
    NOTEBOOK_SYSTEMS,
    PUBLISHED,
    RECIPES,
    SYSTEMS,
    input_columns,
    require_of_notebook,
)
from affect_store.store.errors import UnknownNameError


def test_the_six_notebook_systems_are_in_its_order_and_have_both_recipes():
    assert NOTEBOOK_SYSTEMS == ("general_mlp", "cnn", "vector_mlp", "mm1", "point_mlp", "mm2")
    assert all(SYSTEMS[name].recipes == RECIPES for name in NOTEBOOK_SYSTEMS)


def test_a_replication_has_systems_of_the_notebook_only():
    require_of_notebook(NOTEBOOK_SYSTEMS)
    with pytest.raises(UnknownNameError, match="'lda' is no system of the notebook, expected some of general_mlp cnn"):
        require_of_notebook(["cnn", "lda"])


def test_an_ensemble_averages_systems_that_are_trained_before_it():
    order = list(SYSTEMS)
    for system in SYSTEMS.values():
        assert all(order.index(member) < order.index(system.name) for member in system.members)
        assert all(set(SYSTEMS[member].inputs) <= set(system.inputs) for member in system.members)
        assert bool(system.members) == (system.family == ENSEMBLE)


def test_the_recipes_differ_in_their_deltas_and_pixels():
    published = {"pixels": "bicubic_pixels", "delta": "frontal_unit", "position": "landmarks"}
    assert input_columns("mm2", PUBLISHED) == published
    assert input_columns("mm2", CORRECTED) == {"pixels": "rgb", "delta": "aligned", "position": "landmarks"}
    assert input_columns("cnn", PUBLISHED) == {"pixels": "bicubic_pixels"}
    assert input_columns("cnn", CORRECTED) == {"pixels": "rgb"}


@pytest.mark.parametrize(("system", "recipe"), [("mm3", PUBLISHED), ("cnn", "best"), ("fusion", PUBLISHED)])
def test_an_unknown_system_or_recipe_is_rejected(system, recipe):
    with pytest.raises(UnknownNameError, match=system if system == "mm3" else recipe):
        input_columns(system, recipe)
