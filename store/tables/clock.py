"""The moment that a row is stored at: never before what the store holds, whatever the machine's clock says.

A clock that was set back, or a home from a machine that is ahead, would else hide the newest rows behind older ones.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_STEP = timedelta(microseconds=1)
_last = datetime(1970, 1, 1, tzinfo=UTC)


def now() -> datetime:
    """This moment, in UTC, or a microsecond after the last that is known, where that is later."""
    global _last
    _last = max(datetime.now(UTC), _last + _STEP)
    return _last


def not_before(moment: datetime | None) -> None:
    """Let every further moment be later than this one."""
    global _last
    if moment is not None:
        _last = max(_last, moment)
