"""The long forms of tests: `make soak` sets AFFECT_SOAK=1, a switch and no count."""

import os

IS_LONG = os.environ.get("AFFECT_SOAK", "") not in ("", "0")
IS_PATIENT = IS_LONG or os.environ.get("AFFECT_DEPLOYED", "") not in ("", "0")
"""`make deployed` sets the second one: whole runs, which would make `make test` longer than ten minutes."""


def times(short: int, long: int) -> int:
    """How often something is done: a few times in `make test`, many in `make soak`."""
    assert 0 < short < long, f"expected a long form of more than {short} times, received {long}"
    return long if IS_LONG else short
