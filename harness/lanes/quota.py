"""Reads what a server says is left of its rate limits, in the dialects hosted models use."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

LONGEST_HOLD_S = 60.0
"""A limit that is renewed later than this is not waited for: the server will say 429."""

_RESETS = re.compile(r"(?:(\d{1,6}(?:\.\d{1,12})?)(ms|us|µs|ns|s|m|h))", re.ASCII)
_NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,15})?", re.ASCII)
_IETF_ITEM = re.compile(
    r'(?:^|,)\s*(?:"[^"]{0,80}"\s*;\s*(?="))?"?([^;,"]*)"?\s*((?:;\s*[a-z]+=[^;,]*)+)'
)
"""A name and its parameters; the Hub puts the kind of a policy before the name of its limit."""
_UNIT_S = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_EPOCH = 1_000_000_000.0
_X, _ANTHROPIC = "x-ratelimit", "anthropic-ratelimit"
_CALLS = (
    *((f"{_X}-remaining-{of}", f"{_X}-reset-{of}", f"{_X}-renewalperiod-{of}")
      for of in ("requests", "requests-minute", "requests-day", "req-minute")),
    (f"{_X}-remaining", f"{_X}-reset"),
    ("ratelimit-remaining", "ratelimit-reset"),
    (f"{_ANTHROPIC}-requests-remaining", f"{_ANTHROPIC}-requests-reset"),
)  # fmt: skip
_TOKENS = (
    *((f"{_X}-remaining-{of}", f"{_X}-reset-{of}", f"{_X}-renewalperiod-{of}")
      for of in ("tokens", "tokens-minute", "tokens-prompt", "tokens-generated",
                 "tokens_usage_based")),
    ("ratelimitbysize-remaining", "ratelimitbysize-reset"),
    ("x-ratelimitbysize-remaining-minute", "x-ratelimitbysize-reset-minute"),
    *((f"{_ANTHROPIC}-{of}-remaining", f"{_ANTHROPIC}-{of}-reset")
      for of in ("tokens", "input-tokens", "output-tokens")),
)  # fmt: skip
"""What is left, and where the time of its renewal is looked up; one a minute needs none."""
NAMES: frozenset[str] = frozenset({"ratelimit", *(names[0] for names in (*_CALLS, *_TOKENS))})
"""Lower-case names of the headers that state a limit."""


class Quota(NamedTuple):
    """What is left, calls or tokens, and the seconds until it is renewed."""

    remaining: float
    renewed_in_s: float


class Quotas(NamedTuple):
    """The tightest limits a server states; None where it states none that can be kept to."""

    calls: Quota | None
    tokens: Quota | None


def quotas_of(headers: Mapping[str, str], now: float) -> Quotas | None:
    """Give the tightest limits the headers state, None when they state none that can be kept to.

    `headers` have lower-case names; `now` is UTC seconds, for limits that are renewed at a time of
    day.
    """
    if NAMES.isdisjoint(headers):
        return None
    found: tuple[list[Quota], list[Quota]] = ([], [])
    for is_tokens, quota in _quotas(headers, now):
        if quota.renewed_in_s <= LONGEST_HOLD_S:
            found[is_tokens].append(quota)
    calls, tokens = (min(one, default=None) for one in found)
    return Quotas(calls, tokens) if calls is not None or tokens is not None else None


def _quotas(headers: Mapping[str, str], now: float) -> Iterator[tuple[bool, Quota]]:
    for dialects in (_CALLS, _TOKENS):
        for left_name, *reset_names in dialects:
            left = _number(headers.get(left_name))
            if left is None:
                continue
            resets = (_seconds(headers.get(name), now) for name in reset_names)
            reset_s = next((s for s in resets if s is not None), None)
            if reset_s is None and left_name.endswith("-minute"):
                reset_s = 60.0
            if reset_s is not None:
                yield dialects is _TOKENS, Quota(left, reset_s)
    yield from _ietf_quotas(headers, now)


def _ietf_quotas(headers: Mapping[str, str], now: float) -> Iterator[tuple[bool, Quota]]:
    """Read `"api";r=0;t=55`; where `t` is missing, the policy's window is its upper bound."""
    policies = dict(_ietf_items(headers.get("ratelimit-policy", "")))
    for name, stated in _ietf_items(headers.get("ratelimit", "")):
        policy = policies.get(name, {})
        left = _number(stated.get("r"))
        reset_s = _seconds(stated.get("t", policy.get("w")), now)
        if left is not None and reset_s is not None:
            yield "token" in name + policy.get("qu", ""), Quota(left, reset_s)


def _ietf_items(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    for match in _IETF_ITEM.finditer(text):
        parts = (part.strip().partition("=") for part in match[2].split(";") if "=" in part)
        yield match[1].strip().lower(), {name: value for name, _, value in parts}


def _number(text: str | None) -> float | None:
    text = (text or "").strip()
    return float(text) if _NUMBER.fullmatch(text) else None


def _seconds(text: str | None, now: float) -> float | None:
    """Read seconds (`55`, `0.5`), a Go duration (`6m0s`, `20ms`), an epoch or an RFC 3339 time."""
    text = (text or "").strip()
    number = _number(text)
    if number is not None:
        return max(0.0, number - now) if number >= _EPOCH else number
    parts = _RESETS.findall(text)
    if parts and "".join(value + unit for value, unit in parts) == text:
        return sum(float(value) * _UNIT_S[unit] for value, unit in parts)
    return _until(text, now)


def _until(text: str, now: float) -> float | None:
    if "T" not in text or len(text) > 40:
        return None
    try:
        when = datetime.fromisoformat(text)
        if when.tzinfo is None:
            when = when.replace(tzinfo=UTC)
        return max(0.0, when.timestamp() - now)
    except (ValueError, OverflowError):
        return None
