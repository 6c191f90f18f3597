import hashlib

from store.errors import unknown

HASHES = [hashlib.sha256(bytes([number])).hexdigest() for number in range(3)]


def test_the_near_names_are_told() -> None:
    assert unknown("run", "alligned", ["aligned", "pixels"]) == "there is no run 'alligned'; near it: aligned"
    assert unknown("run", "al", ["aligned", "pixels"]).endswith("near it: aligned")


def test_nothing_is_near_no_name() -> None:
    assert unknown("run", "", ["aligned", "pixels"]) == "there is no run ''; there are aligned, pixels"


def test_of_a_hash_the_beginning_is_told() -> None:
    told = unknown("photograph", "x y", HASHES)
    assert told == "there is no photograph 'x y'; there are " + ", ".join(f"{one[:12]}…" for one in sorted(HASHES))
    assert unknown("photograph", HASHES[0][:8], HASHES).endswith(f"near it: {HASHES[0][:12]}…")
