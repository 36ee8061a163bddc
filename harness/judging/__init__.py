"""Judges off the loop: in a thread, or in a process that stores too when there is much to do."""

from harness.judging.apart import RoomApart
from harness.judging.here import JudgingRoom
from harness.judging.room import Deliver, JudgeOne, Keep, Room, unstorable
from harness.judging.worker import CAN_START, Sign, Worker, serve, start_worker

__all__ = [
    "CAN_START", "Deliver", "JudgeOne", "JudgingRoom", "Keep", "Room", "RoomApart", "Sign",
    "Worker", "serve", "start_worker", "unstorable",
]  # fmt: skip
