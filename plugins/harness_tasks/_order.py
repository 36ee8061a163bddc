"""Places of texts by falling score: read, and given as scores."""

from harness.api import Json, Output
from harness_tasks._labels import number
from harness_tasks._wire import refused

EXPECTED = "[{index, score}, ...]"


def parse_order(answer: Json | bytes) -> Output:
    """Read places with scores, with or without the texts; raises ShapeError."""
    match answer:
        case [dict(), *_] as entries:
            pairs = sorted(map(_pair, entries), key=lambda pair: -pair[1])
        case _:
            raise refused(answer, EXPECTED)
    has_text = any(isinstance(entry, dict) and "text" in entry for entry in entries)
    value: list[Json] = [{"index": index, "score": score} for index, score in pairs]
    variant = "[{index,score,text}]" if has_text else "[{index,score}]"
    return Output(value=value, variant=variant, text=str(pairs[0][0]))


def scores_of(output: Output) -> dict[int, float]:
    """Give place -> score by falling score; of a place given twice, the higher one."""
    scores: dict[int, float] = {}
    for entry in output.value if isinstance(output.value, list) else ():
        match entry:
            case {"index": int(index), "score": float(score)}:
                scores.setdefault(index, score)
    return scores


def _pair(entry: Json) -> tuple[int, float]:
    match entry:
        case {"error": error} if error is not None:
            pass
        case {"index": int(index), "score": score} if not isinstance(index, bool):
            if 0 <= index < 1 << 53:
                return index, number(score)
    raise refused(entry, "{index, score}")
