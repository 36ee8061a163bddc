"""How many calls a target may have in flight, and how fast they may start."""


class Limiter:
    """Concurrency that falls when the server is overwhelmed, and a cap on calls per second.

    Additive increase, multiplicative decrease below a ceiling: one cut to 0.7 of the limit at most
    every second, one slot more per round of good answers while the limit is really used.
    """

    def __init__(self, *, ceiling: int, rate: float | None) -> None:
        self._ceiling = ceiling
        self._limit = float(ceiling)
        self._gap_s = 1.0 / rate if rate else 0.0
        self._next_start = 0.0
        self._last_cut = float("-inf")
        self.in_flight = 0

    @property
    def limit(self) -> int:
        """Calls in flight allowed now."""
        return max(1, int(self._limit))

    def may_start(self, now: float) -> bool:
        """Whether another call may start at `now` (monotonic seconds)."""
        return self.in_flight < self.limit and now >= self._next_start

    def wait_s(self, now: float) -> float:
        """Give the seconds until the rate cap allows the next start; 0 when it does."""
        return max(0.0, self._next_start - now)

    def start(self, now: float) -> None:
        """Count a call that starts."""
        self.in_flight += 1
        self._next_start = max(self._next_start + self._gap_s, now) if self._gap_s else 0.0
        if self._gap_s and self._next_start <= now:
            self._next_start = now + self._gap_s

    def end(self) -> None:
        """Count a call that ended, retries included."""
        self.in_flight -= 1

    def answered(self) -> None:
        """Learn that the server answered well."""
        if self._limit < self._ceiling and self.in_flight >= 0.8 * self._limit:
            self._limit = min(self._ceiling, self._limit + 1.0 / self._limit)

    def overwhelmed(self, now: float) -> None:
        """Learn that the server said 429 or 503."""
        if now - self._last_cut >= 1.0:
            self._last_cut = now
            self._limit = max(1.0, self._limit * 0.7)
