"""Every fault, by name: what the server does, and what must become of the call."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tests.e2e.faults import wire
from tests.e2e.faults.wire import OK, Script, at_first, replies, sends, stream

BACKOFF_S = (0.25, 0.5)
"""The wait before a second attempt when the server asks for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way of breaking, met by one case of the candidate."""

    script: Script
    becomes: str
    """`passed`, `failed`, or the kind of the fault."""
    attempts: int = 1
    waits_s: tuple[float, float] | None = None
    """Bounds of the wait before the second attempt."""
    says: str = ""
    """Part of the fault's message; `{evil}`, `{host}`, `{own_host}`: the servers' addresses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Faults of one kind, met in one run."""

    faults: Mapping[str, Fault]
    settings: Mapping[str, float] = field(default_factory=dict)
    takes_s: float = 0.0
    """What the faults themselves take."""
    asks: Literal["labels", "chat", "images"] = "labels"
    """Of the model: labels of texts, a streamed chat, or images."""
    fine: Script | None = None
    """What the well endpoint does; None: it answers at once."""
    tls: bool = False
    cut_to: float | None = None
    """Of the calls that were on the wire at once, how many there may be after a refusal."""


def _all(becomes: str, attempts: int = 1, **scripts: Script) -> dict[str, Fault]:
    return {
        name.replace("_", " "): Fault(script=script, becomes=becomes, attempts=attempts)
        for name, script in scripts.items()
    }


def _retry_after(text: str, waits_s: tuple[float, float]) -> Fault:
    script = at_first(replies(b"{}", "429 Slow Down", Retry_After=text))
    return Fault(script=script, becomes="passed", attempts=2, waits_s=waits_s)


def _loading(estimate: object, waits_s: tuple[float, float]) -> Fault:
    body = json.dumps({"error": "Model lab/labels is currently loading"}).encode()
    if estimate is not None:
        body = json.dumps({"error": "it is loading", "estimated_time": estimate}).encode()
    script = at_first(replies(body, "503 Service Unavailable"))
    return Fault(script=script, becomes="passed", attempts=2, waits_s=waits_s)


def _delta(text: str, reason: str | None = None) -> dict[str, object]:
    return {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": reason}]}


PAGE = b"<!DOCTYPE html><html><head><title>Bad <marquee></title></head><marquee>x</marquee></html>"
HOSTILE = "<marquee onstart=alert(1)>\x1b[31m\u202e\u0000::error::boom %0A \u2028 =1+1"


RIGHT = wire.answer_of(1)
"""What is right for every case that is broken: they have odd numbers."""
BOMB = gzip.compress(bytes(100_000_000), 9)


def _label(text: str) -> bytes:
    return json.dumps([[{"label": text, "score": 0.9}]]).encode()


KINDS: Mapping[str, Kind] = {
    "cut short (F04-F11)": Kind(
        settings={"attempts": 2},
        takes_s=4,
        faults=_all(
            "truncated",
            2,
            F04_reset_before_status=wire.resets(b""),
            F05_reset_in_body=wire.resets(OK + b"Content-Length: 100\r\n\r\n[1,"),
            F06_closed_before_status=sends(b""),
            F07_closed_after_status=sends(OK),
            F08_closed_in_header=sends(OK + b"Content-Ty"),
            F09_closed_in_chunk=sends(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\n[1,"),
            F11_length_too_long=sends(OK + b"Content-Length: 900\r\n\r\n[]"),
        )
        | {
            "F07 once": Fault(script=at_first(sends(OK)), becomes="passed", attempts=2),
        },
    ),
    "framing that lies (F10, F12-F15)": Kind(
        settings={"attempts": 2},
        faults=_all(
            "malformed",
            F10_cut_without_length=sends(OK + b'\r\n[[{"label":"POS'),
            F12_length_too_short=sends(OK + b"Content-Length: 9\r\n\r\n" + wire.answer_of(1)),
            F13_two_lengths=sends(OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
            F14_endless_header=sends(OK + b"X: " + b"y" * 2_000_000 + b"\r\n\r\n{}"),
            F15_no_content=replies(b"", "204 No Content"),
        )
        | {"F15 status 999": Fault(script=replies(b"", "999 Odd"), becomes="config")},
    ),
    "never in time (F03, F16-F18)": Kind(
        settings={"attempts": 1, "timeout_s": 2.0},
        takes_s=8,
        faults=_all(
            "timeout",
            F03_silence=wire.silent,
            F16_header_drip=wire.drips(OK + b"X-Pad: " + b"y" * 5000 + b"\r\n\r\n"),
            F17_body_drip=wire.drips(b" " * 5000, OK + b"Content-Length: 5000\r\n\r\n"),
            F18_pings=wire.drips(
                b": ping\n\n" * 500, OK + b"Content-Type: text/event-stream\r\n\r\n"
            ),
        ),
    ),
    "streams that break (F20-F23)": Kind(
        asks="chat",
        settings={"attempts": 2},
        takes_s=3,
        faults={
            "F20 error after tokens": Fault(
                script=stream(_delta("text"), {"error": {"message": "out of memory"}}),
                becomes="truncated",
                attempts=2,
                says="out of memory",
            ),
            "F21 no end": Fault(
                script=stream(_delta("text")),
                becomes="truncated",
                attempts=2,
                says="before the answer",
            ),
            "F22 odd line ends": Fault(
                script=sends(
                    OK
                    + b"Content-Type: text/event-stream\r\nConnection: close\r\n\r\n"
                    + b": hello\r\n\r\ndata: "
                    + json.dumps(
                        _delta("text \u2028\u0085 ok", "stop"), ensure_ascii=False
                    ).encode()
                    + b"\r\n\r\ndata: [DONE]\r\n\r\n"
                ),
                becomes="passed",
            ),
            "F23 usage alone": Fault(
                script=stream(
                    _delta(""),
                    {"choices": []},
                    _delta("text"),
                    _delta("", "stop"),
                    {"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 1}},
                    b"[DONE]",
                ),
                becomes="passed",
            ),
        },
    ),
    "answers that are none (F24-F26)": Kind(
        faults=_all(
            "malformed",
            F25_error_with_200=replies(b'{"error": "no such model"}'),
            F26_empty=replies(b""),
            F26_empty_list=replies(b"[]"),
            F26_null=replies(b"null"),
        )
        | {
            "F24 page": Fault(
                script=replies(PAGE, Content_Type="text/html"),
                becomes="malformed",
                says='begins "<!DOCTYPE html><html><head><title>Bad <marquee></title></head>',
            ),
            "F24 page of many lines": Fault(
                script=replies(b"<html>\r\n<!-- \x1b[31m -->" + b"\ny" * 3000),
                becomes="malformed",
                says='begins "<html> <!-- \\x1b[31m --> y y y',
            ),
            "F24 words": Fault(
                script=replies(b"no healthy upstream", Content_Type="text/plain"),
                becomes="malformed",
                says='begins "no healthy upstream"',
            ),
        }
    ),
    "told to wait (F28-F30)": Kind(
        settings={"concurrency": 16},
        takes_s=6,
        faults={
            "F28 seconds": _retry_after("1", (1.0, 1.1)),
            "F29 date ahead": Fault(
                script=at_first(wire.dated(2)), becomes="passed", attempts=2, waits_s=(0.1, 2.2)
            ),
            "F29 date past": Fault(
                script=at_first(wire.dated(-3600)), becomes="passed", attempts=2, waits_s=BACKOFF_S
            ),
            "F30 fraction": _retry_after("0.6", (0.6, 0.66)),
            "F30 word": _retry_after("soon", BACKOFF_S),
            "F30 negative": _retry_after("-5", BACKOFF_S),
            "F30 empty": _retry_after("", BACKOFF_S),
            "F30 two values": _retry_after("1, 2", BACKOFF_S),
            "F30 many digits": _retry_after("9" * 400, BACKOFF_S),
        },
    ),
    "told to wait by one that is full (F28)": Kind(
        settings={"concurrency": 8},
        takes_s=6,
        fine=wire.late(wire.well, 0.4),
        cut_to=0.85,
        faults={
            "F28 refused": Fault(
                script=at_first(
                    wire.late(replies(b"{}", "429 Slow Down", Retry_After="1"), 0.2),
                    then=wire.late(wire.well, 0.4),
                ),
                becomes="passed",
                attempts=2,
                waits_s=(1.0, 1.1),
            )
        }
        | {
            f"F28 call {n}": Fault(script=wire.late(wire.well, 0.4), becomes="passed")
            for n in range(23)
        },
    ),
    "told to wait a day (F31)": Kind(
        faults={
            "F31": Fault(
                script=replies(b"{}", "429 Slow Down", Retry_After="86400"),
                becomes="rate_limited",
                says="the server asks to wait 86400 s",
            ),
        }
    ),
    "told to wait for ever (F32)": Kind(
        takes_s=12,
        faults={
            f"F32 call {n}": Fault(
                script=replies(b"{}", "429 Slow Down"), becomes="rate_limited", attempts=3
            )
            for n in range(12)
        },
    ),
    "loading (F33, F34)": Kind(
        takes_s=5,
        faults={
            "F33 estimate": _loading(1.0, (1.0, 1.1)),
            "F33 words alone": _loading(None, BACKOFF_S),
            "F34 garbage": _loading("soon", BACKOFF_S),
            "F34 age of the world": _loading(1e18, BACKOFF_S),
            "F34 negative": _loading(-1, BACKOFF_S),
        },
    ),
    "errors by status (F35, F36)": Kind(
        takes_s=6,
        faults={
            f"F35 status {status}": Fault(
                script=at_first(replies(PAGE, f"{status} Odd")), becomes="passed", attempts=2
            )
            for status in (408, 425, 500, 502, 504, 520)
        }
        | {
            "F36 status 403": Fault(script=replies(b"{}", "403 No"), becomes="auth"),
            "F36 status 404": Fault(script=replies(b"{}", "404 No"), becomes="not_found"),
            "F36 status 422": Fault(script=replies(b"{}", "422 No"), becomes="config"),
        },
    ),
    "sent elsewhere (F38)": Kind(
        settings={"concurrency": 2},
        faults={
            f"F38 {name}": Fault(
                script=wire.redirects(where, status),
                becomes="refused",
                says=f"redirects to {where.partition('{path}')[0]}",
            )
            for name, (where, status) in {
                "same place": ("{path}", "302 Found"),
                "another origin": ("{evil}/steal", "307 Temporary Redirect"),
                "another origin for good": ("{evil}/steal", "308 Permanent Redirect"),
                "no scheme": ("//{host}/steal", "301 Moved Permanently"),
                "in disguise": ("http://127.0.0.1@{host}/steal", "303 See Other"),
                "a file": ("file:///etc/passwd", "302 Found"),
            }.items()
        },
    ),
    "sent elsewhere in the clear (F38)": Kind(
        settings={"concurrency": 2},
        tls=True,
        faults={
            f"F38 {name}": Fault(
                script=wire.redirects(where, "307 Temporary Redirect"),
                becomes="refused",
                says=f"redirects to {where.partition('{path}')[0]}",
            )
            for name, where in {
                "same host and port": "http://{own_host}{path}",
                "same host": "{evil}/steal",
            }.items()
        },
    ),
    "packed badly (F42, F43)": Kind(
        takes_s=4,
        faults=_all(
            "malformed",
            F42_bomb=replies(BOMB, Content_Encoding="gzip"),
            F42_bomb_in_bomb=replies(gzip.compress(BOMB, 9), Content_Encoding="gzip, gzip"),
            F42_no_gzip=replies(wire.answer_of(1), Content_Encoding="gzip"),
            F43_a_gigabyte_stated=sends(
                OK + b"Content-Length: 1000000000\r\n\r\n" + bytes(20_000_000)
            ),
            F43_no_end=sends(OK + b"\r\n" + bytes(20_000_000)),
        )
        | {
            f"F42 {name}": Fault(
                script=replies(body, Content_Encoding=coding),
                becomes="malformed",
                says=f"answered in an encoding nobody asked for ({coding})",
            )
            for name, (coding, body) in {
                "br": ("br", b"\x0b\x02\x80[]\x03"),
                "zstd": ("zstd", b"\x28\xb5\x2f\xfd\x20\x02[]"),
                "six codings": ("gzip, br, zstd, gzip, deflate, br", b"x"),
                "br that is JSON": ("br", RIGHT),
                "zstd that is JSON": ("zstd", RIGHT),
                "gzip twice that is JSON": ("gzip, gzip", RIGHT),
                "gzip twice": ("gzip, gzip", gzip.compress(gzip.compress(RIGHT))),
                "gzip with a weight": ("gzip;q=1", gzip.compress(RIGHT)),
            }.items()
        }
        | {
            "F42 br of a refusal": Fault(
                script=replies(b'{"error": "secret words"}', "422 No", Content_Encoding="br"),
                becomes="config",
                says="HTTP 422: without words that can be read (content-encoding: br)",
            ),
            "F42 br of an overload": Fault(
                script=at_first(replies(RIGHT, "503 Full", Content_Encoding="br")),
                becomes="passed",
                attempts=2,
                waits_s=BACKOFF_S,
            ),
        },
    ),
    "images packed badly (F42)": Kind(
        asks="images",
        faults={
            f"F42 {coding} that is an image": Fault(
                script=replies(wire.PNG, Content_Type="image/png", Content_Encoding=coding),
                becomes="malformed",
                says=f"answered in an encoding nobody asked for ({coding})",
            )
            for coding in ("br", "zstd", "gzip, gzip")
        }
        | {
            "F42 gzip, as asked for": Fault(
                script=replies(
                    gzip.compress(wire.PNG), Content_Type="image/png", Content_Encoding="gzip"
                ),
                becomes="passed",
            ),
            "F42 no coding": Fault(
                script=replies(wire.PNG, Content_Type="image/png", Content_Encoding="identity"),
                becomes="passed",
            ),
        },
    ),
    "no JSON of ours (F44-F48)": Kind(
        faults=_all(
            "malformed",
            F44_not_UTF8=replies(b'[[{"label": "\xff\xfe", "score": 0.9}]]'),
            F45_UTF16=replies(wire.answer_of(1).decode().encode("utf-16")),
            F46_NaN=replies(b'[[{"label": "NEGATIVE", "score": NaN}]]'),
            F46_Infinity=replies(b'[[{"label": "NEGATIVE", "score": Infinity}]]'),
            F46_1e999=replies(b'[[{"label": "NEGATIVE", "score": 1e999}]]'),
            F46_5000_digits=replies(b'[[{"label": "NEGATIVE", "score": ' + b"9" * 5000 + b"}]]"),
            F47_key_twice=replies(b'[[{"label": "NEGATIVE", "label": "POSITIVE", "score": 1}]]'),
            F48_depth=replies(b"[" * 100_000 + b"]" * 100_000),
        )
        | {
            "F45 BOM": Fault(
                script=replies(b"\xef\xbb\xbf" + wire.answer_of(1)),
                becomes="passed",
            ),
            "F45 charset lie": Fault(
                script=replies(wire.answer_of(1), Content_Type="application/json; charset=utf-16"),
                becomes="passed",
            ),
        },
    ),
    "odd words (F49)": Kind(
        faults={
            "F49 lone surrogate": Fault(
                script=replies(b'[[{"label": "\\ud800", "score": 0.9}]]'), becomes="malformed"
            ),
            "F49 control characters": Fault(script=replies(_label(HOSTILE)), becomes="failed"),
            "F49 one long line": Fault(script=replies(_label("x" * 1_000_000)), becomes="failed"),
            "F49 no ASCII": Fault(
                script=replies(_label("\U0001f468\u200d\U0001f469\u0000")), becomes="failed"
            ),
        },
    ),
    "echoes of the credential (F51, F52)": Kind(
        faults={
            "F51 in an answer": Fault(script=wire.echoes("200 OK", in_json=True), becomes="failed"),
            "F51 in an error": Fault(script=wire.echoes("422 No", in_json=False), becomes="config"),
            "F51 in a page": Fault(script=wire.echoes("400 No", in_json=True), becomes="config"),
        },
    ),
    "kept alive, then not (F53)": Kind(
        settings={"concurrency": 1},
        faults={f"F53 call {n}": Fault(script=wire.hangs_up, becomes="passed") for n in range(6)},
    ),
}

_MUST_HOLD = {"F07", "F16", "F20", "F24", "F38", "F42", "F44", "F46"} | {
    f"F{number}" for number in range(28, 34)
}
WITH_REQUESTS = [
    name for name, kind in KINDS.items() if {fault[:3] for fault in kind.faults} & _MUST_HOLD
]
"""Kinds that are met with the other transport as well."""
