"""Recordings of made-up calls, for tests that replay them."""

from pathlib import Path
from typing import Any

import requests

from harness.recording.entry import FORMAT, Entry, entry_line

URL = "http://model.example/"


def entry(number: int, **more: Any) -> Entry:
    given: dict[str, Any] = {
        "method": "POST",
        "url": URL,
        "request_body": b'{"inputs":"text %d"}' % number,
        "status": 200,
        "headers": {"x-sha": "a" * 40},
        "body": b'"answer %d"' % number,
        "case": f"c{number}",
        "target": "baseline",
    }
    return Entry(**(given | more))


def write(
    path: Path, *entries: Entry, head: bytes = b'{"revgate_recording":%d}\n' % FORMAT
) -> Path:
    path.write_bytes(head + b"".join(entry_line(one) for one in entries))
    return path


def ask(number: int, url: str = URL) -> requests.Response:
    return requests.post(url, data=b'{"inputs": "text %d"}' % number, timeout=5)
