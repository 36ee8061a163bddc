"""Makes exchanges out of a flight that has ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from harness.api.kinds import Provider
from harness.data.exchange import Attempt, Exchange, Fault, FaultKind, Response, Timings
from harness.data.noun import replace
from harness.emit import one_line
from harness.redact import Redactor
from harness.stages.call.flight import Flight
from harness.tallies.pricing import cost_usd
from harness.transport import Finished

_BY_ONE_OF_THEM: frozenset[FaultKind] = frozenset({"config", "malformed"})
"""Faults of a batch that one of its calls may have brought upon the others."""


@dataclass(frozen=True, slots=True)
class Lander:
    """Gives every call its own outcome, whoever it travelled with."""

    providers: Mapping[str, Provider]
    transport: str
    """Who measured."""
    redactor: Redactor = field(repr=False)

    def exchanges(self, flight: Flight) -> tuple[Exchange, ...]:
        """Give the exchange of every call; none for a batch whose calls must go one by one."""
        if len(flight.slots) == 1:
            return (self._exchange(flight, 0, flight.attempts),)
        last = flight.attempts[-1]
        if last.fault is not None and last.fault.kind in _BY_ONE_OF_THEM:
            return ()
        shares: Sequence[Response | None] = [last.response] * len(flight.slots)
        if last.fault is None and last.response is not None:
            try:
                shares = self._split(flight, last.response)
            except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything
                message = f"the answer to a batch cannot be split: {one_line(repr(error))}"
                fault = Fault(kind="malformed", message=message)
                flight.attempts[-1] = replace(last, fault=fault)
                return ()
        return tuple(
            self._exchange(flight, place, [*flight.attempts[:-1], replace(last, response=share)])
            for place, share in enumerate(shares)
        )

    def _split(self, flight: Flight, response: Response) -> Sequence[Response]:
        batch = self.providers[flight.lane.target.provider].batch
        shares = list(batch.split(response, len(flight.slots))) if batch is not None else []
        if len(shares) != len(flight.slots):
            raise ValueError(f"{len(shares)} answers to {len(flight.slots)} calls")
        return shares

    def _exchange(self, flight: Flight, place: int, attempts: Sequence[Attempt]) -> Exchange:
        slot = flight.slots[place]
        request = flight.built[place].request if len(flight.slots) > 1 else flight.request
        return Exchange(
            seq=slot.seq,
            target=slot.target,
            repeat=slot.repeat,
            url=self.redactor.text(request.url),
            method=request.method,
            request_body=self.redactor.body(request.body),
            attempts=tuple(attempts),
            transport=self.transport,
            first_of_pair=slot.first_of_pair,
            is_moved=flight.route is not flight.meant,
            batched=len(flight.slots),
        )

    def tokens(self, flight: Flight) -> float | None:
        """Give the tokens the answer of a flight says it took, asked and answered; None: none."""
        response = flight.attempts[-1].response
        if response is None:
            return None
        try:
            usage = self.providers[flight.lane.target.provider].usage(response)
            said = [n for n in (usage.input_tokens, usage.output_tokens) if n is not None]
            return float(sum(said)) if said else None
        except (Exception, SystemExit):  # noqa: BLE001 - a plugin may raise anything
            return None

    def cost_usd(self, flight: Flight, exchanges: Sequence[Exchange]) -> float | None:
        """Give what the answers of a flight cost together; None where one does not say."""
        provider, total = self.providers[flight.lane.target.provider], 0.0
        answers = [exchange.response for exchange in exchanges] or [flight.attempts[-1].response]
        for response in answers:
            if response is None:
                continue
            try:
                usage = provider.usage(response)
            except (Exception, SystemExit):  # noqa: BLE001 - a plugin may raise anything
                return None
            cost = cost_usd(usage, flight.lane.target.price, calls=1 / len(answers))
            if cost is None:
                return None
            total += cost
        return total


def timings_of(flight: Flight, finished: Finished, now: float) -> Timings:
    """Give the durations of the attempt that has just ended, `now` in monotonic seconds.

    A job's total runs from its submission to its result: the transport saw its last step only.
    """
    seen = finished.timings
    queue_s = max(0.0, flight.sent_at - flight.due_at)
    if flight.job is not None and flight.job.steps[1:]:
        return Timings(queue_s=queue_s, total_s=now - flight.sent_at)
    return replace(seen, queue_s=queue_s)
