import pytest

from models.systems import CORRECTED, PUBLISHED, RECIPES, SYSTEMS, columns
from store.errors import UnknownNameError


def test_six_systems_in_the_notebooks_order():
    assert list(SYSTEMS) == ["general_mlp", "cnn", "vector_mlp", "mm1", "point_mlp", "mm2"]


def test_the_recipes_differ_in_their_deltas_only():
    assert columns("mm2", PUBLISHED) == {"pixels": "rgb", "delta": "frontal_unit", "position": "landmarks"}
    assert columns("mm2", CORRECTED) == {"pixels": "rgb", "delta": "aligned", "position": "landmarks"}
    for recipe in RECIPES:
        assert columns("cnn", recipe) == {"pixels": "rgb"}


@pytest.mark.parametrize(("system", "recipe"), [("mm3", PUBLISHED), ("cnn", "best")])
def test_an_unknown_name_is_named(system, recipe):
    with pytest.raises(UnknownNameError, match=system if system == "mm3" else recipe):
        columns(system, recipe)
