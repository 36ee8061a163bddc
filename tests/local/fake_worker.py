"""A worker with a model that needs no torch: `python fake_worker.py [how]`."""

import os
import sys
import time
from pathlib import Path

from harness_local.worker.life import live
from harness_local.worker.nouns import (
    File,
    Loaded,
    Question,
    QuestionError,
    RefusedError,
    Specification,
)
from harness_local.worker.reading import text_of

COMMIT = "c" * 40


def ask(question: Question) -> object:
    """Answer by what the text says: with its length, a file, an error, or late."""
    if question.media is not None:
        return File("image/png", question.media[::-1])
    text = text_of(question)
    if text == "wrong":
        raise QuestionError("`inputs` must not be wrong")
    if text == "broken":
        raise IndexError("out of range in self")
    if text == "full":
        raise MemoryError("no room")
    if text == "nan":
        return [{"label": "CALM", "score": float("nan")}]
    if text.startswith("wait for "):
        door = Path(text.removeprefix("wait for "))
        door.with_suffix(".begun").touch()
        while not door.exists():
            time.sleep(0.005)
    return [[{"label": "CALM", "score": 1 / (1 + len(text))}]]


def load(specification: Specification) -> Loaded:
    """Load as the command line says."""
    how = sys.argv[1] if len(sys.argv) > 1 else "well"
    print("a library prints while it loads")
    if how == "refused":
        raise RefusedError(f"{specification.model} is not in the Hub cache")
    if how == "broken":
        raise RuntimeError("a bug of the library")
    if how == "killed":
        os.kill(os.getpid(), 9)
    if how == "slow":
        Path(sys.argv[2]).write_text(str(os.getpid()), encoding="utf-8")
        time.sleep(600)
    pin = specification.revision or COMMIT
    return Loaded(
        ask=ask, commit=COMMIT if how == "another" else pin, facts={"task": specification.task}
    )


if __name__ == "__main__":
    live(load)
