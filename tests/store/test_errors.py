import hashlib

from affect_store.store.errors import unknown_name

HASHES = [hashlib.sha256(bytes([number])).hexdigest() for number in range(3)]


def test_similar_names_are_suggested() -> None:
    assert unknown_name("run", "alligned", ["aligned", "pixels"]) == "there is no run 'alligned'; did you mean aligned?"
    assert unknown_name("run", "al", ["aligned", "pixels"]).endswith("; did you mean aligned?")


def test_nothing_is_similar_to_an_empty_name() -> None:
    assert unknown_name("run", "", ["aligned", "pixels"]) == "there is no run ''; available: aligned, pixels"


def test_many_known_names_are_counted() -> None:
    names = [f"run-{number:02d}" for number in range(20)]
    assert unknown_name("run", "?", names).endswith("; available: " + ", ".join(names[:6]) + " and 14 more")


def test_hashes_are_cut_to_a_prefix() -> None:
    expected = "there is no photograph 'x y'; available: " + ", ".join(f"{name[:12]}…" for name in sorted(HASHES))
    assert unknown_name("photograph", "x y", HASHES) == expected
    assert unknown_name("photograph", HASHES[0][:8], HASHES).endswith(f"; did you mean {HASHES[0][:12]}…?")
