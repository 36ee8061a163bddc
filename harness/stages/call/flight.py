"""A request between its first attempt and its outcome."""

from msgspec import Struct, field

from harness.data.call import Request, Slot
from harness.data.exchange import Attempt
from harness.data.noun import replace
from harness.lanes.allowance import Turn
from harness.lanes.lane import Lane
from harness.lanes.routes import Route
from harness.stages.call.building import Built
from harness.stages.call.jobs import Progress


class Flight(Struct, kw_only=True, eq=False):
    """One call, or the calls that travel together in one request."""

    slots: tuple[Slot, ...]
    built: tuple[Built, ...]
    """A call each slot, in the same order."""
    lane: Lane
    meant: Route
    route: Route
    """Where it goes now; not `meant` where that one failed."""
    request: Request
    """Of all calls together; for one call the same as its own."""
    due_at: float
    """Monotonic seconds."""
    tokens: float = 0.0
    """What it is expected to take, where tokens are counted."""
    reckoned: float = 0.0
    """What its questions alone say of that."""
    sent_at: float = 0.0
    sent_wall: float = 0.0
    waited_s: float = 0.0
    attempts: list[Attempt] = field(default_factory=list)
    is_look: bool = False
    """Whether what is under way looks if its target serves anybody again."""
    job: Progress | None = None
    asked: Request | None = None
    """The request that is on the wire: a job's differ from `request`."""
    asked_at: float = 0.0
    turn: Turn = field(default_factory=Turn)
    """Its place among what was sent to its target, by which a stated limit is counted on."""

    @property
    def key(self) -> int:
        """The place in the plan of its first call; no other flight has it."""
        return self.slots[0].seq

    def left_s(self, now: float) -> float:
        """Give the seconds to the deadline of its job."""
        assert self.job is not None  # noqa: S101 - only jobs have steps
        return self.job.left_s(now)

    def route_again(self, now: float) -> Route:
        """Give the address it goes to when it is sent again: one that is well, and another."""
        return self.lane.routes.choose(self.meant, now, avoid=self.route)

    def put_off(self, now: float, wait_s: float) -> None:
        """Let it be due so much later than now; that is part of its wait, not of its queueing."""
        self.waited_s += wait_s
        self.due_at = now + wait_s

    def bring_forward(self, now: float) -> None:
        """Let it be due by now, if it was to be later: it has waited so much less."""
        self.waited_s -= max(0.0, self.due_at - now)
        self.due_at = min(self.due_at, now)

    def explain(self, reason: str) -> None:
        """Add why there is no further attempt to the last fault's message."""
        last = self.attempts[-1]
        if reason and last.fault is not None:
            fault = replace(last.fault, message=f"{last.fault.message}; {reason}")
            self.attempts[-1] = replace(last, fault=fault)
