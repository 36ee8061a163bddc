"""An asynchronous job on its way: submitted, polled, fetched, under one deadline."""

from dataclasses import dataclass, field
from typing import Literal

from harness.api.kinds import Job
from harness.credentials import is_loopback, origin_of
from harness.data.call import Call, Request
from harness.data.exchange import Fault, Response, Step
from harness.data.noun import replace
from harness.emit import one_line
from harness.lanes.retry import retry_after_s

_MISSES = 3
"""Polls in a row that may find no answer before the job is given up."""
_LAST_LOOK = 0.9
"""Share of the time left after which the last poll goes out, where a full wait is too long."""


@dataclass(frozen=True, slots=True)
class Ask:
    """The job's next request, and the wait before it, seconds."""

    request: Request
    wait_s: float


@dataclass(frozen=True, slots=True)
class Over:
    """How the job ended: the response with its result, or a fault."""

    response: Response | None
    fault: Fault | None


@dataclass(slots=True)
class Progress:
    """Where one job stands."""

    job: Job
    call: Call
    submitted_at: float
    """Monotonic seconds."""
    submitted_to: str
    """The address; what the server answers may only lead to places that fit it."""
    steps: list[Step] = field(default_factory=list)
    _stage: Literal["submission", "poll", "fetch", "file"] = "submission"
    _missed: int = 0
    _said: str = ""
    _looked_last: bool = False

    def left_s(self, now: float) -> float:
        """Give the seconds to the deadline."""
        return self.submitted_at + self.call.timeout_s - now

    def advance(
        self,
        request: Request,
        response: Response | None,
        fault: Fault | None,
        now: float,
        wall: float,
    ) -> Ask | Over:
        """Take in the answer to `request`; say what comes next.

        `now` is monotonic, `wall` UTC seconds.
        """
        outcome = self._next(request, response, fault, now, wall)
        self.steps.append(
            Step(
                method=request.method,
                url=request.url,
                at_s=now - self.submitted_at,
                status=response.status if response is not None else None,
                note=fault.message if fault is not None else self._said,
            )
        )
        return outcome

    def _next(
        self,
        request: Request,
        response: Response | None,
        fault: Fault | None,
        now: float,
        wall: float,
    ) -> Ask | Over:
        if fault is not None or response is None:
            return self._missed_one(request, response, fault, now, wall)
        self._missed = 0
        try:
            if self._stage == "submission":
                return self._follow("poll", self.job.poll(self.call, response), response, now, wall)
            if self._stage == "poll":
                said = self.job.status(response)
                if isinstance(said, Fault):
                    return Over(response, replace(said, is_transient=False))
                if said is not None:
                    self._said = one_line(said)
                    return self._later(request, response, now, wall)
                self._said = "done"
                return self._follow(
                    "fetch", self.job.fetch(self.call, response), response, now, wall
                )
            if self._stage == "fetch":
                further = self.job.further(self.call, response)
                return self._follow("file", further, response, now, wall)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything
            why = one_line(repr(error))
            fault = Fault(
                kind="malformed",
                message=f"the answer to the job's {self._stage} cannot be read: {why}",
                hint="see the body with `revgate show RUN CASE`",
            )
            return Over(response, fault)
        return Over(response, None)

    def _follow(
        self,
        stage: Literal["poll", "fetch", "file"],
        request: Request | None,
        response: Response,
        now: float,
        wall: float,
    ) -> Ask | Over:
        if request is None:
            return Over(response, None)
        if problem := _why_not_followed(self.submitted_to, request.url):
            return Over(response, Fault(kind="refused", message=problem))
        self._stage = stage
        return self._later(request, response, now, wall) if stage == "poll" else Ask(request, 0.0)

    def _later(
        self, request: Request, response: Response | None, now: float, wall: float
    ) -> Ask | Over:
        asked_s = retry_after_s(response.headers, wall) if response is not None else None
        wait_s, left_s = asked_s or self.job.every_s, self.left_s(now)
        if wait_s < left_s:
            return Ask(request, wait_s)
        if left_s > 0 and not self._looked_last:
            self._looked_last = True
            return Ask(request, left_s * _LAST_LOOK)
        return Over(None, self._timed_out())

    def _timed_out(self) -> Fault:
        polls = sum(step.method == "GET" for step in self.steps)
        said = f", the server last said {self._said!r}" if self._said else ""
        return Fault(
            kind="timeout",
            message=f"the job was not done within {self.call.timeout_s:g} s ({polls} polls{said})",
            hint="raise run.timeout_s: it bounds the whole job, from submission to result",
        )

    def _missed_one(
        self,
        request: Request,
        response: Response | None,
        fault: Fault | None,
        now: float,
        wall: float,
    ) -> Ask | Over:
        if self._stage == "submission":
            return Over(response, fault)
        if self.left_s(now) <= 0:
            return Over(None, self._timed_out())
        self._missed += 1
        if fault is not None and fault.is_transient and self._missed < _MISSES:
            return self._later(request, response, now, wall)
        # Submitting the job again would do, and cost, the work twice.
        return Over(response, replace(fault, is_transient=False) if fault is not None else None)


def _why_not_followed(submitted_to: str, url: str) -> str:
    """Say why an address a server named is not asked; empty when it is.

    It may be of the same origin, or https to a host with a name: never plain http elsewhere, never
    a bare address inside somebody's network.
    """
    origin = origin_of(url)
    if origin is not None and origin == origin_of(submitted_to):
        return ""
    host = (origin or "").partition("://")[2]
    is_name = bool(host) and not host.startswith("[") and not host.partition(":")[0][-1:].isdigit()
    if origin is not None and origin.startswith("https://") and is_name and not is_loopback(host):
        return ""
    return f"the job's answer names an address that is not followed: {one_line(url)}"
