"""Runs the faulty server as a process of its own: `serving.py KIND LEDGER`.

Prints one JSON line, `{"url": ..., "evil": ...}` and `ca_file` where it serves TLS, and serves
until its stdin is closed. Requests to `/{side}/{commit}` are answered by the fault of the case's
number where the side is `broken`. Every request is written to the ledger before it is answered, one
JSON line each.
"""

import json
import os
import sys
import threading
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from tests.e2e.faults.table import KINDS
from tests.e2e.faults.wire import Asked, Script, well, well_in_chat, well_in_images
from tests.transport.certificates import context, issue
from tests.transport.faulty import FaultyServer, Line, Seen, reply

NOT_FOUND = reply(b"{}", "404 Not Found")


def place_of(number: int) -> int | None:
    """Give the place of the fault a case meets; None: every other case meets none."""
    return number // 2 if number % 2 else None


class Ledger:
    """An append-only file; each line is written at once, so a kill loses none."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, seen: Seen, where: str) -> None:
        line = {
            "where": where,
            "at_s": seen.at_s,
            "method": seen.method,
            "path": seen.path,
            "headers": dict(seen.headers),
            "body": seen.body.decode("utf-8", "replace"),
        }
        os.write(self._file, json.dumps(line).encode() + b"\n")


def number_in(body: bytes) -> int:
    """Give N of a request about `text N`."""
    given = json.loads(body)
    asked = given["messages"][-1]["content"] if "messages" in given else given["inputs"]
    return int(str(asked).split()[1])


def main(kind: str, ledger_path: str) -> None:
    scripts: list[Script] = [fault.script for fault in KINDS[kind].faults.values()]
    asks = {"labels": well, "chat": well_in_chat, "images": well_in_images}[KINDS[kind].asks]
    fine = KINDS[kind].fine or asks
    certificate = issue(Path(ledger_path).parent) if KINDS[kind].tls else None
    trusted = {"ca_file": str(certificate[1])} if certificate is not None else {}
    ledger = Ledger(Path(ledger_path))
    tries: Counter[tuple[str, bytes]] = Counter()
    lock = threading.Lock()

    def steal(line: Line, seen: Seen) -> bool:
        ledger.write(seen, "evil")
        return reply(b"[]")(line, seen)

    with ExitStack() as stack:
        evil = stack.enter_context(FaultyServer(steal))

        def script(line: Line, seen: Seen) -> bool | None:
            ledger.write(seen, "own")
            if seen.method != "POST":
                return NOT_FOUND(line, seen)
            with lock:
                tries[seen.path, seen.body] += 1
                count = tries[seen.path, seen.body]
            number = number_in(seen.body)
            asked = Asked(seen=seen, number=number, tries=count, evil=evil.url, own=own.url)
            place = place_of(number) if seen.path.startswith("/broken/") else None
            return (fine if place is None else scripts[place])(line, asked)

        tls = context(certificate) if certificate is not None else None
        own = stack.enter_context(FaultyServer(script, tls=tls))
        print(json.dumps({"url": own.url, "evil": evil.url, **trusted}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
