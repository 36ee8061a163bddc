"""Counts what was sent and spent and is in no stored call, so that bounds hold after a resume."""

from collections import Counter

from harness.data.exchange import Exchange
from harness.stages.call import Caller
from harness.store import RunReader, RunWriter

_EVENT = "unstored"
_LEAST_USD = 1e-9


def used(reader: RunReader) -> tuple[int, float]:
    """Give the requests a run has sent so far, and the US dollars it has spent."""
    lost = [detail for _, kind, detail in reader.events() if kind == _EVENT]
    sent = reader.attempts() + sum(int(each["requests"]) for each in lost)
    return sent, reader.spent_usd() + sum(float(each["usd"]) for each in lost)


class Kept:
    """The requests of the calls that a run stored; those that travelled together count as one."""

    def __init__(self) -> None:
        self._attempts: Counter[int] = Counter()
        """By how many calls travelled together: each has the attempts of all of them."""

    def add(self, exchange: Exchange) -> None:
        """Count a call that is stored; what an earlier run answered took none of this one."""
        if not exchange.is_stored:
            self._attempts[exchange.batched] += len(exchange.attempts)

    @property
    def requests(self) -> int:
        """Give how many requests they took."""
        return sum(-(-attempts // batched) for batched, attempts in self._attempts.items())


def keep_unstored(writer: RunWriter, caller: Caller, kept: Kept, at: float) -> None:
    """Keep how much the caller sent and spent beyond what is stored, `kept` and what was before.

    Those are the attempts of calls that wait to be tried again when a run is stopped, requests that
    were never answered, and bundles taken apart: such calls are made anew. A kill keeps nothing of
    them.
    """
    requests = max(0, caller.sent - caller.already_sent - kept.requests)
    usd = _unstored_usd(writer, caller) if caller.suite.run.max_cost_usd is not None else 0.0
    if requests or usd > _LEAST_USD:
        writer.put_event(_EVENT, at, {"requests": requests, "usd": usd})


def _unstored_usd(writer: RunWriter, caller: Caller) -> float:
    writer.flush()
    with RunReader(writer.path) as reader:
        if reader.count("exchange") != reader.count("record"):
            return 0.0  # what an answer cost is in its record: of this one it comes with that
        return caller.spent_usd - used(reader)[1]
