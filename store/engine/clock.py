"""Timestamps of stored rows: strictly increasing, and later than every timestamp already in the store.

Otherwise, after a clock was set back or a home was copied from a machine whose clock is ahead, older rows would be
taken for the newest ones.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_STEP = timedelta(microseconds=1)
_last = datetime(1970, 1, 1, tzinfo=UTC)


def now() -> datetime:
    """Return the current time in UTC, or one microsecond after the latest known timestamp if that is later."""
    global _last
    _last = max(datetime.now(UTC), _last + _STEP)
    return _last


def not_before(moment: datetime | None) -> None:
    """Make every further timestamp later than `moment`."""
    global _last
    if moment is not None:
        _last = max(_last, moment)
