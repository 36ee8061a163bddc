"""How many calls may be in flight, and how fast they may start."""

_PAUSE_S = 1.0
_SHORTEST_PAUSE_S = 0.1
_SMOOTHING = 0.2


class Limiter:
    """One target's own caps: calls in flight, calls per second."""

    def __init__(self, *, ceiling: int, rate: float | None) -> None:
        self._ceiling = ceiling
        self._gap_s = 1.0 / rate if rate else 0.0
        self._next_start = 0.0
        self._first_start: float | None = None
        self._started = 0
        self.in_flight = 0

    def may_start(self, now: float) -> bool:
        """Whether another call may start at `now` (monotonic seconds)."""
        return self.in_flight < self._ceiling and now >= self._next_start

    def wait_s(self, now: float) -> float:
        """Give the seconds until the rate cap allows the next start; 0 when it does."""
        return max(0.0, self._next_start - now)

    def start(self, now: float) -> float:
        """Count a call that starts; give when it was due, monotonic seconds.

        With a rate that is its place in the schedule, which goes on while the server is slow: a
        call that starts late because others were slow has waited, and its wait is part of what a
        user would have seen.
        """
        self.in_flight += 1
        self.start_again(now)
        if not self._gap_s:
            return now
        if self._first_start is None:
            self._first_start = now
        due = self._first_start + self._started * self._gap_s
        self._started += 1
        return min(due, now)

    def start_again(self, now: float) -> None:
        """Count another attempt of a call in flight: it takes its turn under the rate cap."""
        # A start that comes a little late leaves the next one where it was, so that the rate is
        # reached; time that was not used at all is not made up for.
        self._next_start = max(self._next_start + self._gap_s, now) if self._gap_s else 0.0
        if self._gap_s and self._next_start <= now:
            self._next_start = now + self._gap_s

    def end(self) -> None:
        """Count a call that ended, retries included."""
        self.in_flight -= 1


class Pressure:
    """What one origin bears from one account, whichever targets are asked there.

    Concurrency falls when the server is overwhelmed: additive increase, multiplicative decrease
    below a ceiling. One cut to 0.7 of the limit a round trip (0.1 to 1 s), and only for calls sent
    since the last one; one slot more a second of good answers while the limit is really used. (A
    slot more per round of answers was tried: against a fast server that bears 5 calls, a fifth of
    all calls were refused.) A quota the server states is kept to before it is exceeded.
    """

    def __init__(self, ceiling: int) -> None:
        self._ceiling = ceiling
        self._limit = float(ceiling)
        self._last_cut = self._last_change = float("-inf")
        self._left = float("inf")
        self._renewed_at = 0.0
        self._round_trip_s = _PAUSE_S
        self.in_flight = 0
        """Calls that started and have not ended, those that wait to be sent again included."""
        self.on_the_wire = 0

    @property
    def limit(self) -> int:
        """Calls in flight allowed now."""
        return max(1, int(self._limit))

    def may_start(self, now: float) -> bool:
        """Whether another call may start at `now` (monotonic seconds)."""
        return self.in_flight < self.limit and (self._left >= 1 or now >= self._renewed_at)

    def wait_s(self, now: float) -> float:
        """Give the seconds until a quota that is used up is renewed; 0 when there is some left."""
        return max(0.0, self._renewed_at - now) if self._left < 1 else 0.0

    def has_room(self) -> bool:
        """Whether a call in flight may be sent again now."""
        return self.on_the_wire < self.limit

    def start(self) -> None:
        """Count a call that starts."""
        self.in_flight += 1
        self.start_again()

    def start_again(self) -> None:
        """Count another attempt of a call in flight."""
        self._left -= 1

    def end(self) -> None:
        """Count a call that ended, retries included."""
        self.in_flight -= 1

    def answered(self, now: float, sent_at: float | None = None) -> None:
        """Learn that the server answered well a call sent at `sent_at`."""
        if sent_at is not None:
            self._round_trip_s += _SMOOTHING * (now - sent_at - self._round_trip_s)
        if self._limit >= self._ceiling or now - self._last_change < _PAUSE_S:
            return
        if self.in_flight >= 0.8 * self._limit:
            self._last_change = now
            self._limit = min(self._ceiling, self._limit + 1.0)

    def overwhelmed(self, now: float, sent_at: float | None = None) -> None:
        """Learn that the server said 429 or 503 to a call sent at `sent_at`."""
        pause_s = min(_PAUSE_S, max(_SHORTEST_PAUSE_S, self._round_trip_s))
        if now - self._last_cut >= pause_s and (sent_at is None or sent_at >= self._last_cut):
            self._last_cut = self._last_change = now
            self._limit = max(1.0, self._limit * 0.7)

    def quota(self, remaining: float, renewed_in_s: float, now: float) -> None:
        """Learn what the server says is left until it is renewed.

        Calls in flight may or may not be counted in it yet: they are taken off once more, which
        the next answer sets right.
        """
        self._left = remaining - max(0, self.in_flight - 1)
        self._renewed_at = now + renewed_in_s
