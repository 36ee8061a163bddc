"""Notes when the bytes of an event stream arrive."""

import time
from dataclasses import dataclass, field

_EVERY_ONE = 1000
_THEN_EVERY_S = 0.01


def is_event_stream(content_type: str) -> bool:
    """Whether an answer of this type comes in events, each as soon as it is known."""
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type in {"text/event-stream", "application/x-ndjson"}


@dataclass(slots=True)
class Arrivals:
    """(seconds since `started`, bytes there by then), one entry a chunk.

    After the first thousand, chunks within 10 ms share an entry, that of the first of them: a
    server that drips single bytes fills no memory.
    """

    started: float
    """`time.perf_counter()` when the request was handed over."""
    entries: list[tuple[float, int]] = field(default_factory=list)

    def note(self, received_bytes: int) -> None:
        """Note that the decoded body has this many bytes now."""
        at_s = time.perf_counter() - self.started
        if len(self.entries) >= _EVERY_ONE and at_s - self.entries[-1][0] < _THEN_EVERY_S:
            self.entries[-1] = (self.entries[-1][0], received_bytes)
        else:
            self.entries.append((at_s, received_bytes))
