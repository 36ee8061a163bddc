"""What an origin bears from one account: learnt from its refusals."""

from math import ceil, inf

from harness.lanes.retry import LONGEST_WAIT_S

_PAUSE_S = 1.0
_SHORTEST_PAUSE_S = 0.1
_SMOOTHING = 0.2
_CUT, _SMALL_CUT, _SMALL_FROM = 0.7, 0.8, 10.0
"""What a cut leaves; of a limit from ten on that was answered to, the larger part."""
_LEAST_CUT = 0.5
"""Of the limit, the lowest it may be cut to at once in the first `_EARLY_ROUNDS` round trips."""
_EARLY_ROUNDS = 8
_GROWTH = 0.015
"""Of the limit, an answer: from one cut to the next there are some 24 answers at least."""
_SLOTS_A_SECOND, _SHARE_A_SECOND = 1.0, 0.04
"""Fastest growth, the larger of the two."""
_PACED_BELOW = 4.0
_LONGEST_GAP_S = 2.0
"""Between two starts, however much is refused. Longer ones were tried: where one of two models at
an origin refuses every call, the other was hardly asked any more."""
_MAY_WAIT = 3
"""Calls that wait to be sent again and take no place of others; a fifth of the limit if more."""


class Pressure:
    """What one origin bears from one account, whichever targets are asked there.

    Concurrency falls when the server is overwhelmed: additive increase, multiplicative decrease
    below a ceiling. One cut to 0.7 or 0.8 of the limit a round trip (0.1 to 1 s), or to what was
    answered of late where that is less, and only for calls sent since the last one; then 1.5 % more
    an answer, one slot or 4 % a second at most, while the limit is really used. (A slot more per
    round of answers was tried: against a fast server that bears 5 calls, a fifth of all calls were
    refused.) After an outage, refusals with no answer between, 0.7 of what was borne before it is
    tried soon. While calls are answered, up to three or a fifth of the limit that wait to be sent
    again take no place of others. (All of them was tried: of what was refused more was lost.)

    The limit may be a fraction: below 4 starts are spaced by the round trip over the limit, since
    a server that bears few calls a second refuses most even of a caller with one in flight.
    """

    def __init__(self, ceiling: int) -> None:
        self._ceiling = ceiling
        self._limit = self._borne = float(ceiling)
        """`_borne`: the limit when it was last cut with good answers since the cut before."""
        self._is_answered = self._is_rate = False
        """Since the last cut; of the last refusal."""
        self._last_cut = self._last_answer = self._next_start = -inf
        self._first_answer = inf
        self._good = _Frequency()
        self.round_trip_s = 0.0
        """Seconds from sending to a good answer, smoothed; 0: not known yet."""
        self.limit = self._most = ceiling
        """Calls on the wire allowed now; `_most`: with those that wait to be sent again."""
        self.in_flight = 0
        """Calls that started and have not ended, those that wait to be sent again included."""
        self.on_the_wire = 0

    def may_start(self, now: float) -> bool:
        """Whether another call may start at `now` (monotonic seconds)."""
        has_place = self.in_flight < self._most and self.on_the_wire < self.limit
        return has_place and now >= self._next_start

    def may_look(self, now: float) -> bool:
        """Whether a call may be sent at `now` beside those that wait to be sent again."""
        return self.on_the_wire < self.limit and now >= self._next_start

    def wait_s(self, now: float) -> float:
        """Give the seconds until the next start by pace and refusals; 0 when it may be now."""
        return max(0.0, self._next_start - now)

    def has_room(self) -> bool:
        """Whether a call in flight may be sent again now."""
        return self.on_the_wire < self.limit

    def start(self, now: float) -> None:
        """Count a call that starts."""
        self.in_flight += 1
        self.start_again(now)

    def start_again(self, now: float) -> None:
        """Count another attempt of a call in flight."""
        if self._limit < _PACED_BELOW and self._limit < self._ceiling:
            self._next_start = now + min(_LONGEST_GAP_S, self.round_trip_s / self._limit)

    def take_over(self, other: "Pressure") -> None:
        """Count a call in flight that is sent again here, and was sent to another before."""
        other.in_flight -= 1
        self.in_flight += 1

    def end(self) -> None:
        """Count a call that ended, retries included."""
        self.in_flight -= 1

    def answered(self, now: float, sent_at: float | None = None) -> None:
        """Learn that the server answered well a call sent at `sent_at`."""
        if sent_at is not None:
            took_s = now - sent_at
            known_s = self.round_trip_s or took_s
            self.round_trip_s = known_s + _SMOOTHING * (took_s - known_s)
        self._good.count(now)
        if self._first_answer == inf:
            self._first_answer = now
        since_s, self._last_answer = now - self._last_answer, now
        self._is_answered = True
        if self._limit >= self._ceiling:
            return
        if self.in_flight >= int(0.8 * self._limit):
            fastest = max(_SLOTS_A_SECOND, self._limit * _SHARE_A_SECOND)
            grown = self._limit + min(self._limit * _GROWTH, min(since_s, _PAUSE_S) * fastest)
            if self._limit < _CUT * self._borne:
                grown = min(_CUT * self._borne, self._limit + min(1.0, self._limit))
            self._limit = min(self._ceiling, grown)
        self._settle()

    def overwhelmed(
        self,
        now: float,
        sent_at: float | None = None,
        asked_s: float | None = None,
        *,
        is_rate: bool = True,
    ) -> None:
        """Learn that the server refused a call sent at `sent_at`: 429 (`is_rate`), or 503.

        `asked_s` is the wait it asks for. A server that answers others meanwhile is not stopped
        for it: some say 1 s whatever it is. Nor is one that asks for more than a minute: others
        at the same origin may be answered, and a target that is not waits for itself.
        """
        if asked_s is not None and not self._is_answered and asked_s <= LONGEST_WAIT_S:
            self._next_start = max(self._next_start, now + asked_s)
        self._is_rate = is_rate
        usual_s = self.round_trip_s or _PAUSE_S
        pause_s = min(_PAUSE_S, max(_SHORTEST_PAUSE_S, usual_s))
        if now - self._last_cut < pause_s or (sent_at is not None and sent_at < self._last_cut):
            return
        is_near = self._is_answered and self._limit >= _SMALL_FROM
        limit = self._limit * (_SMALL_CUT if is_near else _CUT)
        if self._is_answered:
            self._borne = self._limit
        if self._is_answered and now - self._first_answer >= 2 * usual_s:
            # As many as were answered a second, by Little's law: found at once, from far above.
            # The first round trips show fewer than are borne.
            is_early = now - self._first_answer < _EARLY_ROUNDS * usual_s
            least = self._limit * _LEAST_CUT if is_early else 1.0
            answered = max(1.0, self._good.per_s(now) * usual_s, least)
            limit, self._borne = min(limit, answered), min(self._borne, answered)
        # A server that is down now and then would be asked ever more slowly, for nothing; and where
        # nothing was answered since, nothing says that asking more slowly helps.
        is_slower = is_rate and self._is_answered
        least = usual_s / _LONGEST_GAP_S if is_slower else self._limit
        self._limit = max(limit, min(1.0, least))
        self._last_cut, self._is_answered = now, False
        self._settle()

    def _settle(self) -> None:
        """Give the limit as numbers of calls."""
        self.limit = ceil(self._limit) if self._limit < _PACED_BELOW else int(self._limit)
        is_served = self._is_rate and self._is_answered and self._limit < self._ceiling
        self._most = self.limit + (max(_MAY_WAIT, self.limit // 5) if is_served else 0)


class _Frequency:
    """How often something happened lately, over one second to two."""

    __slots__ = ("_before", "_count", "_since")

    def __init__(self) -> None:
        self._before = self._count = 0
        self._since = -inf

    def count(self, now: float) -> None:
        """Count one."""
        if now - self._since >= 1.0:
            is_next = now - self._since < 2.0
            self._before = self._count if is_next else 0
            self._since = self._since + 1.0 if is_next else now
            self._count = 0
        self._count += 1

    def per_s(self, now: float) -> float:
        """Give how many there were a second."""
        over_s = now - self._since + (1.0 if self._before else 0.0)
        return (self._before + self._count) / max(over_s, 0.1)
