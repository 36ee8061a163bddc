"""Whatever a server does to its answers, the run ends as it says, with nothing lost or leaked."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from harness.store import RunReader
from tests.e2e.faults.driving import WRITERS, Faulty, faulty, revgate
from tests.e2e.faults.invariants import check_invariants
from tests.e2e.faults.serving import place_of
from tests.e2e.faults.table import KINDS, WITH_REQUESTS, Fault, Kind

pytestmark = pytest.mark.e2e

SLACK_S = 40.0
"""For the command itself, on a machine that does much else."""

SETTINGS: Mapping[str, float] = {"concurrency": 4, "timeout_s": 30, "attempts": 3}

UNANSWERED = ("reset", "before status")
SENT_AGAIN = 1
"""Times libcurl sends a call again by itself, its connection having closed without a byte.

That is in the first attempt alone: after one that broke off, the next has a new connection.
"""


@pytest.mark.parametrize(
    ("name", "transport"),
    [(name, "auto") for name in KINDS] + [(name, "requests") for name in WITH_REQUESTS],
)
def test_after_every_fault_the_run_holds_what_it_promises(
    name: str, transport: str, quiet_world: Path
) -> None:
    kind = KINDS[name]
    faults = list(kind.faults.values())
    settings = dict(SETTINGS) | dict(kind.settings)
    cases, within_s = 2 * len(faults) + 1, kind.takes_s + SLACK_S
    with faulty("tests.e2e.faults.serving", name, ledger=quiet_world.parent / "ledger") as server:
        write = WRITERS[kind.asks]
        suite = write(server, cases, settings | {"transport": transport})
        (quiet_world / "suite.yaml").write_text(suite)
        words = ["run", "suite.yaml", "--out", "out"]
        if server.ca_file is not None:  # one that only the suite trusts gets no token unasked
            shutil.copy(server.ca_file, quiet_world)
            words += ["--trust", server.url]
        outcome = revgate(quiet_world, *words, within_s=within_s)
    print(outcome.stderr, f"{outcome.took_s:.1f} s, {outcome.peak_mb:.0f} MB")
    names, most = list(kind.faults), SENT_AGAIN if transport == "auto" else 0
    repeated = {
        f"text {number}": most
        for number in range(cases)
        if (place := place_of(number)) is not None
        and any(word in names[place] for word in UNANSWERED)
    }
    timeout_s = settings["timeout_s"]
    check_invariants(outcome, server, within_s=within_s, timeout_s=timeout_s, repeated=repeated)
    _every_call_became_what_it_should(outcome.folder, kind, server)
    if kind.cut_to is not None:
        _fewer_are_asked_after_a_refusal(outcome.folder, kind.cut_to)
    with RunReader(outcome.folder) as reader:
        used = {exchange.transport for _, exchange in reader.exchanges()}
    assert used == {"curl" if transport == "auto" else transport}


def _every_call_became_what_it_should(folder: Path, kind: Kind, server: Faulty) -> None:
    names = list(kind.faults)
    hosts = {
        "evil": server.evil,
        "host": server.evil.partition("//")[2],
        "own_host": server.url.partition("//")[2],
    }
    with RunReader(folder) as reader:
        states = {
            (int(case.case.id[1:]), answer.target): answer
            for case in reader.cases()
            for answer in case.answers
        }
        for (number, target), answer in states.items():
            record, place = answer.record, place_of(number)
            assert record is not None
            if place is None or target == "baseline":
                assert (record.state, answer.attempts) == ("passed", 1), (number, target, record)
                continue
            fault = kind.faults[names[place]]
            became = record.fault.kind if record.fault is not None else record.state
            assert became == fault.becomes, (names[place], record)
            assert answer.attempts == fault.attempts, names[place]
            said = record.fault.message if record.fault is not None else ""
            assert fault.says.format(**hosts) in said, names[place]
            if fault.attempts > 1:
                assert record.latency_s is None  # not what a user of a sound server waits
            _waited(reader, answer.seq, fault, names[place])


def _fewer_are_asked_after_a_refusal(folder: Path, cut_to: float) -> None:
    """Until the limit may have grown again: a second, beside the one that was to be waited."""
    with RunReader(folder) as reader:
        attempts = [one for _, exchange in reader.exchanges() for one in exchange.attempts]
    spans = [(one.started_at, one.started_at + (one.timings.total_s or 0.0)) for one in attempts]
    (refused_at,) = (
        end for one, (_, end) in zip(attempts, spans, strict=True) if one.fault is not None
    )

    def most(since: float, until: float) -> int:
        starts = [start for start, _ in spans if since <= start < until]
        return max(sum(start <= at < end for start, end in spans) for at in starts)

    before, after = most(0.0, refused_at), most(refused_at + 0.05, refused_at + 2.0)
    print(f"{before} on the wire at once before the refusal, {after} after it")
    assert after <= cut_to * before


def _waited(reader: RunReader, seq: int, fault: Fault, name: str) -> None:
    if fault.waits_s is None:
        return
    low, high = fault.waits_s
    waited_s = reader.exchange(seq)[1].attempts[1].waited_s
    assert low <= waited_s <= high + 1e-9, (name, waited_s)
