"""The first guess of a pattern for unknown names: it matches them, and finds the parts by their values."""

from unicodedata import normalize

import pytest

from affect_store.store.sources.pattern_file import NamePattern
from affect_store.store.sources.pattern_guess import guess_pattern

GERMAN = [f"vp{person:02d}_{word}_{angle}.jpg" for person in range(3) for word in ("freude", "neutr", "angst")
          for angle in (45, 90, 135)]  # fmt: skip


def test_parts_are_found_by_their_values() -> None:
    guess = guess_pattern(GERMAN)
    assert guess is not None
    assert guess.words == {"angst": "", "freude": "", "neutr": "neutral"}, "Angst is fear, not angry"
    values = NamePattern(guess.pattern, {"angst": "fearful"}).values_in(["vp02_angst_45.jpg"])
    assert values == [{"subject": "02", "emotion": "fearful", "angle": "45"}]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["001_03.jpg", "001_08.jpg", "002_03.jpg", "003_08.jpg"], {"subject": "001", "emotion": "03"}),
        (["anna/happy.png", "anna/sad.png", "ben/happy.png", "cy/sad.png"], {"subject": "anna", "emotion": "happy"}),
        (["a(1)[happy].jpg", "b(1)[sad].jpg", "c(1)[sad].jpg"], {"subject": "a", "emotion": "happy"}),
        (
            ["p1_f_happy_left_45_45.jpg", "p2_m_sad_left_90_90.jpg", "p3_m_sad_right_90_90.jpg"],
            {"subject": "1", "sex": "f", "emotion": "happy", "gaze": "left", "angle": "45"},
        ),
        (["p1_frohe Überraschung.jpg", "p2_frohe Trauer.jpg", "p3_frohe Trauer.jpg"],
         {"subject": "1", "emotion": "Überraschung"}),
    ],
)  # fmt: skip
def test_the_guess_matches_the_names(names: list[str], expected: dict[str, str]) -> None:
    guess = guess_pattern(names)
    assert guess is not None
    values = NamePattern(guess.pattern).values_in(names)
    assert all(values) and values[0] == expected


def test_names_of_a_mac_are_guessed_as_others() -> None:
    names = ["zoë_fröhlich.jpg", "zoë_sad.jpg", "ben_sad.jpg"]
    guess = guess_pattern([normalize("NFD", name) for name in names])
    assert guess is not None and guess == guess_pattern(names) and set(guess.words) == {"fröhlich", "sad"}


@pytest.mark.parametrize("names", [[], ["IMG_1.jpg", "IMG_2.jpg"], ["same.jpg"], ["_.jpg"], ["\udce4.jpg", "b.jpg"]])
def test_names_without_two_parts_that_vary_give_none(names: list[str]) -> None:
    assert guess_pattern(names) is None


def test_many_values_are_no_emotions() -> None:
    assert guess_pattern([f"a{number}b{number * 7}.jpg" for number in range(1000)]) is None


def test_a_declared_class_is_a_known_word() -> None:
    names = [f"P{person:02}_{word}_x.jpg" for person in range(1, 5) for word in ("pained", "happy")]
    guess = guess_pattern(names, ("pained",))
    assert guess is not None and guess.words == {"pained": "pained", "happy": "happy"}
    without = guess_pattern(names)
    assert without is not None and without.words["pained"] == ""
