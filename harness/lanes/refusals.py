"""Whether a target serves nobody at the moment: one call at a time looks, the others wait."""

from collections.abc import Mapping
from math import inf
from random import Random

from harness.data.exchange import Fault, FaultKind
from harness.lanes.quota import LONGEST_HOLD_S

REFUSALS = frozenset({429, 503, 529})
"""What a server says that is there and turns calls away, whatever they ask."""
_AGAIN = 3
_SHORTEST_S, _LONGEST_S, _GAPS = 0.25, 0.7, 4.0
"""Nothing was answered for so long: four times the usual time between two answers. A third attempt
comes 0.75 s after the first at the soonest: few are spent before the others are held."""
_SMOOTHING = 0.2
_FIRST_REST_S = 0.25
_FIRST_REST_BY_KIND_S: Mapping[FaultKind, float] = {"loading": 2.0}
_LONGEST_REST_S = 20.0
_JITTER = 0.25
"""Of a rest, either way: a server that comes and goes by the second is met."""


class Refusals:
    """What a target turned away since it last answered.

    A server that bears less than it is asked answers some calls, and its limit is found by
    `Pressure`. One that refuses every call, first ones and again, serves nobody: it is starting,
    overrun by others, or closed for this account. Each call would spend all of its attempts within
    two seconds. So after three refusals of calls that were sent when it had refused already (of as
    many as may be in flight, where that is less), one call at a time looks: after what the server
    asks for, or 0.25 s (a model that is loading: 2 s), twice as long after each look in vain, at
    most 20 s, drawn from a quarter less to a quarter more; or what it asks for, as long as limits
    are waited for.

    Where it asks for more than one call waits for while others are answered, that is to be known
    before the call is lost: the others wait, and as many calls, one after the other, look at once.
    """

    def __init__(self, concurrency: int, random: Random) -> None:
        self._random = random
        self._enough = min(_AGAIN, concurrency)
        self._gap_s = 0.0
        """Seconds between two answers, smoothed; 0: not known yet."""
        self._last_answer = -inf
        """Monotonic seconds, as all below."""
        self._since = inf
        """Of the first refusal since then."""
        self._again = 0
        """Refusals since then of calls that were sent after it."""
        self._in_doubt = 0
        """Calls that are to look at once, and to be refused, until it is known to be away."""
        self._rest_s = 0.0
        self._away_since = self._until = inf
        self._is_looked_for = False

    @property
    def is_away(self) -> bool:
        """Whether all calls but one wait."""
        return self._away_since < inf

    @property
    def is_doubted(self) -> bool:
        """Whether the others wait to learn if it serves anybody."""
        return self._in_doubt > 0

    @property
    def are_all(self) -> bool:
        """Whether it has refused a call and answered none since."""
        return self._since < inf

    def has_answered(self, since: float) -> bool:
        """Whether it has answered a call after that moment."""
        return self._last_answer > since

    def wait_s(self, now: float) -> float:
        """Give the seconds until one call may look; infinite while one does, 0: any may go."""
        if not self.is_away:
            return 0.0
        return inf if self._is_looked_for else max(0.0, self._until - now)

    def look(self) -> None:
        """Count a call that is sent; while the target is away it looks."""
        if self.is_away:
            self._is_looked_for = True

    def answered(self, now: float) -> None:
        """Learn that a call was answered, if only with a refusal of its own."""
        if self._since == inf and self._last_answer > -inf:
            gap_s = now - self._last_answer
            self._gap_s += _SMOOTHING * (gap_s - self._gap_s)
        self._last_answer = now
        if self._since < inf:
            self._since = self._away_since = inf
            self._again = self._in_doubt = 0
            self._rest_s, self._is_looked_for = 0.0, False

    def missed(self, fault: Fault, now: float, sent_at: float, asked_s: float | None) -> None:
        """Take in an attempt nobody answered, sent at `sent_at`.

        `asked_s` is the wait its server asked for.
        """
        if self.is_away:
            if sent_at < self._away_since:  # it was under way before
                return
            self._in_doubt = max(0, self._in_doubt - 1)
            if self._in_doubt:
                self._is_looked_for = False
            else:
                self._rest(2 * self._rest_s or _FIRST_REST_S, now, asked_s)
            return
        if fault.status not in REFUSALS:
            return
        if self._since == inf:
            self._since = now
            return
        self._again += sent_at > self._since
        silent_s = now - (self._last_answer if self._last_answer > -inf else self._since)
        enough_s = min(_LONGEST_S, max(_SHORTEST_S, _GAPS * self._gap_s))
        if self._again >= self._enough and silent_s >= enough_s:
            self._away_since = now
            self._rest(_FIRST_REST_BY_KIND_S.get(fault.kind, _FIRST_REST_S), now, asked_s)

    def doubt(self, now: float) -> None:
        """Learn that a call it refused would wait for long, if the others are refused too."""
        if not self.is_away:
            self._away_since = self._until = now
            self._in_doubt = self._enough

    def _rest(self, seconds: float, now: float, asked_s: float | None) -> None:
        self._rest_s = min(_LONGEST_REST_S, seconds)
        drawn_s = self._rest_s * (1.0 + _JITTER * (2.0 * self._random.random() - 1.0))
        self._until = now + max(drawn_s, min(LONGEST_HOLD_S, asked_s or 0.0))
        self._is_looked_for = False
