"""Judges off the loop: in a thread, or in a process that stores too when there is much to do."""

from harness.judging.apart import RoomApart
from harness.judging.bench import serve
from harness.judging.frames import Sign
from harness.judging.here import JudgingRoom
from harness.judging.room import (
    LOOK_S,
    MOST_APART,
    MOST_HERE,
    Deliver,
    JudgeOne,
    Keep,
    Room,
    unstorable,
)
from harness.judging.worker import CAN_START, Worker, copy_worker, start_worker

__all__ = [
    "CAN_START", "LOOK_S", "MOST_APART", "MOST_HERE", "Deliver", "JudgeOne", "JudgingRoom", "Keep",
    "Room", "RoomApart", "Sign", "Worker", "copy_worker", "serve", "start_worker",
    "unstorable",
]  # fmt: skip
