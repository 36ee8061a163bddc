"""Decides whether a call is tried again, and after what wait."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import Random

from harness.data.exchange import Attempt
from harness.faults import estimated_time_s

LONGEST_WAIT_S = 60.0
"""What one call waits for, while others are answered."""
_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{0,12})?|\.[0-9]{1,12}", re.ASCII)
_FIRST_WAIT_S = 0.5
_LONGEST_BACKOFF_S = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUp:
    """No further attempt; `reason` is added to the fault's message, where there is one."""

    reason: str = ""


def next_wait_s(
    attempts: tuple[Attempt, ...],
    most: int,
    random: Random,
    now: float,
    longest_s: float = LONGEST_WAIT_S,
) -> float | GiveUp:
    """Give the seconds to wait before the next attempt, or GiveUp.

    The wait is what the server asks for (`retry-after-ms`, `Retry-After`, `estimated_time`) plus
    up to 10 %, else exponential backoff with 50 % jitter: 0.5 s doubling to at most 8 s. A server
    that asks for more than `longest_s` is not waited for. `now` is UTC seconds, for dates.
    """
    last = attempts[-1]
    if last.fault is None or not last.fault.is_transient:
        return GiveUp()
    if len(attempts) >= most:
        return GiveUp(reason=f"gave up after {most} attempts" if most > 1 else "")
    asked_s = asked_wait_s(last, now)
    backoff_s = min(_FIRST_WAIT_S * 2.0 ** (len(attempts) - 1), _LONGEST_BACKOFF_S)
    if asked_s is None:
        return backoff_s * (0.5 + 0.5 * random.random())
    if reason := too_long(asked_s, longest_s):
        return GiveUp(reason=reason)
    if len(attempts) > 1:  # it was waited for as asked already, in vain
        asked_s = max(asked_s, 0.5 * backoff_s)
    return asked_s * (1.0 + 0.1 * random.random())


def too_long(asked_s: float | None, longest_s: float = LONGEST_WAIT_S) -> str:
    """Say why a wait a server asks for is not kept; empty where it is."""
    if asked_s is None or asked_s <= longest_s:
        return ""
    return f"the server asks to wait {asked_s:g} s, longer than {longest_s:g} s"


def asked_wait_s(attempt: Attempt, now: float) -> float | None:
    """Give the wait the server asked for, seconds; None: for none. `now` is UTC seconds."""
    response = attempt.response
    if response is None or 200 <= response.status < 300:
        return None  # some say `retry-after: 2` beside every answer
    stated_s = retry_after_s(response.headers, now)
    if stated_s is not None:
        return stated_s
    estimated_s = estimated_time_s(response) if response.status == 503 else None
    # Estimates are notoriously wrong: never a reason to give up, only to wait.
    return min(estimated_s, LONGEST_WAIT_S) if estimated_s else None


def retry_after_s(headers: Mapping[str, str], now: float) -> float | None:
    """Give the wait a server states, seconds; None when it states none that makes sense.

    `retry-after-ms` first, then `retry-after` in seconds, fractions of them, or as HTTP date
    (RFC 9110 section 10.2.3). A date that has passed counts as none.
    """
    for name, per_s in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        text = headers.get(name, "").strip()
        if not text:
            continue
        wait_s = float(text) / per_s if _NUMBER.fullmatch(text) else _seconds_until(text, now)
        if 0 < wait_s < float("inf"):
            return wait_s
    return None


def _seconds_until(text: str, now: float) -> float:
    try:
        when = parsedate_to_datetime(text)
        if when.tzinfo is None:
            when = when.replace(tzinfo=UTC)
        return (when - datetime.fromtimestamp(now, tz=UTC)).total_seconds()
    except (TypeError, ValueError, OverflowError, IndexError):
        return 0.0  # the standard parser meets hostile dates with any of these
