"""Long variants of tests: `make soak` switches them on with AFFECT_SOAK=1."""

import os

IS_LONG = os.environ.get("AFFECT_SOAK", "") not in ("", "0")
IS_PATIENT = IS_LONG or os.environ.get("AFFECT_DEPLOYED", "") not in ("", "0")
"""Also set by `make deployed`: tests of whole runs, which would make `make test` longer than eight minutes."""


def times(short: int, long: int) -> int:
    """Number of repetitions: `short` in `make test`, `long` in `make soak`."""
    assert 0 < short < long, f"expected a long variant of more than {short} times, received {long}"
    return long if IS_LONG else short
