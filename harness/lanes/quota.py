"""Reads what a server says is left of its rate limits, in the dialects hosted models use."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from math import inf
from typing import NamedTuple

LONGEST_HOLD_S = 310.0
"""A limit that is renewed later than this is not waited for; windows of five minutes are, with what
rounding and clocks that differ add."""
UNSTATED_HOLD_S = 20.0
"""Until a call tries again what is used up, where nobody says when it is renewed: most such limits
are by the minute, and three tries of a call outlast one."""

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
    *((f"{_X}-remaining-{of}", f"{_X}-reset-{of}", f"{_X}-renewalperiod-{of}", f"{_X}-reset")
      for of in ("requests", "requests-minute", "requests-day", "req-minute")),
    (f"{_X}-remaining", f"{_X}-reset"),
    ("ratelimit-remaining", "ratelimit-reset"),
    (f"{_ANTHROPIC}-requests-remaining", f"{_ANTHROPIC}-requests-reset"),
)  # fmt: skip
_TOKENS = (
    *((f"{_X}-remaining-{of}", f"{_X}-reset-{of}", f"{_X}-renewalperiod-{of}", f"{_X}-reset")
      for of in ("tokens", "tokens-minute", "tokens-prompt", "tokens-cache-adjusted-prompt",
                 "tokens-generated", "tokens_usage_based")),
    ("ratelimitbysize-remaining", "ratelimitbysize-reset"),
    ("x-ratelimitbysize-remaining-minute", "x-ratelimitbysize-reset-minute"),
    *((f"{_ANTHROPIC}-{of}-remaining", f"{_ANTHROPIC}-{of}-reset")
      for of in ("tokens", "input-tokens", "output-tokens")),
)  # fmt: skip
"""What is left, and where the time of its renewal is looked up; one a minute needs none."""
_BY_COST = {
    f"{_X}-remaining-{of}-minute": f"{_X}-{of}-query-cost"
    for of in ("audio-seconds", "input-characters")
}
"""Limits a minute in units that are not reckoned here, and what the call took of them."""
_KEY = f"{_X}-key"
"""Names the limit: that of another model has another."""
_OVER = f"{_X}-over-limit"
"""`yes`: calls are served behind those of others, and before long refused."""
NAMES: frozenset[str] = frozenset(
    {"ratelimit", _OVER, *_BY_COST, *(names[0] for names in (*_CALLS, *_TOKENS))}
)
"""Lower-case names of the headers that state a limit."""


class Quota(NamedTuple):
    """What is left, calls or tokens, and the seconds until it is renewed."""

    remaining: float
    renewed_in_s: float
    size: float = inf
    """What there is once it is renewed, as far as is known; 1 call or no token: try one."""


class Quotas(NamedTuple):
    """All limits a server states that can be kept to."""

    calls: tuple[Quota, ...]
    tokens: tuple[Quota, ...]
    counted: float | None = None
    """Calls left of the first limit on them, whenever it is renewed; None where none is stated."""
    sizes: tuple[str, ...] = ()
    """The name and sizes of all limits, as stated: equal for two models that share them."""


def quotas_of(headers: Mapping[str, str], now: float) -> Quotas | None:
    """Give the limits the headers state, None when they state none that could be of use.

    `headers` have lower-case names; `now` is UTC seconds, for limits that are renewed at a time of
    day.
    """
    if NAMES.isdisjoint(headers):
        return None
    found: tuple[list[Quota], list[Quota]] = ([], [])
    sizes = [headers.get(_KEY, "")]
    for is_tokens, quota, size in _quotas(headers, now):
        found[is_tokens].append(quota)
        sizes.append(size)
    if not sizes[1:]:
        return None
    calls, tokens = (tuple(q for q in one if q.renewed_in_s <= LONGEST_HOLD_S) for one in found)
    return Quotas(calls, tokens, found[0][0].remaining if found[0] else None, tuple(sizes))


def _quotas(headers: Mapping[str, str], now: float) -> Iterator[tuple[bool, Quota, str]]:
    """Give for each limit whether it is on tokens, what is left, and its size as stated."""
    for dialects in (_CALLS, _TOKENS):
        is_tokens = dialects is _TOKENS
        for left_name, *reset_names in dialects:
            left = _number(headers.get(left_name))
            if left is None:
                continue
            resets = (_seconds(headers.get(name), now) for name in reset_names)
            reset_s = next((s for s in resets if s is not None), None)
            if reset_s is None and left_name.endswith("-minute"):
                reset_s = 60.0
            size = headers.get(left_name.replace("remaining", "limit"), "")
            yield is_tokens, _quota(left, reset_s, _number(size), is_tokens=is_tokens), size
    yield from _quotas_by_cost(headers)
    if headers.get(_OVER, "").strip().lower() == "yes":
        yield False, _quota(0.0, None, None), ""
    yield from _ietf_quotas(headers, now)


def _quota(
    left: float, reset_s: float | None, size: float | None, *, is_tokens: bool = False
) -> Quota:
    if reset_s is None:
        return Quota(left, UNSTATED_HOLD_S, 0.0 if is_tokens else 1.0)
    if left < 1 and reset_s.is_integer():
        reset_s += 1.0  # whole seconds may have been rounded down
    return Quota(left, reset_s, inf if size is None else size)


def _quotas_by_cost(headers: Mapping[str, str]) -> Iterator[tuple[bool, Quota, str]]:
    """Give as calls what is left in other units, by what this call took of them."""
    for left_name, cost_name in _BY_COST.items():
        left, cost = _number(headers.get(left_name)), _number(headers.get(cost_name))
        if left is not None and (cost or not left):
            size = headers.get(left_name.replace("remaining", "limit"), "")
            yield False, _quota(left // cost if cost else 0.0, 60.0, None), size


def _ietf_quotas(headers: Mapping[str, str], now: float) -> Iterator[tuple[bool, Quota, str]]:
    """Read `"api";r=0;t=55`; where `t` is missing, the policy's window is its upper bound."""
    policies = dict(_ietf_items(headers.get("ratelimit-policy", "")))
    for name, stated in _ietf_items(headers.get("ratelimit", "")):
        policy = policies.get(name, {})
        left, size = _number(stated.get("r")), policy.get("q", "")
        if left is None:
            continue
        reset_s = _seconds(stated.get("t", policy.get("w")), now)
        is_tokens = "token" in name + policy.get("qu", "")
        yield is_tokens, _quota(left, reset_s, _number(size), is_tokens=is_tokens), f"{name} {size}"


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
