"""What a broken server sends: building blocks of scripts, and the answer of one that is well."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from tests.reports.media_files import png
from tests.transport.faulty import Line, Seen, raw, reply

LABELS = ("POSITIVE", "NEGATIVE")
PNG = png(1, 1, lambda _x, _y: (200, 60, 30))
OK = b"HTTP/1.1 200 OK\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request, and how often its like came before."""

    seen: Seen
    number: int
    """Of the case: `text 7` is 7."""
    tries: int
    """1 for the first time this body came to this path."""
    evil: str
    """`http://host:port` of a server that must never hear of anything."""
    own: str
    """`http://host:port` of the server that was asked, or `https`."""


Script = Callable[[Line, Asked], bool | None]
"""Answers one request; True keeps the connection open."""


def answer_of(number: int) -> bytes:
    """Give the right answer to `text N`, as JSON."""
    first, second = LABELS[number % 2], LABELS[1 - number % 2]
    return json.dumps([[{"label": first, "score": 0.9}, {"label": second, "score": 0.1}]]).encode()


def well(line: Line, asked: Asked) -> bool:
    """Answer as the endpoint should; the path ends with the commit it serves."""
    commit = asked.seen.path.rpartition("/")[2]
    return reply(answer_of(asked.number), Content_Type="application/json", x_sha=commit)(
        line, asked.seen
    )


def well_in_chat(line: Line, asked: Asked) -> bool | None:
    """Stream a chat's answer as the endpoint should."""
    said = [{"delta": {"content": f"text {asked.number}"}}, {"delta": {}, "finish_reason": "stop"}]
    return stream(*({"choices": [{"index": 0, **choice}]} for choice in said))(line, asked)


def well_in_images(line: Line, asked: Asked) -> bool:
    """Answer with an image as the endpoint should."""
    commit = asked.seen.path.rpartition("/")[2]
    return reply(PNG, Content_Type="image/png", x_sha=commit)(line, asked.seen)


def sends(data: bytes) -> Script:
    """Give a script that sends these bytes and closes."""
    return lambda line, asked: raw(data)(line, asked.seen)


def replies(body: bytes, status: str = "200 OK", **headers: str) -> Script:
    """Give a script of a well-formed answer."""
    return lambda line, asked: reply(body, status, **headers)(line, asked.seen)


def stream(*events: object, end: bytes = b"") -> Script:
    """Give a script of an event stream that ends when the connection is closed."""
    told = b"".join(
        b"data: " + (event if isinstance(event, bytes) else json.dumps(event).encode()) + b"\n\n"
        for event in events
    )
    return sends(OK + b"Content-Type: text/event-stream\r\nConnection: close\r\n\r\n" + told + end)


def resets(data: bytes) -> Script:
    """Give a script that closes with RST after these bytes."""

    def script(line: Line, _asked: Asked) -> None:
        if data:
            line.send(data)
        line.reset()

    return script


def drips(data: bytes, at_once: bytes = b"") -> Script:
    """Give a script that sends a byte every 50 ms."""

    def script(line: Line, _asked: Asked) -> None:
        line.send(at_once)
        line.drip(data, 0.05)

    return script


def silent(line: Line, _asked: Asked) -> None:
    """Never answer."""
    line.wait(60)


def late(script: Script, wait_s: float) -> Script:
    """Give a script that takes its time."""

    def waiting(line: Line, asked: Asked) -> bool | None:
        line.wait(wait_s)
        return script(line, asked)

    return waiting


def at_first(fault: Script, times: int = 1, then: Script = well) -> Script:
    """Give a script that is well again after a fault or a few."""
    return lambda line, asked: (fault if asked.tries <= times else then)(line, asked)


def redirects(where: str, status: str = "302 Found") -> Script:
    """Give a script that sends elsewhere; `{evil}` and `{path}` are filled in."""

    def script(line: Line, asked: Asked) -> bool:
        place = where.format(
            evil=asked.evil,
            host=asked.evil.partition("//")[2],
            own_host=asked.own.partition("//")[2],
            path=asked.seen.path,
        )
        return reply(b"", status, Location=place)(line, asked.seen)

    return script


def dated(ahead_s: int) -> Script:
    """Give a script of a 429 whose `Retry-After` is a date, so many seconds ahead."""
    import time
    from email.utils import formatdate

    def script(line: Line, asked: Asked) -> bool:
        when = formatdate(time.time() + ahead_s, usegmt=True)
        return reply(b"{}", "429 Slow Down", Retry_After=when)(line, asked.seen)

    return script


def echoes(status: str, *, in_json: bool) -> Script:
    """Give a script that sends the request's credential back."""

    def script(line: Line, asked: Asked) -> bool:
        secret = asked.seen.headers.get("authorization", "")
        body = json.dumps([[{"label": secret, "score": 0.9}]] if in_json else {"error": secret})
        return reply(body.encode(), status, x_request_id=secret, Set_Cookie=f"session={secret}")(
            line, asked.seen
        )

    return script


def hangs_up(line: Line, asked: Asked) -> bool:
    """Answer well, promise to keep the connection, and close it."""
    well(line, asked)
    return False
