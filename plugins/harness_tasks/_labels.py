"""Answers that are labels with scores: read, checked for legality, held against expectations."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from harness.api import Case, Finding, Json, Output
from harness_tasks._wire import in_words, quoted, refused

EXPECTED = "[[{label, score}, ...]], [{label, score}, ...] or {label, score}"


def parse_labels(answer: Json | bytes) -> Output:
    """Read `[[{label, score}]]`, `[{label, score}]` or `{label, score}`; raises ShapeError."""
    match answer:
        case [[_, *_] as entries]:
            variant = "[[{label,score}]]"
        case [dict(), *_] as entries:
            variant = "[{label,score}]"
        case dict() as entry if "label" in entry and "score" in entry:
            entries, variant = [entry], "{label,score}"
        case [[*_], [*_], *_]:
            raise refused(answer, f"one answer: {EXPECTED}")
        case _:
            raise refused(answer, EXPECTED)
    return ranked([_pair(entry) for entry in entries], variant)


def ranked(pairs: Sequence[tuple[str, float]], variant: str) -> Output:
    """Give the canonical output: `[{label, score}]` by falling score, ties as they came."""
    pairs = sorted(pairs, key=lambda pair: -pair[1])
    value: list[Json] = [{"label": label, "score": score} for label, score in pairs]
    return Output(value=value, variant=variant, text=pairs[0][0])


def number(score: object) -> float:
    """Give a score as a float; a boolean stays one, for `validate` to find. Raises ShapeError."""
    if isinstance(score, bool | float):
        return score
    if isinstance(score, int):
        try:
            return float(score)
        except OverflowError:
            pass
    raise refused(score, "a number as score")


def pairs_of(output: Output) -> Iterator[tuple[str, float]]:
    """Give (label, score) of the canonical value by falling score; what is none is left out."""
    for entry in output.value if isinstance(output.value, list) else ():
        if isinstance(entry, dict):
            label, score = entry.get("label"), entry.get("score")
            if isinstance(label, str) and isinstance(score, int | float):
                yield label, score


def scores_of(output: Output) -> dict[str, float]:
    """Give label -> finite score; of a label given twice, the higher one."""
    scores: dict[str, float] = {}
    for label, score in pairs_of(output):
        if math.isfinite(score):
            scores.setdefault(label, float(score))
    return scores


def validate_labels(case: Case, output: Output) -> Iterator[Finding]:
    """Say whether labels are named once each, scores are probabilities, and `top_k` was obeyed.

    With `function_to_apply: none` scores are logits, and may be any finite number.
    """
    pairs = list(pairs_of(output))
    size = len(output.value) if isinstance(output.value, list) else 0
    names = {label for label, _ in pairs}
    if not pairs or len(pairs) != size or "" in names:
        yield legal("labels", "expected labels with scores, got none, or one without a name")
    elif len(names) < size:
        counts = Counter(label for label, _ in pairs)
        twice = next(label for label, count in counts.items() if count > 1)
        yield legal("labels", f"label {quoted(twice)} is given twice", ok=False)
    else:
        yield legal("labels", f"{size} labels, each once" if size > 1 else "1 label", ok=True)
    is_logit = case.parameters.get("function_to_apply") == "none"
    for place, (label, score) in enumerate(pairs):
        if isinstance(score, bool) or not (math.isfinite(score) and (is_logit or 0 <= score <= 1)):
            wanted = "a finite number" if is_logit else "a number in 0..1"
            message = f"score of {quoted(label)} is {in_words(score)}, expected {wanted}"
            yield legal("scores", message, where=f"/{place}/score")
            break
    else:
        yield legal("scores", "every score is in range", ok=bool(pairs))
    top_k = case.parameters.get("top_k")
    if isinstance(top_k, int) and not isinstance(top_k, bool) and top_k > 0:
        yield legal("top_k", f"{size} labels, at most {top_k} asked for", ok=size <= top_k)


def legal(aspect: str, message: str, *, ok: bool = False, where: str = "") -> Finding:
    """Give a finding of weight 0 on whether the answer is valid at all."""
    return Finding(check=f"valid_{aspect}", ok=ok, message=message, where=where, weight=0)


def _pair(entry: Json) -> tuple[str, float]:
    match entry:
        case {"error": error} if error is not None:
            raise refused(entry, "{label, score}")
        case {"label": str(label), "score": score}:
            return label, number(score)
    raise refused(entry, "{label, score}")
