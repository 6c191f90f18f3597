"""Sketches of copies are near each other, those of other people are not, whatever was done to the picture."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from store.errors import ShapeError
from store.features.decode import shrink
from store.features.sketch import SKETCH_BITS, sketches
from store.vocabulary import PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX
from tests.store.features.test_perceptual import SHAPE, copies, picture
from validation.bounds import NEAR_SKETCH_BITS


def apart(one: str | None, other: str | None) -> int:
    assert one is not None and other is not None
    return (int(one, 16) ^ int(other, 16)).bit_count()


@pytest.mark.parametrize("person", [1, 2, 3])
def test_copies_are_near(person: int) -> None:
    made = copies(picture(person))
    original, *others = sketches([shrink(picture(person)), *made.values()])
    for name, other in zip(made, others, strict=True):
        assert apart(original, other) <= NEAR_SKETCH_BITS, name


def test_a_moved_copy_is_near() -> None:
    moved = np.pad(picture(1), ((5, 0), (5, 0), (0, 0)), mode="edge")[:-5, :-5]
    assert apart(*sketches([shrink(picture(1)), shrink(np.ascontiguousarray(moved))])) <= NEAR_SKETCH_BITS


def test_people_are_not_near_each_other_even_where_they_look_alike() -> None:
    found = sketches([*(shrink(picture(person)) for person in range(1, 7))])
    found += sketches([shrink(picture(person, angle=45)) for person in (10, 20)])
    assert min(apart(one, other) for one, other in combinations(found, 2)) > NEAR_SKETCH_BITS


def test_brightness_does_not_matter_and_a_picture_of_one_colour_has_none() -> None:
    rgb = shrink(picture(1))
    dim = (rgb * 0.6).round().astype(np.uint8)
    assert apart(*sketches([rgb, dim])) <= NEAR_SKETCH_BITS
    assert sketches([np.full(SHAPE, 90, np.uint8)]) == [None]


def test_it_is_hexadecimal_in_the_order_of_the_pictures() -> None:
    one, other = shrink(picture(1)), shrink(picture(2))
    told = sketches([one, other])
    assert sketches([other, one]) == told[::-1] and sketches([]) == []
    assert {len(bytes.fromhex(each or "")) * 8 for each in told} == {SKETCH_BITS}


def test_it_refuses_another_shape() -> None:
    with pytest.raises(ShapeError, match="expected a uint8 thumbnail"):
        sketches([np.zeros((PIXEL_WIDTH_PX, PIXEL_HEIGHT_PX, 3), np.uint8)])
