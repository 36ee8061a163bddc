"""Stops a run whose calls fail, where the suite asks for that."""

import threading

from harness.data.exchange import Fault
from harness.units import plural


class Patience:
    """Counts calls that ended without an answer; `run.fail_fast` of them stop the run.

    It stops as it does at a signal: calls in flight are waited for, all is saved, and the run can
    be resumed, with patience anew.
    """

    def __init__(self, most: int | None, stop: threading.Event) -> None:
        self._left, self._most, self._stop = most, most, stop

    def take(self, case_id: str, target: str, fault: Fault | None) -> str:
        """Take in how a call ended; give why the run stops, the one time it does, else empty."""
        if self._left is None or self._most is None or fault is None:
            return ""
        self._left -= 1
        if self._left != 0:
            return ""
        self._stop.set()
        return (
            f"run.fail_fast: stopping after {plural(self._most, 'call')} without an answer; the "
            f"last is case {case_id} at {target}: {fault.message}"
        )
