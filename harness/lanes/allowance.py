"""What a server says it will still take for one target, and how long that holds calls back."""

from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from harness.lanes.quota import Quota, Quotas

_ENOUGH = 6
"""Calls of others that tell whether they are counted too."""
_WORTH_TELLING_S, _SETTLED_S = 10.0, 1.0
"""Of a hold; without an answer that says otherwise."""


class Turn(NamedTuple):
    """A call's place among those that started: what had been started when it was sent."""

    own: int = 0
    """Calls of its own target, itself included."""
    others: int = 0
    """Calls of targets whose limits look the same."""


class Allowance:
    """The limits of one target, as its own answers state them.

    A server that limits each model apart states another rest for each, so what one target is told
    says nothing of another; one that limits the account tells every target the same, and two that
    each believe in the whole rest would use it twice. So targets whose limits have the same sizes
    are taken to share them, and each counts the calls of the others, until what is left for it
    falls by its own calls alone; once it falls faster than that they share again.

    What is left counts from the answer to the call that was sent last: answers come in any order.
    """

    def __init__(self) -> None:
        self._own = self._elsewhere = 0
        """Calls that started: of this target, and of those whose limits look the same."""
        self.counts_tokens = False
        """Whether the server has said that it counts tokens."""
        self._told_at = Turn()
        """Of the call whose answer told what is left."""
        self._calls: list[_Left] = []
        self._tokens: list[_Left] = []
        self.sizes: tuple[str, ...] | None = None
        """Of its limits, as stated last; None before that."""
        self.tokens_in_flight = 0.0
        self._together: list[Allowance] = []
        """Those that calls were sent by, at the same origin; once one was by this, it is there."""
        self._has_started = False
        self._evidence = _Evidence()
        self._last_tokens = 0.0
        self._seen = self._seen_at = -inf
        self._longest_told_s = 0.0
        self._free_at = -inf

    @property
    def turn(self) -> Turn:
        """That of the call that started last."""
        return Turn(self._own, self._elsewhere)

    def share(self, together: "list[Allowance]") -> None:
        """Take the list of those at the same origin; each joins it with its first call."""
        self._together = together

    def wait_s(self, now: float) -> float:
        """Give the seconds until the next start; 0 when it may be now (monotonic seconds)."""
        return max(0.0, self._free_at - now)

    def untold_s(self, now: float) -> float:
        """Give the seconds of a long hold, once it is settled, if nobody knows of one like it.

        To be asked again and again; 0: there is nothing to tell.
        """
        wait_s = self._free_at - now
        if wait_s < _WORTH_TELLING_S:
            return 0.0
        if self._free_at != self._seen:
            self._seen, self._seen_at = self._free_at, now
        if now - self._seen_at < _SETTLED_S or wait_s < 1.5 * self._longest_told_s:
            return 0.0
        self._longest_told_s = wait_s
        return wait_s

    def start(self, now: float, tokens: float = 0.0) -> None:
        """Count a call that is sent, the first time or again, and is to take so many tokens."""
        self._own += 1
        if tokens:
            self._last_tokens = tokens
            self.tokens_in_flight += tokens
        if self._is_bound:
            self._take(now, tokens)
        if not self._has_started:
            self._has_started = True
            self._together.append(self)
        for other in self._together:
            if other is not self and other.looks_like(self):
                other.start_elsewhere(now, tokens)

    def looks_like(self, other: "Allowance") -> bool:
        """Whether nothing is known by which the limits of the two differ."""
        return self.sizes == other.sizes or self.sizes is None or other.sizes is None

    def start_elsewhere(self, now: float, tokens: float = 0.0) -> None:
        """Count a call of a target whose limits look the same."""
        self._elsewhere += 1
        if self._is_bound and self._evidence.is_shared:
            self._take(now, tokens)

    def came_back(self, tokens: float = 0.0) -> None:
        """Count an attempt that has an outcome."""
        self.tokens_in_flight -= tokens

    def told(self, stated: Quotas, turn: Turn, now: float) -> None:
        """Learn what an answer states; `turn` is that of its call when it was sent."""
        is_new = self.sizes is None or any(stated.sizes)  # a refusal may leave them out
        if is_new and self.sizes != stated.sizes:
            self.sizes, self._evidence = stated.sizes, _Evidence()
        elif turn.own < self._told_at.own:
            return
        self._told_at = turn
        self._evidence.add(stated.counted, turn)
        is_shared = self._evidence.is_shared
        others = [one for one in self._together if one is not self]
        alike = [one for one in others if is_shared and one.looks_like(self)]
        since = self._own - turn.own + bool(alike) * (self._elsewhere - turn.others)
        on_the_wire = sum((one.tokens_in_flight for one in alike), self.tokens_in_flight)
        self._calls = _counted(stated.calls, since, self._calls, now)
        self._tokens = _counted(stated.tokens, on_the_wire, self._tokens, now)
        self.counts_tokens = self.counts_tokens or bool(stated.tokens)
        self._hold()

    def untold(self, turn: Turn) -> None:
        """Learn that a good answer states nothing: some servers do when they refuse, only.

        What was assumed of the windows that have begun since is given up.
        """
        if turn.own > self._told_at.own and self._free_at > -inf:
            self._calls = [one for one in self._calls if not one.is_assumed]
            self._tokens = [one for one in self._tokens if not one.is_assumed]
            self._hold()

    @property
    def _is_bound(self) -> bool:
        return bool(self._calls or self._tokens)

    def _take(self, now: float, tokens: float) -> None:
        for limit in self._calls:
            limit.take(1.0, now)
        for limit in self._tokens:
            limit.take(tokens, now)
        self._hold()

    def _hold(self) -> None:
        """Settle when the next call may start: once all that is used up is renewed."""
        self._free_at = -inf
        for limits, needed in ((self._calls, 1.0), (self._tokens, self._last_tokens)):
            for limit in limits:
                if limit.left < needed and limit.renewed_at > self._free_at:
                    self._free_at = limit.renewed_at


@dataclass(slots=True)
class _Left:
    """What is left of one limit until a moment, monotonic seconds."""

    left: float
    renewed_at: float
    window_s: float
    """The longest time to a renewal that was stated: there is none sooner after one."""
    size: float
    """What there is in a window, as stated; else the most that was ever left."""
    is_assumed: bool = False
    """Whether its window has begun since it was stated."""

    def take(self, amount: float, now: float) -> None:
        """Use some of it, of the next window if that has begun."""
        if now >= self.renewed_at:
            self.left, self.renewed_at = max(self.left, self.size), now + self.window_s
            self.is_assumed = True
        self.left -= amount


def _counted(
    stated: tuple[Quota, ...], since: float, before: list[_Left], now: float
) -> list[_Left]:
    """Give what is left of the limits where so much was taken since they were stated."""
    counted = []
    known = before if len(before) == len(stated) else [None] * len(stated)
    for quota, old in zip(stated, known, strict=True):
        window_s, size = quota.renewed_in_s, quota.size
        if size == inf:
            size = quota.remaining
            if old is not None:
                size = max(size, old.size if old.size < inf else 0.0)
            size = size or inf
        if old is not None:
            window_s = max(window_s, old.window_s)
        counted.append(_Left(quota.remaining - since, now + quota.renewed_in_s, window_s, size))
    return counted


class _Evidence:
    """Whether what is left falls by the calls of others too; believed until it is seen not to."""

    __slots__ = ("_fell", "_last", "_others", "_own", "is_shared")

    def __init__(self) -> None:
        self.is_shared = True
        self._last: tuple[float, Turn] | None = None
        self._fell = self._own = self._others = 0.0

    def add(self, left: float | None, turn: Turn) -> None:
        """Take in what the answer to a call states that is left of the calls."""
        last, self._last = self._last, (left, turn) if left else None
        # Where nothing is left calls are refused and not counted; where it rises it was renewed.
        if not left or last is None or left > last[0]:
            return
        self._fell += last[0] - left
        self._own += turn.own - last[1].own
        self._others += turn.others - last[1].others
        if self._others < _ENOUGH:
            return
        if self._fell > self._own + 0.5 * self._others:
            self.is_shared = True
        elif self._fell >= 0.5 * self._own:  # by less: it is filled up all the time
            self.is_shared = False
        self._fell = self._own = self._others = 0.0
