"""A server that bears so much and no more, and keeps its own record: `serving.py BEARS [SEED]`.

`BEARS` is `in-flight:50:100` (so many calls at once, each of so many milliseconds), `rate:100:20`
(so many a second), `closed:10:20` (none in the first 10 s, then any number), or `scripted:20:40`
(any number; delays drawn with the seed, of so many milliseconds at least and so many more at the
median). What it does not bear is answered with 429 at
once. Prints one JSON line, `{"url": ...}`, serves until its stdin is closed, and then prints its
record: counts, calls in flight over time, and what each answer took.
"""

import asyncio
import json
import random
import sys
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

REFUSAL = b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 2\r\n\r\n{}"
LABELS = ("POSITIVE", "NEGATIVE")


@dataclass(slots=True)
class Record:
    """What was seen."""

    answered: int = 0
    refused: int = 0
    in_flight: int = 0
    held: list[tuple[float, int]] = field(default_factory=list)
    """(seconds since 1970, calls in flight from then on)."""
    took_s: dict[str, list[float]] = field(default_factory=dict)
    """By path: from the request's last byte to the answer's."""
    by_body: Counter[str] = field(default_factory=Counter)

    def hold(self, more: int) -> None:
        self.in_flight += more
        self.held.append((time.time(), self.in_flight))


class Bears:
    """Decides what a call gets: the seconds it takes, or None for a refusal."""

    def __init__(self, kind: str, most: float, more: float, seed: int) -> None:
        self._kind, self._most, self._more = kind, most, more
        self._dice = random.Random(seed)
        self._starts: deque[float] = deque()

    def takes_s(self, record: Record) -> float | None:
        if self._kind == "in-flight":
            return self._more / 1000 if record.in_flight < self._most else None
        if self._kind == "scripted":
            return (self._most + self._more * self._dice.lognormvariate(0.0, 0.8)) / 1000
        now = time.monotonic()
        if self._kind == "closed":
            self._starts = self._starts or deque([now])
            return self._more / 1000 if now - self._starts[0] >= self._most else None
        while self._starts and self._starts[0] <= now - 1.0:
            self._starts.popleft()
        if len(self._starts) >= self._most:
            return None
        self._starts.append(now)
        return self._more / 1000


def answer(path: str, body: bytes) -> bytes:
    number = int(json.loads(body)["inputs"].split()[1])
    first, second = LABELS[number % 2], LABELS[1 - number % 2]
    said: Any = [[{"label": first, "score": 0.9}, {"label": second, "score": 0.1}]]
    text = json.dumps(said).encode()
    commit = path.rpartition("/")[2].encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nx-sha: " + commit
    return head + b"\r\nContent-Length: %d\r\n\r\n" % len(text) + text


async def serve(bears: Bears, record: Record) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                method, path, _ = head.split("\r\n", 1)[0].split(" ")
                lengths = [
                    int(line.split(":")[1])
                    for line in head.lower().split("\r\n")
                    if line.startswith("content-length:")
                ]
                body = await reader.readexactly(lengths[0] if lengths else 0)
                started = time.perf_counter()
                if method != "POST":
                    writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                    continue
                record.by_body[path + " " + body.decode()] += 1
                takes_s = bears.takes_s(record)
                if takes_s is None:
                    record.refused += 1
                    writer.write(REFUSAL)
                    continue
                record.hold(+1)
                await asyncio.sleep(takes_s)
                record.hold(-1)
                record.answered += 1
                writer.write(answer(path, body))
                record.took_s.setdefault(path, []).append(time.perf_counter() - started)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, backlog=1024)
    port = server.sockets[0].getsockname()[1]
    print(json.dumps({"url": f"http://127.0.0.1:{port}"}), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    told = {
        "answered": record.answered,
        "refused": record.refused,
        "held": record.held,
        "took_s": record.took_s,
        "by_body": record.by_body,
    }
    print(json.dumps(told), flush=True)


def main(bears: str, seed: str = "1") -> None:
    kind, most, more = bears.split(":")
    asyncio.run(serve(Bears(kind, float(most), float(more), int(seed)), Record()))


if __name__ == "__main__":
    main(*sys.argv[1:])
