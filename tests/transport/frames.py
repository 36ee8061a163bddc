"""Answers in frames of HTTP/2, written by hand: one request a connection."""

from collections.abc import Mapping

from tests.transport.faulty import Line, Script, Seen

_DATA, _HEADERS, _SETTINGS, _PING = 0, 1, 4, 6
_END_STREAM, _END_HEADERS = 1, 4
_PONG = bytes([0, 0, 8, _PING, 1])


def multiplexed(body: bytes, *, trailers: Mapping[str, str] = {}) -> Script:
    """Give a script that answers 200 with `x-sha: a`, this body and these trailers."""

    def script(line: Line, _seen: Seen) -> None:
        line.send(_frame(_SETTINGS, 0, 0, b"") + _frame(_PING, 0, 0, b"are you?"))
        received = b""
        while _PONG not in received:  # the request came before it
            chunk = line.sock.recv(65536)
            if not chunk:
                return
            received += chunk
        end = 0 if body or trailers else _END_STREAM
        line.send(_frame(_HEADERS, _END_HEADERS | end, 1, b"\x88" + _field("x-sha", "a")))
        if body:
            line.send(_frame(_DATA, 0 if trailers else _END_STREAM, 1, body))
        if trailers:
            block = b"".join(_field(name, value) for name, value in trailers.items())
            line.send(_frame(_HEADERS, _END_HEADERS | _END_STREAM, 1, block))
        line.sock.recv(65536)  # until the client is done

    return script


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return len(payload).to_bytes(3) + bytes([kind, flags]) + stream.to_bytes(4) + payload


def _field(name: str, value: str) -> bytes:
    """Give a header field that no table is asked for."""
    return b"\0" + b"".join(bytes([len(one)]) + one.encode() for one in (name, value))
