"""What the server's log says about a contender."""

import pytest

from benchmarks.access_log import served


def test_the_request_phase_runs_from_the_first_arrival_to_the_last_answer() -> None:
    told = served(["100.050 0.050 200", "100.300 0.040 200", "100.200 0.060 200"])
    assert told.calls == 3
    assert told.phase_s == pytest.approx(0.3)
    assert told.p50_s == 0.050
    assert told.p99_s == 0.060


def test_what_was_not_answered_is_no_call() -> None:
    assert served(["100.1 0.1 499", "101.1 0.1 200"]).calls == 1


def test_a_server_that_was_not_asked_saw_no_phase() -> None:
    assert served([]).calls == 0
    assert served([]).phase_s is None


def test_a_line_of_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match="unpack"):
        served(['127.0.0.1 - - "GET / HTTP/1.1" 200'])
