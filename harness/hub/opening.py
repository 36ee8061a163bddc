"""Opens the Hub the environment names, unless the environment forbids it."""

import math
from collections.abc import Callable, Mapping
from random import Random

from harness.clock import Clock
from harness.credentials import Wallet
from harness.errors import UsageError
from harness.hub.address import hub_address
from harness.hub.client import Hub
from harness.hub.fetching import HUB_TOKEN, Fetcher
from harness.redact import redactor_of
from harness.transport import open_transport

_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
_TRUE = frozenset({"1", "ON", "YES", "TRUE"})


def open_hub(
    environ: Mapping[str, str],
    wallet: Wallet,
    clock: Clock,
    wait: Callable[[float], None],
    *,
    transport: str = "auto",
    within_s: float = math.inf,
) -> Hub:
    """Give the Hub at `HF_ENDPOINT`, else the public one; close it after use.

    Raises UsageError when `HF_HUB_OFFLINE` or `TRANSFORMERS_OFFLINE` is set: nothing can be
    resolved then. `wait` sleeps for a number of seconds. All questions together take no longer
    than `within_s`; what comes later is answered with a fault.
    """
    forbidden = forbidden_by(environ)
    if forbidden is not None:
        raise UsageError(
            f"{forbidden} is set, so the Hub is not asked: unset it to resolve revisions"
        )
    address = hub_address(environ)
    fetcher = Fetcher(
        transport=open_transport(transport, workers=1),
        wallet=wallet,
        redactor=redactor_of(wallet.known_values([HUB_TOKEN])),
        clock=clock,
        wait=wait,
        random=Random(0),
        until=clock.monotonic() + within_s,
    )
    return Hub(address=address, fetcher=fetcher)


def forbidden_by(environ: Mapping[str, str]) -> str | None:
    """Give the variable that forbids asking the Hub, None when none does."""
    return next((name for name in _OFFLINE if environ.get(name, "").upper() in _TRUE), None)
