"""What a run needs of the world, and who watches it."""

import threading
from typing import Protocol

from harness.api.kinds import Task
from harness.clock import Clock
from harness.credentials import Wallet
from harness.data.noun import Noun
from harness.data.record import Record
from harness.data.suite import Suite
from harness.errors import PluginError
from harness.registry import Registry


class Listener(Protocol):
    """Sees a run go by; called from several threads."""

    def planned(self, calls: int, pending: int) -> None:
        """Learn that the plan is stored; `pending` of its calls are still to be made."""

    def ended(self, target: str, case_id: str, record: Record | None) -> None:
        """Learn that a call was judged, or (record None) was not sent."""

    def warned(self, message: str) -> None:
        """Learn something to be told at once."""


class Surroundings(Noun, frozen=True, kw_only=True):
    """What a run needs of the world."""

    registry: Registry
    wallet: Wallet
    clock: Clock
    stop: threading.Event
    listener: Listener


def task_of(suite: Suite, registry: Registry) -> Task:
    """Give the suite's task; raises PluginError when it is not installed any more."""
    task = registry.tasks.get(suite.task)
    if task is None:
        raise PluginError(f"task {suite.task} is not installed; `revgate plugins` lists what is")
    for target in suite.targets:
        if target.provider not in registry.providers:
            raise PluginError(f"provider {target.provider} is not installed")
    return task
