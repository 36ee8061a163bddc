"""Sends a signal at every moment there is in chosen modules."""

import signal
import sys
from collections.abc import Callable, Collection
from types import CodeType, FrameType

Point = tuple[CodeType, int, CodeType | None, int]
"""(code, instruction, who called it, where)."""


def at_every_moment(work: Callable[[], object], modules: Collection[str], number: int) -> int:
    """Call `work` until it meets no new moment; at each new one the signal's handler is called.

    A moment is an instruction of these modules, told apart by who called it, in the thread that
    calls this and while there is a handler. Gives how many there were.
    """
    met: set[Point] = set()
    was_sent = True

    def at(frame: FrameType, event: str, _: object) -> object:
        nonlocal was_sent
        caller = frame.f_back
        point = (
            frame.f_code,
            frame.f_lasti,
            caller and caller.f_code,
            caller.f_lasti if caller else 0,
        )
        if event == "opcode" and not was_sent and point not in met:
            handler = signal.getsignal(number)
            if callable(handler):
                met.add(point)
                was_sent = True
                handler(number, frame)
        return at

    def begun(frame: FrameType, event: str, _: object) -> object:
        if frame.f_globals.get("__name__") not in modules:
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return at

    traced = sys.gettrace()
    while was_sent:
        was_sent = False
        try:
            sys.settrace(begun)
            work()
        finally:
            sys.settrace(traced)
    return len(met)
