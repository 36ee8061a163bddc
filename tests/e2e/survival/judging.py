"""The process that judges, watched: a copy, or `python -P -m tests.e2e.survival.judging LINE`.

It notes its commits and dies at one of them as it is told in the environment, and is in all else
what `harness.judging_worker` is.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress

from harness import judging_worker
from harness.registry import Registry
from tests.e2e.survival.witness import Deaths, Notes, die_at, kill_one, note_commits

ORDER = "REVGATE_TEST_JUDGING"
"""A JSON object: `notes`; and `die_at`, null or [n, "before" or "after", who], see `death`."""


def death(who: str, died: str) -> Callable[[], None]:
    """Give how to end: the `worker` alone, once in a run, or `both` processes of the run.

    `died` is the path of a file that says it has happened.
    """
    caller = os.pidfd_open(os.getppid())  # names it for good: no signal meets another process

    def kill() -> None:
        with suppress(FileExistsError):
            os.close(os.open(died, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            if who == "both":
                signal.pidfd_send_signal(caller, signal.SIGKILL)
            kill_one(os.getpid())

    return kill


def work(line: int, registry: Registry | None = None) -> None:
    order = json.loads(os.environ[ORDER])
    if registry is None:  # a copy notes its commits as who was copied does
        note_commits(Notes(order["notes"]))
    if order["die_at"] is not None:
        at, moment, who = order["die_at"]
        die_at(Deaths(at, moment, death(who, order["notes"] + ".died")))
    judging_worker.work(line, registry)


if __name__ == "__main__":
    work(int(sys.argv[1]))
