"""Counts what was sent and spent and is in no stored call, so that bounds hold after a resume."""

from harness.stages.call import Caller
from harness.store import RunReader, RunWriter

_EVENT = "unstored"
_LEAST_USD = 1e-9


def used(reader: RunReader) -> tuple[int, float]:
    """Give the requests a run has sent so far, and the US dollars it has spent."""
    lost = [detail for _, kind, detail in reader.events() if kind == _EVENT]
    sent = reader.attempts() + sum(int(each["requests"]) for each in lost)
    return sent, reader.spent_usd() + sum(float(each["usd"]) for each in lost)


def keep_unstored(writer: RunWriter, caller: Caller, at: float) -> None:
    """Keep how much the caller sent and spent beyond what is stored.

    Those are the attempts of calls that wait to be tried again when a run is stopped, requests that
    were never answered, and bundles taken apart: such calls are made anew. A kill keeps nothing of
    them.
    """
    writer.flush()
    with RunReader(writer.path) as reader:
        sent, spent_usd = used(reader)
        is_judged = reader.count("exchange") == reader.count("record")
    requests = max(0, caller.sent - sent)
    # What an answer cost is in its record: of one that is not judged yet it comes with that.
    usd = max(0.0, caller.spent_usd - spent_usd) if is_judged else 0.0
    if requests or usd > _LEAST_USD:
        writer.put_event(_EVENT, at, {"requests": requests, "usd": usd})
