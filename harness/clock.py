"""Time, handed in as an argument."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from harness.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Wall time for time stamps, monotonic time for durations; both in seconds."""

    wall: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic


def stated_time(environ: Mapping[str, str]) -> float | None:
    """Give the seconds since 1970 that `SOURCE_DATE_EPOCH` states; None where it is not set.

    Raises UsageError for anything but a whole number of a year that can be written.
    """
    value = environ.get("SOURCE_DATE_EPOCH")
    if value is None:
        return None
    if not (value.isascii() and value.isdigit()) or int(value) > _LAST_S:
        raise UsageError(f"SOURCE_DATE_EPOCH={value!r} is not a whole number of seconds since 1970")
    return float(value)


_LAST_S = 253_402_300_799
"""The last second of the year 9999."""
