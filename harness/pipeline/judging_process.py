"""The process that stores and judges the answers of a run with many calls."""

from collections.abc import Iterable, Iterator

from harness.data.suite import Case, Suite
from harness.judging import CAN_START, Worker, start_worker
from harness.store import RunWriter, codec

MANY_CALLS = 2000
"""From here on a process that judges is worth its start, a third of a second."""
_MODULE = "harness.judging_worker"


class JudgingProcess:
    """Starts it, while the plan is still being stored where that shows that there is much to do.

    Its imports then take no time from the calls.
    """

    def __init__(self) -> None:
        self._spare: Worker | None = None

    def foreseen(self, cases: Iterable[Case], calls_a_case: int) -> Iterator[Case]:
        """Give the cases; once they need many calls, a process is started for those."""
        for number, case in enumerate(cases, start=1):
            if self._spare is None and number * calls_a_case >= MANY_CALLS and CAN_START:
                self._spare = self._started()
            yield case

    def start(self, suite: Suite, modules: Iterable[str], writer: RunWriter) -> Worker:
        """Give a process that judges as this one would, and stores what it is given in the run.

        `modules` are those named with `-p`. It holds the run for as long as it lives. Raises
        OSError where no process can be started, or could not write in turns with this one.
        """
        shared = writer.share()
        worker, self._spare = self._spare or start_worker(_MODULE), None
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
            return start_worker(_MODULE)
        except OSError:
            return None  # tried again when it is needed, and told then
