"""What was sent and what came back, before anybody judges it."""

from collections.abc import Mapping
from typing import Literal

from msgspec import field

from harness.data.noun import Noun

FaultKind = Literal[
    "auth",
    "billing",
    "config",
    "connect",
    "gated",
    "loading",
    "malformed",
    "not_found",
    "overloaded",
    "plugin",
    "rate_limited",
    "refused",
    "replay_miss",
    "timeout",
    "truncated",
]

UNREACHABLE: frozenset[FaultKind] = frozenset(
    {
        "auth", "billing", "config", "connect", "gated", "loading",
        "not_found", "overloaded", "rate_limited", "refused", "timeout",
    }
)  # fmt: skip
"""Faults of the way to the model, not of its answer."""


class Fault(Noun, frozen=True, kw_only=True):
    """Why there is no answer."""

    kind: FaultKind
    message: str
    """What happened, in one sentence, the server's own words quoted and shortened."""
    hint: str = ""
    """What to do."""
    status: int | None = None
    """HTTP status, where one came."""
    is_transient: bool = False
    """Whether the same call may succeed when it is sent again."""


class Timings(Noun, frozen=True, kw_only=True):
    """Durations of one attempt on the monotonic clock, seconds; None where not observed."""

    queue_s: float | None = None
    """From the moment the call was due to the moment it was sent."""
    connect_s: float | None = None
    """Name look-up, TCP and TLS; 0 on a reused connection."""
    lookup_s: float | None = None
    """Of it, the name look-up; None on a reused connection, and where the library does not say."""
    tls_s: float | None = None
    """Of it, the TLS handshake; None without TLS, and as before."""
    first_byte_s: float | None = None
    total_s: float | None = None
    held_back_s: float = 0.0
    """Of `total_s`, how long we did not read an answer that was there, for want of memory."""


class Response(Noun, frozen=True, kw_only=True):
    """An HTTP answer. Header names are lower case; the body is decoded of its content-encoding."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    arrivals: tuple[tuple[float, int], ...] = ()
    """Of an event stream: (seconds since the request, bytes of the body there by then)."""


class Step(Noun, frozen=True, kw_only=True):
    """One request of an asynchronous job: its submission, a poll, the fetch of its result."""

    method: str
    url: str
    at_s: float
    """Seconds since the job was submitted."""
    status: int | None = None
    """HTTP status; None: no answer."""
    note: str = ""
    """What the server said of the job, in its own word: `queued`, `processing`."""


class Attempt(Noun, frozen=True, kw_only=True):
    """One try of a call: a response or a fault, with its timings."""

    url: str = ""
    """Where this try went; empty: to the exchange's url."""
    steps: tuple[Step, ...] = ()
    """Of an asynchronous job; the response is then that of the last step."""
    response: Response | None = None
    fault: Fault | None = None
    timings: Timings = field(default_factory=Timings)
    started_at: float = 0.0
    """UTC, seconds since 1970."""
    waited_s: float = 0.0
    """Wait before this attempt (backoff, Retry-After)."""


class Identity(Noun, frozen=True, kw_only=True):
    """Evidence of which revision answered."""

    revision: str
    source: str
    """Where it was read: `x-sha`, `body model`."""
    is_proof: bool = True
    """False when the server only repeats a name it was started with."""


class Exchange(Noun, frozen=True, kw_only=True):
    """Everything that happened for one call."""

    seq: int
    """The call's place in the plan."""
    target: str
    repeat: int
    """Negative for warm-ups."""
    url: str
    """Where the call went; of several urls, the one that answered."""
    method: str
    request_body: bytes
    attempts: tuple[Attempt, ...]
    """At least one; the last is the outcome."""
    transport: str
    """Who measured: `curl`, `requests`, `replay`."""
    first_of_pair: bool = True
    """Whether this side of the pair was sent first."""
    is_moved: bool = False
    """Whether it went to another of the target's urls, as the one it was meant for failed."""
    batched: int = 1
    """Calls that travelled in the same request; the response is this call's share of it."""

    @property
    def response(self) -> Response | None:
        """The answer of the last attempt, None when it ended in a fault."""
        return self.attempts[-1].response

    @property
    def fault(self) -> Fault | None:
        """The fault of the last attempt, None when it was answered."""
        return self.attempts[-1].fault

    @property
    def is_replayed(self) -> bool:
        """Whether the answer comes from a recording: such an answer has no latency."""
        return self.transport == "replay"

    @property
    def is_stored(self) -> bool:
        """Whether the answer was taken from an earlier run."""
        return self.transport == "stored"

    @property
    def is_cached(self) -> bool:
        """Whether the server says it answered from a cache."""
        response = self.response
        return response is not None and response.headers.get("x-compute-type") == "cache"

    @property
    def latency_s(self) -> float | None:
        """Total seconds where they measure the model.

        That is a first attempt, not cached, not replayed, not batched, not moved to another url.
        A first attempt that outlived our deadline counts as it: it is right-censored there. A 408
        or 504 is another's deadline, and may come in no time at all. An answer that we did not read
        for a while says nothing of the model.
        """
        first = self.attempts[0]
        if first.timings.held_back_s:
            return None
        if self.is_replayed or self.is_cached or self.is_moved or self.batched > 1:
            return None
        if first.fault is not None:
            is_censored = first.fault.kind == "timeout" and first.fault.status is None
            return first.timings.total_s if is_censored else None
        return first.timings.total_s if len(self.attempts) == 1 else None

    @property
    def response_s(self) -> float | None:
        """Seconds from the moment the call was due to its outcome, where they measure the model.

        That is what a user would have waited: for a place, through every attempt and every wait
        between two of them, at another url too. A call whose last attempt outlived our deadline is
        right-censored there; another fault is no outcome a user waits for.
        """
        if self.is_replayed or self.is_cached or self.batched > 1:
            return None
        fault = self.fault
        if fault is not None and (fault.kind != "timeout" or fault.status is not None):
            return None
        *earlier, _ = self.attempts
        if any(one.fault is None or not one.fault.is_transient for one in earlier):
            return None  # it went with others, who were then asked one by one
        total_s = 0.0
        for attempt in self.attempts:
            timings = attempt.timings
            if timings.queue_s is None or timings.total_s is None or timings.held_back_s:
                return None
            total_s += attempt.waited_s + timings.queue_s + timings.total_s
        return total_s

    @property
    def queue_s(self) -> float | None:
        """Seconds from the moment the call was due to its start, where it has a latency."""
        return self.attempts[0].timings.queue_s if self.latency_s is not None else None


class Unsent(Noun, frozen=True, kw_only=True):
    """A planned call that was not sent, or could not be built."""

    seq: int
    cause: Literal["target stopped", "budget", "plugin", "not stored", "settled"]
    reason: str
    fault: Fault | None = None
    """Set when a plugin could not build the call; None: the call was skipped."""
