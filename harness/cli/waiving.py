"""Keeps the waivers beside a suite in its run: a run is decided with those it holds itself."""

from harness.cli.screen import tell
from harness.data.suite import Suite
from harness.data.waiver import Waivers
from harness.store import RunReader, RunWriter
from harness.waivers import EVENT, read_waivers, waivers_from_json, waivers_path, waivers_to_json


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


def keep_waivers(suite: Suite, writer: RunWriter, at: float) -> Waivers:
    """Keep the suite's waivers of now in its run, where they are not those it has; give them.

    They change no call and no judgement, so a run may go on with others than it was started with.
    """
    now = waivers_beside(suite)
    writer.flush()
    with RunReader(writer.path) as reader:
        before = waivers_from_json(reader.events())
    if now != before:
        writer.put_event(EVENT, at, waivers_to_json(now))
    return now
