"""Runs a judge off the loop: in a thread, or in a process of its own when there is much to do."""

from harness.judging.apart import RoomApart
from harness.judging.here import JudgingRoom
from harness.judging.room import Deliver, JudgeOne, Room, unstorable
from harness.judging.worker import CAN_START, Worker, serve, start_worker

__all__ = [
    "CAN_START", "Deliver", "JudgeOne", "JudgingRoom", "Room", "RoomApart", "Worker", "serve",
    "start_worker", "unstorable",
]  # fmt: skip
