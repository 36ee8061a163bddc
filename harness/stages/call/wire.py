"""What is on the wire: sends what flights ask, and adds what comes back to their attempts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from harness.api.kinds import Provider
from harness.clock import Clock
from harness.data.call import Request
from harness.data.exchange import Attempt, Fault, FaultKind, Response, Timings
from harness.data.noun import replace
from harness.data.suite import RunSettings
from harness.lanes.quota import quotas_of
from harness.lanes.refusals import REFUSALS
from harness.lanes.retry import asked_wait_s, retry_after_s
from harness.redact import Redactor
from harness.stages.call.agenda import Agenda
from harness.stages.call.flight import Flight
from harness.stages.call.jobs import Over, Progress
from harness.stages.call.landing import timings_of
from harness.stages.call.loading import Loader
from harness.stages.call.reading import Reader
from harness.transport import MOST_HELD_BYTES, Finished, Ticket, Transport

_TOO_MUCH: frozenset[FaultKind] = frozenset({"rate_limited", "overloaded"})
"""What a refusal stands for that says how many calls are borne; a model that loads bears none."""


@dataclass(slots=True, kw_only=True)
class Wire:
    """Knows every request that has not come back, and what its server is said to bear."""

    transport: Transport
    run: RunSettings
    providers: Mapping[str, Provider]
    loader: Loader
    reader: Reader
    redactor: Redactor = field(repr=False)
    agenda: Agenda
    """Takes the next requests of jobs."""
    clock: Clock
    is_replay: bool
    _flights: dict[int, Flight] = field(init=False, default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything is on its way."""
        return bool(self._flights)

    @property
    def has_room(self) -> bool:
        """Whether answers that are arriving leave room for more; one alone may be of any size."""
        return not self._flights or self.transport.held_bytes <= MOST_HELD_BYTES

    def send(self, flight: Flight) -> None:
        """Send a flight, the first time or again."""
        flight.sent_at = self.clock.monotonic()
        flight.sent_wall = self.clock.wall()
        flight.turn = flight.route.allowance.turn
        flight.is_look = flight.lane.send(flight.route)
        job = flight.built[0].job
        if job is not None and not self.is_replay:
            call = flight.built[0].call
            flight.job = Progress(job, call, flight.sent_at, flight.request.url)
        self._submit(flight, flight.request, self.run.timeout_s)

    def send_due_steps(self) -> None:
        """Send the next requests of jobs that are due, as far as their server takes them."""
        for flight, request in self.agenda.due_steps(self.clock.monotonic()):
            now = self.clock.monotonic()
            steps, left_s = flight.route.steps, flight.left_s(now)
            wait_s = steps.wait_s(now)
            if 0 < wait_s < left_s:
                self.agenda.put_step(flight, request, now + wait_s)
                continue
            steps.start(now)
            flight.turn = steps.turn
            self._submit(flight, request, max(left_s, 0.001))

    def _submit(self, flight: Flight, request: Request, deadline_s: float) -> None:
        self._flights[flight.key] = flight
        flight.route.pressure.on_the_wire += 1
        flight.asked, flight.asked_at = request, self.clock.monotonic()
        self.transport.submit(
            Ticket(
                key=flight.key,
                request=self.loader.addressed(request, flight.lane.target),
                deadline_s=deadline_s,
                max_body_bytes=self.run.max_body_bytes,
                secret=self.loader.secret_for(request, flight.lane.target),
                proxy=flight.lane.target.proxy,
                ca_file=flight.lane.target.ca_file,
                is_apart=bool(flight.attempts) and flight.attempts[-1].response is None,
            )
        )

    def arrivals(self, wait_s: float) -> Iterator[Flight]:
        """Give the flights that came back within `wait_s`, each with one attempt more.

        One whose job goes on is not given: its next request is on the agenda.
        """
        for finished in self.transport.finished(wait_s):
            flight = self._flights.pop(finished.key)
            if self._has_ended(flight, finished):
                yield flight

    def _has_ended(self, flight: Flight, finished: Finished) -> bool:
        """Take in what came back; whether it ends an attempt."""
        flight.route.pressure.on_the_wire -= 1
        self.agenda.end(flight)
        provider = self.providers[flight.lane.target.provider]
        asked, now = flight.asked or flight.request, self.clock.monotonic()
        is_detoured = flight.lane.target.is_detoured
        response, fault = self.reader.read(finished, provider, asked.url, is_detoured=is_detoured)
        self._learn_limits(flight, finished, response, fault, now)
        if flight.job is not None:
            step = flight.job.advance(asked, response, fault, now, self.clock.wall())
            if not isinstance(step, Over):
                if fault is None:
                    flight.lane.heard(now)
                self.agenda.put_step(flight, step.request, now + step.wait_s)
                return False
            response, fault = step.response, step.fault
        self._add_attempt(flight, finished, response, fault, now)
        self._learn_health(flight, finished, fault, now)
        return True

    def _add_attempt(
        self,
        flight: Flight,
        finished: Finished,
        response: Response | None,
        fault: Fault | None,
        now: float,
    ) -> None:
        has_choice = flight.lane.routes.has_choice
        steps = flight.job.steps if flight.job is not None else ()
        flight.attempts.append(
            Attempt(
                url=self.redactor.text(flight.request.url) if has_choice else "",
                steps=tuple(replace(s, url=self.redactor.text(s.url)) for s in steps),
                response=response,
                fault=fault,
                timings=Timings() if self.is_replay else timings_of(flight, finished, now),
                started_at=flight.sent_wall,
                waited_s=flight.waited_s,
            )
        )

    def _learn_health(
        self, flight: Flight, finished: Finished, fault: Fault | None, now: float
    ) -> None:
        """Learn from an attempt whether its address is well, and its target there."""
        if self.is_replay:  # nothing is dead that is not asked
            flight.route.learn(fault, now)
            if fault is None:
                flight.lane.heard(now)
        else:
            flight.lane.tried(
                flight.route,
                fault,
                now,
                flight.sent_at,
                is_connected=finished.timings.connect_s is not None,
                is_first=len(flight.attempts) == 1,
                is_look=flight.is_look,
                asked_s=asked_wait_s(flight.attempts[-1], self.clock.wall()) if fault else None,
            )
        if fault is None:
            flight.route.pressure.answered(now, flight.sent_at)

    def _learn_limits(
        self,
        flight: Flight,
        finished: Finished,
        response: Response | None,
        fault: Fault | None,
        now: float,
    ) -> None:
        """Learn from any answer, to the steps of a job as well, what the server bears."""
        route = flight.route
        is_step = flight.job is not None and bool(flight.job.steps)
        if not is_step:
            route.allowance.came_back(flight.tokens)
        is_refused = fault is not None and fault.kind in _TOO_MUCH and fault.status in REFUSALS
        if is_refused and not flight.is_look:  # that it serves nobody says nothing of how many
            headers = response.headers if response is not None and not is_step else {}
            route.pressure.overwhelmed(
                now,
                flight.asked_at,
                retry_after_s(headers, self.clock.wall()),
                is_rate=fault is not None and fault.status == 429,
            )
        if finished.response is None or self.is_replay:
            return
        allowance = route.steps if is_step else route.allowance
        stated = quotas_of(finished.response.headers, self.clock.wall())
        if stated is not None:
            allowance.told(stated, flight.turn, now)
        elif fault is None:
            allowance.untold(flight.turn)
