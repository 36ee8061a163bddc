"""Places of texts by falling score: read, and given as scores."""

from harness.api import Json, Output
from harness_tasks._labels import number
from harness_tasks._wire import refused

EXPECTED = "[{index, score}, ...] or {results: [{index, relevance_score}, ...]}"


def parse_order(answer: Json | bytes) -> Output:
    """Read places with scores, with or without the texts; raises ShapeError.

    TEI's `[{index, score}]`, and `{results: [{index, relevance_score}]}` as most other servers of
    rerankers answer.
    """
    match answer:
        case [dict(), *_] as entries:
            frame = "[{}]"
        case {"results": [dict(), *_] as entries, **rest} if rest.get("error") is None:
            frame = "{results:[{}]}"
        case _:
            raise refused(answer, EXPECTED)
    pairs = sorted(map(_pair, entries), key=lambda pair: -pair[1])
    known = ("index", "score", "relevance_score", "text", "document")
    names = [name for name in known if isinstance(entries[0], dict) and name in entries[0]]
    value: list[Json] = [{"index": index, "score": score} for index, score in pairs]
    variant = frame.replace("{}", f"{{{','.join(names)}}}")
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
        case {"index": int(index), "relevance_score": score} if not isinstance(index, bool):
            if 0 <= index < 1 << 53:
                return index, number(score)
    raise refused(entry, "{index, score}")
