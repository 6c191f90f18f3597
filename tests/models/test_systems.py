import pytest

from models.systems import CORRECTED, ENSEMBLE, NOTEBOOKS, PUBLISHED, RECIPES, SYSTEMS, columns
from store.errors import UnknownNameError


def test_the_notebooks_six_in_its_order_and_in_both_recipes():
    assert NOTEBOOKS == ("general_mlp", "cnn", "vector_mlp", "mm1", "point_mlp", "mm2")
    assert all(SYSTEMS[name].recipes == RECIPES for name in NOTEBOOKS)


def test_an_ensemble_averages_systems_that_are_trained_before_it():
    order = list(SYSTEMS)
    for one in SYSTEMS.values():
        assert all(order.index(member) < order.index(one.name) for member in one.members)
        assert all(set(SYSTEMS[member].inputs) <= set(one.inputs) for member in one.members)
        assert bool(one.members) == (one.family == ENSEMBLE)


def test_the_recipes_differ_in_their_deltas_only():
    assert columns("mm2", PUBLISHED) == {"pixels": "rgb", "delta": "frontal_unit", "position": "landmarks"}
    assert columns("mm2", CORRECTED) == {"pixels": "rgb", "delta": "aligned", "position": "landmarks"}
    for recipe in RECIPES:
        assert columns("cnn", recipe) == {"pixels": "rgb"}


@pytest.mark.parametrize(("system", "recipe"), [("mm3", PUBLISHED), ("cnn", "best"), ("fusion", PUBLISHED)])
def test_an_unknown_name_is_named(system, recipe):
    with pytest.raises(UnknownNameError, match=system if system == "mm3" else recipe):
        columns(system, recipe)
