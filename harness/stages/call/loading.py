"""Takes waiting calls off a lane and makes the next request of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from harness.api.kinds import Provider
from harness.credentials import Secret
from harness.data.call import Request, Slot
from harness.data.exchange import Attempt, Fault, Unsent
from harness.data.noun import replace
from harness.data.suite import Target
from harness.lanes.lane import Lane
from harness.lanes.routes import Route, Turn
from harness.stages.call.building import Builder, Built
from harness.stages.call.flight import Flight


@dataclass(slots=True, kw_only=True)
class Loader:
    """Chooses the route, bundles calls where that is asked for, and addresses requests."""

    builder: Builder
    providers: Mapping[str, Provider]
    batch: int = 1
    """Most calls in one request."""
    sends_secrets: bool = True
    origins: Mapping[str, str] = field(default_factory=dict)
    """By target name: the origin that answers in place of the one its requests name."""
    _alone: dict[int, tuple[Attempt, ...]] = field(default_factory=dict)
    """Calls of batches that were refused, with what became of them there."""

    def load(self, lane: Lane, turn: Turn, now: float) -> Flight | Unsent:
        """Give the next flight of a lane, ready to be sent where it is its turn to go."""
        provider = self.providers[lane.target.provider]
        slot = lane.waiting.popleft()
        lane.routes.pass_on(turn)
        built = self.builder.build(slot, turn.route.target, provider)
        if isinstance(built, Fault):
            return Unsent(seq=slot.seq, cause="plugin", reason=built.message, fault=built)
        flight = Flight(
            slots=(slot,),
            built=(built,),
            lane=lane,
            meant=turn.meant,
            route=turn.route,
            request=built.request,
            due_at=now,
            attempts=list(self._alone.pop(slot.seq, ())),
        )
        if self.batch > 1 and not flight.attempts:
            self._bundle(flight, provider)
        return flight

    def most_calls(self, lane: Lane) -> int:
        """Give the most calls that the next flight of a lane may carry."""
        if self.batch == 1:
            return 1
        bundling = self.providers[lane.target.provider].batch
        may_bundle = bundling is not None and self.builder.task.name in bundling.tasks
        is_alone = lane.waiting[0].seq in self._alone
        return min(self.batch, len(lane.waiting)) if may_bundle and not is_alone else 1

    def _bundle(self, flight: Flight, provider: Provider) -> None:
        """Let the calls that wait behind this one travel with it, as far as they can."""
        first, waiting = flight.slots[0], flight.lane.waiting
        slots, calls = [first], [flight.built[0]]
        for slot in waiting:
            if len(slots) == self.batch or not self._may_join(first, slot):
                break
            built = self.builder.build(slot, flight.route.target, provider)
            if isinstance(built, Fault):
                break
            slots.append(slot)
            calls.append(built)
        if len(slots) == 1:
            return
        request = self.builder.join(calls, provider)
        if request is None:
            return
        for _ in slots[1:]:
            waiting.popleft()
        flight.slots, flight.built, flight.request = tuple(slots), tuple(calls), request

    def _may_join(self, first: Slot, slot: Slot) -> bool:
        return slot.is_warmup == first.is_warmup and slot.seq not in self._alone

    def send_alone(self, flight: Flight) -> None:
        """Put the calls of a batch that was refused back, to go one by one."""
        flight.lane.waiting.extendleft(reversed(flight.slots))
        self._alone.update((slot.seq, tuple(flight.attempts)) for slot in flight.slots)

    def reroute(self, flight: Flight, route: Route) -> None:
        """Point a flight that is sent again at another address."""
        provider = self.providers[flight.lane.target.provider]
        calls: list[Built] = []
        for slot in flight.slots:
            built = self.builder.build(slot, route.target, provider)
            if isinstance(built, Fault):
                return  # built once already: what changed is the plugin's mood
            calls.append(built)
        request = calls[0].request if len(calls) == 1 else self.builder.join(calls, provider)
        if request is not None:
            route.pressure.take_over(flight.route.pressure)
            flight.route, flight.built, flight.request = route, tuple(calls), request

    def wait_s(self, flight: Flight, asked_s: float, now: float) -> float:
        """Give the wait before a flight is sent again: none where another address is well."""
        other = flight.route_again(now)
        return 0.0 if other is not flight.route and other.is_open_for(now) else asked_s

    def addressed(self, request: Request, target: Target) -> Request:
        """Give a request as it is sent: to the server that was started for its target, if any."""
        origin = self.origins.get(target.name)
        if origin is None:
            return request
        parts = urlsplit(request.url)
        scheme, _, host = origin.partition("://")
        return replace(request, url=urlunsplit((scheme, host, parts.path, parts.query, "")))

    def secret_for(self, request: Request, target: Target) -> Secret | None:
        """Give the credential a request may carry."""
        if not self.sends_secrets:
            return None
        return self.builder.secret_for(self.providers[target.provider], target, request.url)
