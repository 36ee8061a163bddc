"""What holds after every run, whatever the server did."""

import csv
import hashlib
import io
import json
import re
import sqlite3
import xml.etree.ElementTree as ET
import zlib
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NoReturn

from harness.exits import WORDS
from harness.store import RunReader
from tests.e2e.faults.driving import CANARY, Faulty, Outcome

MOST_MB = 160.0
"""Peak memory: about 100 MB of imports, the cap of 8 MiB for each call in flight, and the store."""

LATE_S = 1.0
"""Longest that an attempt goes on after its deadline."""

REPORTS = {"report.html", "result.json", "junit.xml", "summary.md", "cases.csv"}
_RAW_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069]")


def check_invariants(
    outcome: Outcome,
    server: Faulty,
    *,
    within_s: float,
    timeout_s: float,
    repeated: Mapping[str, int],
) -> None:
    """Fail with what does not hold; see each part.

    `timeout_s`: of the suite. `repeated`: by input, how often its call may be sent beyond what is
    told, over all its attempts: by the HTTP library itself, or before a kill.
    """
    _ends_in_time_and_memory(outcome, within_s)
    _every_attempt_ends_in_time(outcome, timeout_s)
    _says_how_it_ended(outcome)
    _adds_up(outcome)
    _sent_what_it_says(outcome, server, repeated)
    _keeps_a_whole_store(outcome)
    _explains_every_fault(outcome)
    _reports_can_be_read(outcome)
    _keeps_no_secret(outcome, server)


def strict_json(text: str) -> Any:
    """Read JSON that is nothing but RFC 8259."""

    def refuse(word: str) -> NoReturn:
        raise ValueError(f"{word} is no JSON")

    return json.loads(text, parse_constant=refuse)


def result_of(outcome: Outcome) -> dict[str, Any]:
    """Give `result.json`."""
    found: dict[str, Any] = strict_json((outcome.folder / "result.json").read_text("utf-8"))
    return found


def _ends_in_time_and_memory(outcome: Outcome, within_s: float) -> None:
    assert outcome.code >= 0, f"killed after {outcome.took_s:.1f} s:\n{outcome.stderr}"
    assert outcome.took_s < within_s
    assert outcome.peak_mb < MOST_MB


def _every_attempt_ends_in_time(outcome: Outcome, timeout_s: float) -> None:
    with RunReader(outcome.folder) as reader:
        for case, exchange in reader.exchanges():
            for attempt in exchange.attempts:
                took_s, where = attempt.timings.total_s, (case.id, exchange.target, attempt.fault)
                assert took_s is not None, where
                assert 0.0 <= took_s <= timeout_s + LATE_S, (took_s, where)


def _says_how_it_ended(outcome: Outcome) -> None:
    assert "Traceback" not in outcome.stdout + outcome.stderr, outcome.stderr
    assert not _RAW_CONTROL.search(outcome.stdout + outcome.stderr)
    assert outcome.code in WORDS, outcome.stderr
    last = outcome.stderr.rstrip("\n").split("\n")[-1]
    assert last == f"exit {outcome.code}: {WORDS[outcome.code]}"
    result = result_of(outcome)
    assert result["exit_code"] == outcome.code
    verdicts = {0: "pass", 1: "fail", 10: "inconclusive", 11: "invalid", 12: "inconclusive"}
    assert result["verdict"] == verdicts[outcome.code]


def _adds_up(outcome: Outcome) -> None:
    """Every planned call is in one state, in the store and in the report."""
    counts = result_of(outcome)["counts"]
    ends = ("answered", "faults", "skipped", "cancelled")
    assert counts["planned"] == sum(counts[state] for state in ends), counts
    assert counts["answered"] == counts["passed"] + counts["failed"], counts
    with RunReader(outcome.folder) as reader:
        planned, sent, unsent = (reader.count(t) for t in ("plan", "exchange", "unsent"))
        assert reader.count("record") == sent
        states = Counter(
            answer.record.state
            for case in reader.cases()
            for answer in case.answers
            if answer.record is not None
        )
        assert counts["attempts"] == reader.attempts()
    assert (planned, unsent) == (counts["planned"], counts["skipped"])
    assert sent + unsent + counts["cancelled"] == planned
    stored = (states["passed"], states["failed"], states["fault"])
    assert stored == (counts["passed"], counts["failed"], counts["faults"])


def _sent_what_it_says(outcome: Outcome, server: Faulty, repeated: Mapping[str, int]) -> None:
    """The server counts as many requests as the store has attempts, body by body."""
    seen = Counter(
        (request["path"], request["body"])
        for request in server.requests()
        if request["where"] == "own" and request["method"] == "POST"
    )
    told: Counter[tuple[str, str]] = Counter()
    with RunReader(outcome.folder) as reader:
        for _, exchange in reader.exchanges():
            path = "/" + exchange.url.split("/", 3)[3]
            told[path, exchange.request_body.decode()] += len(exchange.attempts)
    assert seen.keys() == told.keys()
    unheard = told - seen
    assert not unheard, f"these never reached the server: {unheard}, of\n{_attempts(outcome)}"
    for (_, body), times in (seen - told).items():
        most = sum(most for words, most in repeated.items() if f'"{words}"' in body)
        assert times <= most, f"{body} was sent {times} times more than is told, at most {most}"
    assert [r for r in server.requests() if r["where"] == "evil"] == []


def _attempts(outcome: Outcome) -> str:
    """Give how the attempts of every call ended, a line each."""
    with RunReader(outcome.folder) as reader:
        return "\n".join(
            f"{exchange.target} {exchange.request_body!r} at {attempt.started_at:.3f}:"
            f" {attempt.timings} {attempt.fault}"
            for _, exchange in reader.exchanges()
            for attempt in exchange.attempts
        )


def _keeps_a_whole_store(outcome: Outcome) -> None:
    assert not list(outcome.folder.glob("*-wal")), "the log was not folded in"
    with closing(sqlite3.connect(outcome.folder / "run.sqlite")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    for sha256, body in _bodies(outcome.folder):
        assert hashlib.sha256(body).hexdigest() == sha256


def _explains_every_fault(outcome: Outcome) -> None:
    with RunReader(outcome.folder) as reader:
        for case in reader.cases():
            for answer in case.answers:
                fault = answer.record.fault if answer.record is not None else None
                if fault is not None:
                    where = (case.case.id, answer.target, fault)
                    assert fault.message, where
                    assert fault.hint, where
                    assert fault.kind != "plugin", where
                    assert not _RAW_CONTROL.search(fault.message), where


class _Tags(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


def _reports_can_be_read(outcome: Outcome) -> None:
    there = {path.name for path in outcome.folder.iterdir()}
    assert there >= REPORTS
    assert there - REPORTS <= {"run.sqlite", "run.lock", "media"}
    text = {name: (outcome.folder / name).read_bytes().decode("utf-8") for name in REPORTS}
    rows = list(csv.reader(io.StringIO(text["cases.csv"], newline=""), strict=True))
    assert {len(row) for row in rows} == {len(rows[0])}
    planned = result_of(outcome)["counts"]["planned"]
    assert len(rows) - 1 == planned
    suite = ET.fromstring(text["junit.xml"])
    assert suite.tag == "testsuites"
    page = _Tags()
    page.feed(text["report.html"])
    assert page.tags["html"] == 1
    assert (page.tags["marquee"], page.handlers) == (0, [])
    assert not re.search(r"(?<!\\)<marquee", _outside_fences(text["summary.md"]))


def _outside_fences(markdown: str) -> str:
    """Give the lines that are Markdown, those of code blocks left out."""
    kept, fence = [], ""
    for line in markdown.split("\n"):
        ticks = line[: len(line) - len(line.lstrip("`"))]
        if fence:
            fence = "" if ticks == line and len(ticks) >= len(fence) else fence
        elif len(ticks) >= 3:
            fence = ticks
        else:
            kept.append(line)
    assert not fence, "a code block never ends"
    return "\n".join(kept)


def _keeps_no_secret(outcome: Outcome, server: Faulty) -> None:
    """The token reached the server, and is in nothing that is kept or shown."""
    asked = [r for r in server.requests() if r["method"] == "POST"]
    assert all(r["headers"]["authorization"] == f"Bearer {CANARY}" for r in asked)
    assert not any("cookie" in r["headers"] for r in asked)
    secret = CANARY.encode()
    kept = {path: path.read_bytes() for path in outcome.folder.rglob("*") if path.is_file()}
    assert [path for path, body in kept.items() if secret in body] == []
    assert CANARY not in outcome.stdout + outcome.stderr
    assert secret not in b"".join(body for _, body in _bodies(outcome.folder))


def _bodies(folder: Path) -> list[tuple[str, bytes]]:
    """Give (SHA-256 it is kept by, content) of every body."""
    with closing(sqlite3.connect(folder / "run.sqlite")) as connection:
        rows = connection.execute("SELECT sha256, packed, body FROM blob").fetchall()
    return [(sha256, zlib.decompress(body) if packed else body) for sha256, packed, body in rows]
