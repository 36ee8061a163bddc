"""A run that is killed among faults and resumed ends as one that nobody disturbed."""

from pathlib import Path
from typing import Any

import pytest

from harness.store import RunReader
from tests.e2e.faults.driving import WRITERS, faulty, killed, revgate
from tests.e2e.faults.invariants import check_invariants, result_of
from tests.e2e.faults.table import KINDS
from tests.e2e.faults.test_faults import SENT_AGAIN, SETTINGS, SLACK_S
from tests.e2e.survival.lives import comparable

pytestmark = pytest.mark.e2e
NAMES = [  # with waits, so that the kill comes before the end
    "cut short (F04-F11)",
    "streams that break (F20-F23)",
    "told to wait (F28-F30)",
    "loading (F33, F34)",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_run_killed_among_faults_ends_as_one_that_was_not(name: str, quiet_world: Path) -> None:
    kind = KINDS[name]
    settings = dict(SETTINGS) | dict(kind.settings)
    cases, within_s = 2 * len(kind.faults) + 1, kind.takes_s + SLACK_S
    ended: dict[str, tuple[dict[str, Any], dict[tuple[str, str], Any]]] = {}
    for how in ("whole", "killed"):  # each against a server that has seen nothing
        folder = quiet_world / how
        folder.mkdir()
        ledger = quiet_world.parent / f"{how}.ledger"
        with faulty("tests.e2e.faults.serving", name, ledger=ledger) as server:
            write = WRITERS[kind.asks]
            (folder / "suite.yaml").write_text(write(server, cases, settings))
            words: tuple[str, ...] = ("run", "suite.yaml", "--out", "out")
            if how == "killed":
                killed(folder, *words, calls=cases // 2, within_s=within_s)
                with RunReader(folder / "out") as reader:
                    assert list(reader.pending()), "there is nothing to resume"
                words = ("run", "--resume", "out")
            outcome = revgate(folder, *words, within_s=within_s)
        # All attempts of what was in flight at the kill are made again.
        most = SENT_AGAIN if how == "whole" else int(settings["attempts"]) + 2 * SENT_AGAIN
        check_invariants(
            outcome,
            server,
            within_s=within_s,
            timeout_s=settings["timeout_s"],
            repeated={f"text {number}": most for number in range(cases)},
        )
        ended[how] = comparable(result_of(outcome)), ends_of(outcome.folder)
    assert ended["killed"] == ended["whole"]


def ends_of(folder: Path) -> dict[tuple[str, str], Any]:
    """Give (state, output, kind of fault) of every call, by case and target."""
    with RunReader(folder) as reader:
        return {
            (case.case.id, answer.target): (
                answer.record.state,
                answer.record.output and answer.record.output.value,
                answer.record.fault and answer.record.fault.kind,
            )
            for case in reader.cases()
            for answer in case.answers
            if answer.record is not None
        }
