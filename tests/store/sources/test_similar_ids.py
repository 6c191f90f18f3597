"""Ids that may belong to one person are grouped; ids of different people are not."""

import time

import pytest

from affect_store.store.sources.similar_ids import IdInUse, normal_form, similar_groups

FEMALE, MALE = ("female", "Caucasian"), ("male", "Caucasian")


def groups(*names: str) -> list[list[str]]:
    ids = [IdInUse(name, 1, f"{name}.jpg", FEMALE) for name in names]
    return [[member.name for member in group] for group in similar_groups(ids)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("1", "01"),
        ("03", "sub-03"),
        ("sub-03", "S3"),
        ("lab-03", "LAB-03"),
        ("Anna", "anna"),
        ("anna b", "annab"),
        ("anna", "anna\u200b"),
        ("anna", "an\u00adna"),
        ("anna", "anna\ufe0f"),
        ("Andr\u00e9", "Andre\u0301"),
        ("\uff10\uff13", "3"),
        ("\u0663", "3"),
        ("stra\u00dfe", "STRASSE"),
        ("3", "3.0"),
        ("'03", "3"),
        ("s1-03", "s1-3"),
        ("03_a", "03\u2013a"),
        ("7\u00a0b", "7b"),
    ],
)  # fmt: skip
def test_spellings_of_one_id_are_a_group(first: str, second: str) -> None:
    assert normal_form(first) == normal_form(second)
    assert groups(first, second) == [sorted([first, second])]


@pytest.mark.parametrize(
    "names",
    [
        [f"{number:02d}" for number in range(1, 62)],
        [str(number) for number in range(1, 300)],
        [f"sub-{number:03d}" for number in range(1, 120)],
        ["anna", "hanna", "ann", "a", "b"],
        ["1-11", "11-1", "1-1"],
        ["3.1", "3.01", "3"],
        ["10", "1", "100", "0"],
        ["p1s3", "p1s13", "p13"],
    ],
)  # fmt: skip
def test_different_ids_are_no_group(names: list[str]) -> None:
    assert groups(*names) == []


def test_a_group_holds_every_spelling() -> None:
    assert groups("1", "01", "2", "001", "sub-1", "02") == [["001", "01", "1", "sub-1"], ["02", "2"]]


def test_two_prefixes_of_people_who_cannot_be_one_are_no_group() -> None:
    """`F01` and `M01` number women and men; `F01` and `01`, or two women `A01` and `B01`, may be one person."""
    women = [IdInUse(name, 1, "", FEMALE) for name in ("F01", "F02")]
    men = [IdInUse(name, 1, "", MALE) for name in ("M01", "M02")]
    assert list(similar_groups([*women, *men])) == []
    (group,) = similar_groups([*women, *men, IdInUse("1", 1, "", MALE)])
    assert [member.name for member in group] == ["1", "F01", "M01"]
    assert len(list(similar_groups([women[0], IdInUse("A01", 1, "", FEMALE)]))) == 1
    assert len(list(similar_groups([women[0], IdInUse("M01", 1, "", (None, "Caucasian"))]))) == 1
    assert len(list(similar_groups([women[0], IdInUse("f-1", 1, "", MALE)]))) == 1


def test_the_time_is_proportional_to_the_number_of_ids() -> None:
    names = [f"{chr(0x4E00 + number % 20_000)}7" for number in range(10_000)]  # all with one normal form
    attributes = [FEMALE, MALE]
    start = time.perf_counter()
    ids = [IdInUse(name, 1, "", attributes[number % 2]) for number, name in enumerate(names)]
    assert [len(group) for group in similar_groups(ids)] == [5_000, 5_000]
    assert time.perf_counter() - start < 10  # 0.1 s on an idle machine; comparing all pairs takes minutes
