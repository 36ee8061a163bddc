"""Whatever a server does to its answers, the run ends as it says, with nothing lost or leaked."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from harness.store import RunReader
from tests.e2e.faults.driving import chat_suite, faulty, labels_suite, revgate
from tests.e2e.faults.invariants import check_invariants
from tests.e2e.faults.serving import place_of
from tests.e2e.faults.table import KINDS, WITH_REQUESTS, Fault, Kind

pytestmark = pytest.mark.e2e

SLACK_S = 40.0
"""For the command itself, on a machine that does much else."""

SETTINGS: Mapping[str, float] = {"concurrency": 4, "timeout_s": 30, "attempts": 3}

UNANSWERED = ("reset", "before status")
SENT_AGAIN = 5
"""Times libcurl itself sends a request again when a connection it reused closes without a byte."""


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
        write = chat_suite if kind.chat else labels_suite
        suite = write(server, cases, settings | {"transport": transport})
        (quiet_world / "suite.yaml").write_text(suite)
        outcome = revgate(quiet_world, "run", "suite.yaml", "--out", "out", within_s=within_s)
    print(outcome.stderr, f"{outcome.took_s:.1f} s, {outcome.peak_mb:.0f} MB")
    names, most = list(kind.faults), int(settings["attempts"]) * SENT_AGAIN
    repeated = {
        f"text {number}": most
        for number in range(cases)
        if (place := place_of(number)) is not None
        and any(word in names[place] for word in UNANSWERED)
    }
    timeout_s = settings["timeout_s"]
    check_invariants(outcome, server, within_s=within_s, timeout_s=timeout_s, repeated=repeated)
    _every_call_became_what_it_should(outcome.folder, kind, list(kind.faults))
    with RunReader(outcome.folder) as reader:
        used = {exchange.transport for _, exchange in reader.exchanges()}
    assert used == {"curl" if transport == "auto" else transport}


def _every_call_became_what_it_should(folder: Path, kind: Kind, names: list[str]) -> None:
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
            assert fault.says in (record.fault.message if record.fault is not None else "")
            if fault.attempts > 1:
                assert record.latency_s is None  # not what a user of a sound server waits
            _waited(reader, answer.seq, fault, names[place])


def _waited(reader: RunReader, seq: int, fault: Fault, name: str) -> None:
    if fault.waits_s is None:
        return
    low, high = fault.waits_s
    waited_s = reader.exchange(seq)[1].attempts[1].waited_s
    assert low <= waited_s <= high + 1e-9, (name, waited_s)
