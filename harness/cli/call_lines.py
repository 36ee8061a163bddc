"""How a call was made, in terminal lines: addresses, attempts, the steps of a job."""

from collections.abc import Iterator

from harness.data.exchange import Attempt, Exchange, Step, Timings
from harness.emit import one_line
from harness.units import format_s, plural


def call_lines(exchange: Exchange) -> Iterator[str]:
    """Give where the call went, and every attempt where there is more to say than one answer.

    Of one answer, how its time passed, where that is known.
    """
    yield f"  {exchange.method} {one_line(exchange.url, 300)}, by {one_line(exchange.transport)}"
    if exchange.is_moved:
        yield "  moved: meant for another address of the target; left out of latency"
    if exchange.batched > 1:
        yield f"  one of {plural(exchange.batched, 'call')} in one request; left out of latency"
    only = exchange.attempts[0]
    if len(exchange.attempts) == 1 and not only.steps and only.fault is None:
        if _phases(only.timings):
            yield f"  {_attempt(only, exchange.url)}"
        return
    for number, attempt in enumerate(exchange.attempts, start=1):
        yield f"  attempt {number}: {_attempt(attempt, exchange.url)}"
        for step in attempt.steps:
            yield f"    {_step(step)}"


def _attempt(attempt: Attempt, url: str) -> str:
    parts = []
    if attempt.waited_s:
        parts.append(f"after {format_s(attempt.waited_s)}")
    if attempt.url and attempt.url != url:
        parts.append(f"to {one_line(attempt.url, 300)}")
    if attempt.response is not None:
        parts.append(f"status {attempt.response.status}")
    if attempt.fault is not None:
        parts.append(f"{attempt.fault.kind}: {one_line(attempt.fault.message, 200)}")
    if attempt.timings.total_s is not None:
        phases = ", ".join(_phases(attempt.timings))
        took = f"took {format_s(attempt.timings.total_s)}"
        parts.append(f"{took} ({phases})" if phases else took)
    return ", ".join(parts)


def _phases(timings: Timings) -> list[str]:
    """Give what is known of how a try passed, in its order; connecting without what is told apart.

    The first byte is counted from the start, the others are how long they took.
    """
    parts = []
    if timings.lookup_s is not None:
        parts.append(f"look-up {format_s(timings.lookup_s)}")
    if timings.connect_s == 0:
        parts.append("on an open connection")
    elif timings.connect_s is not None:
        told_s = (timings.lookup_s or 0) + (timings.tls_s or 0)
        parts.append(f"connect {format_s(max(0.0, timings.connect_s - told_s))}")
    if timings.tls_s is not None:
        parts.append(f"TLS {format_s(timings.tls_s)}")
    if timings.first_byte_s is not None:
        parts.append(f"first byte at {format_s(timings.first_byte_s)}")
    if timings.held_back_s:
        parts.append(f"held back {format_s(timings.held_back_s)} for want of memory")
    return parts


def _step(step: Step) -> str:
    status = "no answer" if step.status is None else str(step.status)
    note = f" {one_line(step.note, 60)}" if step.note else ""
    return f"{step.at_s:.2f} s  {step.method} {one_line(step.url, 300)}  {status}{note}"
