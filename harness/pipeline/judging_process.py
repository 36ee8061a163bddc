"""The process that stores and judges the answers of a run with many calls."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial

from harness import judging_worker
from harness.copied import may_copy
from harness.data.suite import Case, Suite
from harness.judging import CAN_START, Worker, copy_worker, start_worker
from harness.registry import Registry
from harness.store import RunWriter, codec

MANY_CALLS = 2000
"""From here on a process that judges is worth its start, which may take a third of a second."""


class JudgingProcess:
    """Has it there in time: its start then takes no time from the calls.

    Given a registry it is a copy of this process, where there can be one: that is there at once,
    with all plugins, and shares with this one what neither changes. As it has open what is open
    here, it is made before anything of the run is. Otherwise a process is started, while the plan
    is still being stored.
    """

    def __init__(self, registry: Registry | None = None) -> None:
        self._spare: Worker | None = None
        with suppress(OSError):  # one is started when it is needed
            if registry is not None and CAN_START and may_copy():
                self._spare = copy_worker(partial(judging_worker.work, registry=registry))

    def foreseen(self, cases: Iterable[Case], calls_a_case: int) -> Iterator[Case]:
        """Give the cases; a process is there from then on when they need many calls, else none."""
        number = 0
        for number, case in enumerate(cases, start=1):
            if self._spare is None and number * calls_a_case >= MANY_CALLS and CAN_START:
                self._spare = self._started()
            yield case
        if number * calls_a_case < MANY_CALLS:
            self.close()

    def start(self, suite: Suite, modules: Iterable[str], writer: RunWriter) -> Worker:
        """Give a process that judges as this one would, and stores what it is given in the run.

        `modules` are those named with `-p`. It holds the run for as long as it lives. Raises
        OSError where no process can be started, or could not write in turns with this one.
        """
        shared = writer.share()
        worker, self._spare = self._spare or start_worker(judging_worker.__name__), None
        equipment = {
            "suite": codec.suite_to_json(suite),
            "modules": list(modules),
            "folder": str(writer.path.parent),
        }
        worker.equip(equipment, shared)
        return worker

    def close(self) -> None:
        """End a process that was not needed."""
        if self._spare is not None:
            self._spare.end()
            self._spare = None

    def _started(self) -> Worker | None:
        try:
            return start_worker(judging_worker.__name__)
        except OSError:
            return None  # tried again when it is needed, and told then
