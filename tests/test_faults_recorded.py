"""Errors hosted models really sent, where the recordings are at hand."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.api import Response
from harness.faults import fault_of
from harness_providers._hub_protocol import served_commit, stated_usage

FOLDER = Path(__file__).resolve().parents[1].parent / "shared/tapes"
TAPES, QUOTED = FOLDER / "tapes.jsonl", FOLDER / "documented_errors.jsonl"
KINDS = {
    400: {"config", "auth", "billing"},
    401: {"auth", "gated"},
    402: {"billing"},
    403: {"auth", "gated", "billing"},
    404: {"not_found"},
    429: {"rate_limited", "billing"},
    503: {"loading", "overloaded"},
    504: {"timeout"},
}


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines)


def response_of(row: dict[str, Any]) -> Response:
    body = row["response_body"]
    text = body if isinstance(body, str) else "" if body is None else json.dumps(body)
    headers = {name.lower(): str(value) for name, value in row["response_headers"].items()}
    return Response(status=row["status"], headers=headers, body=text.encode())


@pytest.mark.parametrize("path", [TAPES, QUOTED], ids=["recorded", "quoted"])
def test_every_error_that_was_sent_is_one_fault_with_its_words(path: Path) -> None:
    if not path.exists():
        pytest.skip(f"no recordings at {path}")
    seen: Counter[tuple[int, str]] = Counter()
    for row in rows(path):
        if 200 <= int(row["status"]) < 300:
            continue
        response = response_of(row)
        fault = fault_of(response)
        seen[response.status, fault.kind] += 1
        assert fault.hint, row
        if response.body.strip():
            assert "without a message" not in fault.message, row
            assert not fault.message.startswith(f"HTTP {response.status}: {{"), row
        assert fault.kind in KINDS.get(response.status, {fault.kind}), row
    for (status, kind), count in sorted(seen.items()):
        print(f"{count:4} {status} {kind}")
    assert seen.total() > 0


@pytest.mark.skipif(not TAPES.exists(), reason=f"no recordings at {TAPES}")
def test_every_recorded_commit_and_compute_time_is_read() -> None:
    commits = times = 0
    for row in rows(TAPES):
        response = response_of(row)
        stated = response.headers
        if "x-sha" in stated:
            identity = served_commit(response)
            assert identity is not None
            assert (identity.revision, identity.is_proof) == (stated["x-sha"], True)
            commits += 1
        if "x-compute-time" in stated:
            usage = stated_usage(response)
            assert usage.compute_s is not None, row["id"]
            assert 0 <= usage.compute_s < 600
            times += 1
    print(f"{commits} commits, {times} compute times")
    assert commits > 0
    assert times > 0
