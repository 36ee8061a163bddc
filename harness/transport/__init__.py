"""The only room that sends: submit requests, get completed attempts back."""

from harness.transport.held import MOST_HELD_BYTES
from harness.transport.pick import check_transport, open_transport
from harness.transport.wire import Finished, Ticket, Transport

__all__ = [
    "MOST_HELD_BYTES",
    "Finished",
    "Ticket",
    "Transport",
    "check_transport",
    "open_transport",
]
