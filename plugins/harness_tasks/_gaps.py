"""Candidates for masked tokens: read, and given as scores for each gap."""

import math

from harness.api import Json, Output
from harness_tasks._labels import number
from harness_tasks._wire import refused

EXPECTED = "[{sequence, score, token, token_str}, ...], or a list of such lists, one a mask"


def parse_gaps(answer: Json | bytes) -> Output:
    """Read the candidates of one mask, or of several; raises ShapeError.

    Canonical: for each mask `[{token, score, sequence}]` by falling score.
    """
    gaps: list[Json]
    match answer:
        case [dict(), *_] as candidates:
            gaps, variant = [candidates], "[{token_str,score}]"
        case [[dict(), *_], *_] as gaps:
            variant = "[[{token_str,score}]]"
        case _:
            raise refused(answer, EXPECTED)
    value: list[Json] = [_candidates(gap) for gap in gaps]
    text = " ".join(tops_of(Output(value=value)))
    return Output(value=value, variant=variant, text=text)


def scores_of(output: Output) -> list[dict[str, float]]:
    """Give token -> finite score for each mask, by falling score."""
    found = []
    for gap in output.value if isinstance(output.value, list) else ():
        scores: dict[str, float] = {}
        for candidate in gap if isinstance(gap, list) else ():
            match candidate:
                case {"token": str(token), "score": float(score)} if math.isfinite(score):
                    scores.setdefault(token, score)
        found.append(scores)
    return found


def tops_of(output: Output) -> list[str]:
    """Give the likeliest token of each mask."""
    return [next(iter(scores), "") for scores in scores_of(output)]


def _candidates(gap: Json) -> list[Json]:
    read = [_candidate(entry) for entry in gap] if isinstance(gap, list) else []
    if not read:
        raise refused(gap, EXPECTED)
    read.sort(key=lambda found: -found[1])
    return [{"token": token, "score": score, "sequence": text} for token, score, text in read]


def _candidate(entry: Json) -> tuple[str, float, str]:
    """Give token, score and filled text; a token without its spelling is called by its number."""
    match entry:
        case {"error": error} if error is not None:
            pass
        case {"score": score, "sequence": str(text), "token_str": str(token)}:
            return token, number(score), text
        case {"score": score, "sequence": str(text), "token": str(token)}:
            return token, number(score), text
        case {"score": score, "sequence": str(text), "token": int(place)}:
            if not isinstance(place, bool) and abs(place) < 1 << 53:
                return str(place), number(score), text
    raise refused(entry, EXPECTED)
