"""Against a server that bears too little: few requests in vain, no call lost, its limit found.

`REVGATE_STORM_S=60 pytest -m e2e tests/e2e/load` storms for a minute; without it ten seconds.
"""

import os
from pathlib import Path

import pytest

from tests.e2e.load.running import Ran, run

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

STORM_S = float(os.environ.get("REVGATE_STORM_S", "10"))
CONCURRENCY = 200
"""Calls in flight over both targets, if it went by us."""


def storm(folder: Path, bears: str, per_s: float) -> Ran:
    """Ask for as much as the server bears in the time of the storm."""
    settings = f"concurrency: {CONCURRENCY // 2}, attempts: 6"
    cases = int(STORM_S * per_s / 2)
    return run(folder, bears, cases=cases, within_s=120 + 4 * STORM_S, settings=settings)


def nothing_is_lost_and_little_is_asked_in_vain(ran: Ran) -> None:
    counts, record = ran.result["counts"], ran.record
    seen = record["answered"] + record["refused"]
    print(f"{seen} requests, {record['answered']} answered, {counts['faults']} given up")
    assert counts["planned"] == counts["answered"] + counts["faults"]
    assert counts["answered"] == record["answered"]
    assert counts["attempts"] == seen
    assert ran.sent == record["by_body"]
    assert seen <= 1.2 * record["answered"] + 3 * CONCURRENCY
    assert counts["answered"] >= 0.99 * counts["planned"]


def test_the_most_calls_at_once_are_found_and_kept_to(quiet_world: Path) -> None:
    ran = storm(quiet_world, "in-flight:50:500", per_s=100)
    nothing_is_lost_and_little_is_asked_in_vain(ran)
    held = ran.mean_held(after=0.4)
    print(f"{held:.1f} in flight on average, of 50")
    assert 0.7 * 50 <= held <= 1.05 * 50


@pytest.mark.parametrize("per_s", [100, 8])
def test_calls_a_second_are_found_and_kept_to(quiet_world: Path, per_s: int) -> None:
    ran = storm(quiet_world, f"rate:{per_s}:20", per_s=per_s)
    nothing_is_lost_and_little_is_asked_in_vain(ran)


def test_a_storm_of_refusals_alone_costs_no_call_and_few_requests(quiet_world: Path) -> None:
    settings = f"concurrency: {CONCURRENCY // 2}"
    bears, within_s = f"closed:{STORM_S:g}:20", 120 + 2 * STORM_S
    ran = run(quiet_world, bears, cases=200, within_s=within_s, settings=settings)
    nothing_is_lost_and_little_is_asked_in_vain(ran)
    assert ran.result["counts"]["faults"] == 0
    assert ran.record["refused"] <= 1.5 * CONCURRENCY + 2 * 10, "those in flight, and looks"
