"""What travels between a run and the process that judges for it.

Frames go both ways: four bytes of length, then MessagePack. The first one equips the worker, which
answers with an empty sign when it is ready; each further one holds calls to be stored and judged.
Signs come back: records in the order of the calls, how many further calls are durable with their
records, or why nothing can be saved any more.
"""

from collections.abc import Iterator, Mapping

import msgspec

from harness.data.exchange import Exchange
from harness.data.noun import Noun
from harness.data.suite import Case

READ_BYTES = 1 << 16
"""At once: room for more would be allotted anew each time."""
BATCH = 32
"""Most calls in a hand-over, and judged without a sign: more of them at once would keep the one
who calls from listening."""
_LENGTH_BYTES = 4

Job = tuple[Case, Exchange]


class Sign(Noun, frozen=True, array_like=True):
    """What a worker says."""

    records: list[bytes] = msgspec.field(default_factory=list)
    """Of the next calls, each as it is stored."""
    saved: int = 0
    """How many further calls survive a kill from now on, with their records."""
    failure: str = ""
    """Why nothing can be saved any more."""


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a {type(value).__name__} cannot be stored")


_ENCODER = msgspec.msgpack.Encoder(enc_hook=_plain)
jobs_of = msgspec.msgpack.Decoder(list[Job]).decode
sign_of = msgspec.msgpack.Decoder(Sign).decode


def frame(content: object) -> bytes:
    """Give what is sent: length, then content."""
    body = _ENCODER.encode(content)
    return len(body).to_bytes(_LENGTH_BYTES, "big") + body


def frames(came: bytearray) -> Iterator[bytes]:
    """Take whole frames off what came."""
    while len(came) >= _LENGTH_BYTES:
        end = _LENGTH_BYTES + int.from_bytes(came[:_LENGTH_BYTES], "big")
        if len(came) < end:
            return
        body = bytes(memoryview(came)[_LENGTH_BYTES:end])
        del came[:end]
        yield body
