"""What protocols call the states of a job, and how one is read out of a poll's answer."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from harness.api import Fault, Response
from harness_providers._reading import at, is_media, object_of, text_at


@dataclass(frozen=True, slots=True)
class Words:
    """What a protocol calls the states of a job; any other word means that it goes on."""

    done: Collection[str]
    failed: Collection[str]
    path: tuple[str, ...] = ("status",)
    """Where the word stands."""


PREDICTION = Words(done={"succeeded"}, failed={"failed", "canceled", "aborted"})
QUEUE = Words(done={"completed"}, failed={"failed", "error", "cancelled"})
WAVE = Words(done={"completed"}, failed={"failed"}, path=("data", "status"))
VIDEO = Words(
    done={"completed", "done", "succeeded"},
    failed={"failed", "cancelled", "canceled", "expired", "error"},
)


def state_of(words: Words) -> Callable[[Response], Fault | str | None]:
    """Give the function that reads a job's state out of a poll's answer."""

    def state(response: Response) -> Fault | str | None:
        """Give None where the job is done, its word where it goes on, a fault where it failed.

        Raises ValueError where the answer names no state.
        """
        if is_media(response):
            return None
        value = object_of(response)
        said = text_at(value, *words.path)
        word = said.lower()
        if not word:
            raise ValueError(f"the answer to a poll has no {'.'.join(words.path)}")
        why = _reason(value)
        if word in words.failed or (word in words.done and why):
            message = f"the job ended as {said}{f': {why}' if why else ''}"
            return Fault(kind="refused", message=message, status=response.status)
        return None if word in words.done else said

    return state


def done_operation(response: Response) -> Fault | str | None:
    """Say whether a long-running operation of Google's is over, and whether it failed."""
    value = object_of(response)
    if at(value, "done") is not True:
        return "running"
    if at(value, "error"):
        message = f"the operation failed: {_reason(value)}"
        return Fault(kind="refused", message=message, status=response.status)
    return None


def _reason(value: Any) -> str:
    """Give why a job failed, in the server's words."""
    for path in (("error", "message"), ("error",), ("data", "error"), ("detail",)):
        if found := text_at(value, *path):
            return found[:300]
    return ""
