"""How fast calls to one target may start, and how many may be in flight."""

from math import inf

_CATCH_UP_S = 10.0
"""Time not used that is made up for: what was due while the server was slow follows at once."""

_SMOOTHING = 0.2


class Limiter:
    """One target's own caps: calls in flight, calls per second, tokens per minute.

    The caps hold over time: in any T seconds there are at most T + 10 seconds' worth of starts,
    more than T only after the server, not the caller, has left some of it unused.
    """

    def __init__(
        self, *, ceiling: int, rate: float | None, tokens_per_minute: float | None = None
    ) -> None:
        self._ceiling = ceiling
        self._gap_s = 1.0 / rate if rate else 0.0
        self._token_s = 60.0 / tokens_per_minute if tokens_per_minute else 0.0
        self._next_call = self._next_tokens = self._due = -inf
        self._beyond: float | None = None
        """Tokens answers took beyond what was reckoned by their questions, smoothed."""
        self.in_flight = 0

    @property
    def counts_tokens(self) -> bool:
        """Whether what calls will take of the model is to be told."""
        return self._token_s > 0

    @property
    def has_rate(self) -> bool:
        """Whether calls are due by a schedule."""
        return self._gap_s > 0

    @property
    def is_full(self) -> bool:
        """Whether as many calls are in flight as may be."""
        return self.in_flight >= self._ceiling

    def may_start(self, now: float) -> bool:
        """Whether another call may start at `now` (monotonic seconds)."""
        is_allowed = now >= self._next_call and now >= self._next_tokens
        return is_allowed and not self.is_full

    def wait_s(self, now: float) -> float:
        """Give the seconds until the caps allow the next start; 0 when they do."""
        return max(0.0, self._next_call - now, self._next_tokens - now)

    def start(self, now: float, tokens: float = 0.0) -> float:
        """Count a call that starts and is to take so many tokens; give when it was due.

        With a rate that is its place in the schedule, monotonic seconds, which goes on while the
        server is slow: a call that starts late because others were slow has waited, and its wait
        is part of what a user would have seen. Only what the cap on tokens holds back is put off.
        """
        self.in_flight += 1
        due = now
        if self._gap_s:
            due = min(now, max(self._due, self._next_tokens))
            due = due if due > -inf else now
            self._due = due + self._gap_s
        self._take(now, tokens)
        return due

    def start_again(self, now: float, tokens: float = 0.0) -> None:
        """Count another attempt of a call in flight: it takes its turn, and puts off the others."""
        self._due += self._gap_s
        self._take(now, tokens)

    def _take(self, now: float, tokens: float) -> None:
        if self._gap_s:
            self._next_call = _later(self._next_call, now, self._gap_s)
        if self._token_s:
            self._next_tokens = _later(self._next_tokens, now, tokens * self._token_s)

    def expected(self, reckoned: float) -> float:
        """Give the tokens a call is started with, where its question alone says `reckoned`.

        Of media nothing is reckoned, and of answers without a bound nothing either: that is known
        from the answers before. Were it only made up for afterwards, as many calls as may be in
        flight would start at once after each wait.
        """
        return reckoned + max(0.0, self._beyond or 0.0)

    def took(self, tokens: float | None, *, expected: float, reckoned: float) -> None:
        """Learn what an answer really took; None where it does not say: as expected."""
        if tokens is None:
            return
        self._next_tokens += (tokens - expected) * self._token_s
        beyond = tokens - reckoned
        known = beyond if self._beyond is None else self._beyond
        self._beyond = known + _SMOOTHING * (beyond - known)

    def rest(self, now: float) -> None:
        """Learn that nothing waits to be sent: that time is nobody's, and not made up for."""
        if self.in_flight < self._ceiling:
            self._next_call = max(self._next_call, now)
            self._next_tokens = max(self._next_tokens, now)
            self._due = max(self._due, now)

    def end(self) -> None:
        """Count a call that ended, retries included."""
        self.in_flight -= 1


def _later(allowed_at: float, now: float, gap_s: float) -> float:
    """Give when the next start is allowed after one at `now` that was allowed at `allowed_at`."""
    return (max(allowed_at, now - _CATCH_UP_S) if allowed_at > -inf else now) + gap_s
