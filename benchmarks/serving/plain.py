"""A server of the standard library alone, where nginx with its echo module is not installed.

Run as a program: plain.py LOG CERTIFICATE KEY DELAY:TLS:PORT... (TLS is 0 or 1); ends on SIGTERM.
"""

import asyncio
import signal
import ssl
import sys
import time
from pathlib import Path
from typing import TextIO

if __package__ in {None, ""}:  # started by its path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.serving.answers import LABELS, PATHS

_FLUSH_S = 0.2


class Answering(asyncio.Protocol):
    """One connection: answers every whole request after the delay, in order."""

    def __init__(self, delay_s: float, log: TextIO) -> None:
        self._delay_s = delay_s
        self._log = log
        self._received = b""
        self._since: float | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer what is complete; bodies have a `content-length`, as all contenders send."""
        self._since = self._since or time.time()
        self._received += data
        while (request := whole_request(self._received)) is not None:
            path, length = request
            self._received = self._received[length:]
            since, self._since = self._since or time.time(), None
            if self._delay_s:
                loop = asyncio.get_running_loop()
                loop.call_later(self._delay_s, self._answer, path, since)
            else:
                self._answer(path, since)

    def _answer(self, path: str, since: float) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        self._transport.write(answer(path))
        now = time.time()
        self._log.write(f"{now:.6f} {now - since:.6f} 200\n")


def whole_request(received: bytes) -> tuple[str, int] | None:
    """Give (path, length in bytes) of the first request; None while a part of it is missing."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = received[:end].lower()
    at = head.find(b"content-length:")
    body_bytes = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
    length = end + 4 + body_bytes
    if len(received) < length:
        return None
    return received.split(b" ", 2)[1].decode("latin-1"), length


def answer(path: str) -> bytes:
    """Give the whole answer to a request for `path`."""
    body = PATHS.get(path, LABELS).encode()
    head = (
        f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def serve(log_path: Path, certificate: str, key: str, ports: list[str]) -> None:
    """Serve every port until SIGTERM."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    with log_path.open("a", encoding="ascii") as log:
        for port in ports:
            delay_ms, has_tls, number = (int(part) for part in port.split(":"))
            context = None
            if has_tls:
                context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
                context.load_cert_chain(certificate, key)
            await loop.create_server(
                lambda delay_s=delay_ms / 1000: Answering(delay_s, log),
                "127.0.0.1",
                number,
                ssl=context,
                backlog=4096,
            )
        while not ended.is_set():
            log.flush()
            try:
                await asyncio.wait_for(ended.wait(), _FLUSH_S)
            except TimeoutError:
                continue


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]))
