"""Keeps the waivers beside a suite in its run: a run is decided with those it holds itself."""

from pathlib import Path
from typing import TYPE_CHECKING

from harness.cli.folder import RUNS
from harness.cli.screen import tell
from harness.data.suite import Suite
from harness.data.waiver import Waivers
from harness.identity import iso_time
from harness.suitefile import LoadedSuite, SuiteError
from harness.waivers import (
    EVENT,
    CaseDigests,
    problems_of,
    read_waivers,
    waivers_from_json,
    waivers_path,
    waivers_to_json,
)

if TYPE_CHECKING:
    from harness.store import RunWriter


def waivers_beside(suite: Suite) -> Waivers:
    """Give the waivers of a suite, none where it has no file.

    Raises SuiteError for a file that cannot be read. One of another suite is told, and not used.
    """
    read = read_waivers(waivers_path(suite.path))
    if read is None:
        return Waivers()
    if read.suite != suite.name:
        tell(f"warning: {read.waivers.file} is of suite {read.suite}: none of its waivers counts")
        return Waivers()
    return read.waivers


def keep_waivers(suite: Suite, writer: "RunWriter", at: float) -> Waivers:
    """Keep the suite's waivers of now in its run, where they are not those it has; give them.

    They change no call and no judgement, so a run may go on with others than it was started with.
    """
    from harness.store import RunReader  # `check` opens no store

    now = waivers_beside(suite)
    writer.flush()
    with RunReader(writer.path) as reader:
        before = waivers_from_json(reader.events())
    if now != before:
        writer.put_event(EVENT, at, waivers_to_json(now))
    return now


def refuse_bad_waivers(loaded: LoadedSuite, now: float) -> None:
    """Raise SuiteError with all that is wrong with the waivers of a suite today, in file order.

    That a waiver is not needed is known from the newest run below `runs/`, beside the suite or
    where one stands.
    """
    suite = loaded.suite
    read = read_waivers(waivers_path(suite.path))
    if read is None:
        return
    from harness.history import unused_waivers  # it reads runs, and most suites have no waivers

    places = dict.fromkeys((Path() / RUNS, suite.path.parent / RUNS))
    unused = {
        key: run for place in places for key, run in unused_waivers(place, suite.name).items()
    }
    cases = CaseDigests.of(read, loaded.cases())
    wrong = problems_of(read, suite, cases, iso_time(now)[:10], unused)
    if wrong:
        raise SuiteError(wrong)
