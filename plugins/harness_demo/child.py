"""The demo server as a process of its own: `python -m harness_demo.server`."""

import argparse
import contextlib
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from harness_demo.models import served_demo_models
from harness_demo.served import Served
from harness_demo.server import DemoServer


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the four demo revisions as the command line says; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m harness_demo.server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--ledger", type=Path, help="append one JSON line a request")
    parser.add_argument("--delay-ms", type=float, default=0.0, help="artificial service time")
    parser.add_argument("--until-eof", action="store_true", help="exit when stdin closes")
    options = parser.parse_args(arguments)
    return serve_here(
        served_demo_models(),
        port=options.port,
        ledger=options.ledger,
        delay_s=options.delay_ms / 1000,
        until_eof=options.until_eof,
    )


def serve_here(
    served: Sequence[Served],
    *,
    port: int,
    ledger: Path | None = None,
    delay_s: float = 0.0,
    until_eof: bool = False,
) -> int:
    """Serve, print `ready <url>` once listening, return when stdin closes or on Ctrl-C.

    Gives the exit code, 1 when the port or the ledger cannot be had. With `until_eof` Ctrl-C is
    left to the parent, who may still have calls in flight.
    """
    try:
        listening = DemoServer(served, port=port, ledger=ledger, delay_s=delay_s)
    except OSError as error:
        sys.stderr.write(f"cannot serve on port {port}: {error}\n")
        return 1
    if until_eof:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    with listening as server:
        sys.stdout.write(f"ready {server.url}\n")
        sys.stdout.flush()
        if until_eof:
            sys.stdin.buffer.read()
        else:
            with contextlib.suppress(KeyboardInterrupt):
                threading.Event().wait()
    return 0
