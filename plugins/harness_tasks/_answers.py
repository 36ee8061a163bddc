"""Answers with their places in a context: read, and given by falling score."""

from harness.api import Json, Output
from harness_tasks._labels import number
from harness_tasks._spans import offset
from harness_tasks._wire import refused

EXPECTED = "{answer, score, start, end}, or a list of such"

Answer = tuple[str, float, int | None, int | None]
"""The words, their score, where they start and end in the context (characters)."""


def parse_answers(answer: Json | bytes) -> Output:
    """Read one answer or a list of them, giving them by falling score; raises ShapeError."""
    match answer:
        case dict() as entry:
            entries, variant = [entry], "{answer,score,start,end}"
        case [dict(), *_] as entries:
            variant = "[{answer,score,start,end}]"
        case _:
            raise refused(answer, EXPECTED)
    read = sorted(map(_read, entries), key=lambda found: -found[1])
    value: list[Json] = [
        {"answer": words, "score": score, "start": start, "end": end}
        for words, score, start, end in read
    ]
    return Output(value=value, variant=variant, text=read[0][0])


def answers_of(output: Output) -> list[Answer]:
    """Give the answers of a canonical value by falling score; what is none is left out."""
    found: list[Answer] = []
    for entry in output.value if isinstance(output.value, list) else ():
        match entry:
            case {"answer": str(words), "score": float(score), "start": start, "end": end}:
                found.append((words, score, _whole(start), _whole(end)))
            case {"answer": str(words), "score": bool(score), "start": start, "end": end}:
                found.append((words, score, _whole(start), _whole(end)))
    return found


def _whole(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _read(entry: Json) -> Answer:
    match entry:
        case {"error": error} if error is not None:
            pass
        case {"answer": str(words), "score": score, "start": start, "end": end}:
            return words, number(score), offset(start), offset(end)
    raise refused(entry, EXPECTED)
