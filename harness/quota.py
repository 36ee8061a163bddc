"""Reads what a server says is left of its rate limits, in the dialects hosted models use."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

LONGEST_HOLD_S = 60.0
"""A limit that is renewed later than this is not waited for: the server will say 429."""

_RESETS = re.compile(r"(?:(\d{1,6}(?:\.\d{1,12})?)(ms|us|µs|ns|s|m|h))", re.ASCII)
_NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,12})?", re.ASCII)
_IETF_ITEM = re.compile(r'(?:^|,)\s*"?[^;,"]*"?\s*((?:;\s*[a-z]+=[^;,]*)+)')
_UNIT_S = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_EPOCH = 1_000_000_000.0
_PAIRS = (
    ("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"),
    ("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"),
    ("x-ratelimit-remaining-req-minute", "x-ratelimit-reset-req-minute"),
    ("x-ratelimit-remaining", "x-ratelimit-reset"),
    ("ratelimit-remaining", "ratelimit-reset"),
)
_TOKENS = "x-ratelimit-remaining-tokens"
NAMES: frozenset[str] = frozenset({"ratelimit", *(name for pair in _PAIRS for name in pair)})
"""Lower-case names of all headers read here."""


class Quota(NamedTuple):
    """What is left, and the seconds until it is renewed."""

    remaining: float
    """Calls; infinite where only tokens are counted and some are left."""
    renewed_in_s: float


def quota_of(headers: Mapping[str, str], now: float) -> Quota | None:
    """Give the tightest limit the headers state, None when they state none that can be kept to.

    `headers` have lower-case names; `now` is UTC seconds, for limits that are renewed at a time of
    day. A limit of tokens holds calls back only once none is left: what a call will take is not
    known.
    """
    if NAMES.isdisjoint(headers):
        return None
    found = [q for q in _quotas(headers, now) if q.renewed_in_s <= LONGEST_HOLD_S]
    return min(found, default=None)


def _quotas(headers: Mapping[str, str], now: float) -> Iterator[Quota]:
    for left_name, reset_name in _PAIRS:
        left, reset_s = _number(headers.get(left_name)), _seconds(headers.get(reset_name), now)
        if left is None or reset_s is None:
            continue
        if left_name == _TOKENS:
            left = 0.0 if left < 1 else float("inf")
        yield Quota(left, reset_s)
    for match in _IETF_ITEM.finditer(headers.get("ratelimit", "")):
        stated = dict(
            part.strip().partition("=")[::2] for part in match[1].split(";") if "=" in part
        )
        left, reset_s = _number(stated.get("r")), _seconds(stated.get("t"), now)
        if left is not None and reset_s is not None:
            yield Quota(left, reset_s)


def _number(text: str | None) -> float | None:
    text = (text or "").strip()
    return float(text) if _NUMBER.fullmatch(text) else None


def _seconds(text: str | None, now: float) -> float | None:
    """Read seconds (`55`, `0.5`), a Go duration (`6m0s`, `20ms`) or an epoch."""
    text = (text or "").strip()
    number = _number(text)
    if number is not None:
        return max(0.0, number - now) if number >= _EPOCH else number
    parts = _RESETS.findall(text)
    if not parts or "".join(value + unit for value, unit in parts) != text:
        return None
    return sum(float(value) * _UNIT_S[unit] for value, unit in parts)
