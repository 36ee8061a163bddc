"""Forks processes that run the command, and kills them: `python -m tests.e2e.survival.nursery`.

Reads one JSON line a process from stdin, answers with one when it has ended. Everything heavy is
imported once, here, so that a life costs a fork and not a start; each is a process of its own.
Linux only: a pidfd names the process, so that no signal ever meets another one.
"""

import json
import os
import select
import signal
import sys
import traceback
from functools import partial
from typing import Any

from harness.cli import run
from harness.judging import Worker
from harness.pipeline import calls, judging_process
from harness.pipeline.judging_process import JudgingProcess
from tests.e2e.survival import judging
from tests.e2e.survival.witness import (
    Deaths,
    Notes,
    die_at,
    kill_one,
    note_acknowledged,
    note_commits,
)


def preload() -> None:
    """Import what a run needs, without starting a thread."""
    import jinja2  # noqa: F401
    import numpy as np  # noqa: F401
    import pycurl  # noqa: F401
    import scipy.special  # noqa: F401

    import harness.cli.run_verb
    import harness.cli.running  # noqa: F401
    from harness.registry import load_registry

    load_registry()


def wait_for_worker() -> None:
    """Let no call be made before the process that judges is ready, so that it commits often."""
    start = JudgingProcess.start

    def waiting(self: JudgingProcess, *given: Any) -> Worker:
        worker = start(self, *given)
        assert worker._poll(30.0), "the process that judges did not say that it is ready"
        return worker

    JudgingProcess.start = waiting  # type: ignore[method-assign]


def live(order: dict[str, Any]) -> int:
    """Be the child: run the command; give its exit code."""
    os.chdir(order["folder"])
    for number, name in ((1, "stdout"), (2, "stderr")):
        file = os.open(order[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(file, number)
    notes = Notes(order["notes"])
    note_commits(notes)
    at, moment, who = order["die_at"] or (0, "", "")
    if order["judges"] != "here":
        calls.MANY_CALLS = judging_process.MANY_CALLS = 1
        judging_process.judging_worker = judging  # type: ignore[assignment]
        judging_process.may_copy = lambda: order["judges"] == "copied"
        told = {"notes": order["notes"], "die_at": order["die_at"] if who != "main" else None}
        os.environ[judging.ORDER] = json.dumps(told)
        note_acknowledged(notes)
        if who:
            wait_for_worker()
    if who == "main":
        die_at(Deaths(at, moment, partial(kill_one, os.getpid())))
    order["began"] = True
    return run(order["words"])


def main() -> None:
    preload()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            code = 70
            try:
                code = live(order)
            except KeyboardInterrupt:  # the interpreter's own: what it does then is done here
                if "began" in order:
                    traceback.print_exc()
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                os.kill(os.getpid(), signal.SIGINT)
            finally:
                os._exit(code)
        signals = 0
        process = os.pidfd_open(child)
        ended = select.poll()
        ended.register(process, select.POLLIN)
        after_s = order["signal_after_s"]
        if after_s is not None and not ended.poll(after_s * 1000):
            signal.pidfd_send_signal(process, order["signal"])
            signals = 1
        if not ended.poll(order["within_s"] * 1000):
            signal.pidfd_send_signal(process, signal.SIGKILL)
            signals = -1
        os.close(process)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(json.dumps({"code": code, "signals": signals}), flush=True)


if __name__ == "__main__":
    main()
