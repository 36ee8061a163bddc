"""Sentence ranking: a query and texts in, the texts by falling relevance out."""

import math
from collections.abc import Iterator

from harness.api import Case, Finding, Json, Measure, Output, Payload, Task, hookimpl, plural
from harness_tasks._directions import directions
from harness_tasks._labels import legal
from harness_tasks._order import parse_order, scores_of
from harness_tasks._ranking import KENDALL, kendall_tau, top_overlap
from harness_tasks._wire import in_words, quoted

TOP = 10
"""The best texts whose overlap is taken: what is read of a ranking."""


def build(case: Case) -> Payload:
    """Give query and texts with the parameters beside them, at the root, as TEI's `/rerank` reads.

    Raises ValueError without a query and texts.
    """
    match case.inputs:
        case {"query": str(query), "texts": [*_], **rest} if not rest and texts_of(case):
            given = {k: v for k, v in case.parameters.items() if v is not None}
            body: dict[str, Json] = {**given, "query": query, "texts": [*texts_of(case)]}
            return Payload(value=body)
    raise ValueError("sentence-ranking needs inputs: {query: ..., texts: [...]}")


def validate(case: Case, output: Output) -> Iterator[Finding]:
    """Say whether every text is ranked once, with a finite score: in 0..1 unless `raw_scores`."""
    scores, asked = scores_of(output), len(texts_of(case))
    size = len(output.value) if isinstance(output.value, list) else 0
    if sorted(scores) == list(range(asked)) and len(scores) == size:
        yield legal("places", f"{plural(size, 'text')}, each once", ok=bool(size))
    else:
        yield legal(
            "places",
            f"expected {plural(asked, 'text')} ranked once each, got {plural(size, 'place')}",
        )
    is_raw = case.parameters.get("raw_scores") is True
    wrong = [s for s in scores.values() if not (math.isfinite(s) and (is_raw or 0 <= s <= 1))]
    wanted = "a finite number" if is_raw else "a number in 0..1"
    message = f"a score is {in_words(wrong[0])}, expected {wanted}" if wrong else "in range"
    yield legal("scores", message, ok=not wrong)


def compare(_case: Case, before: Output, after: Output) -> Iterator[Measure]:
    """Give agreement of the whole order and of the best text, overlap and rank correlation.

    `top_k_overlap` is the share of the best texts both sides have among theirs, 0..1: of the best
    10, of fewer than 20 texts the best half.
    `rank_correlation` is Kendall's tau-b over the texts both ranked, -1..1; left out where there
    is nothing to rank.
    """
    old, new = scores_of(before), scores_of(after)
    yield Measure(name="agreement", value=float(list(old) == list(new)))
    yield Measure(name="top_agreement", value=float(_best(old) == _best(new)))
    size = min(TOP, max(1, max(len(old), len(new)) // 2))
    tops = set(list(old)[:size]), set(list(new)[:size])
    yield Measure(name="top_k_overlap", value=top_overlap(*tops), note=f"of the best {size}")
    tau = kendall_tau(_finite(old), _finite(new))
    if tau is not None:
        yield Measure(name="rank_correlation", value=tau, note=KENDALL)


def expect(case: Case, output: Output) -> Finding:
    """Hold the best text against its place (from 0) or its words, or the order against places."""
    order, texts = list(scores_of(output)), texts_of(case)
    best = order[0] if order else -1
    match case.expect:
        case str(text):
            got = texts[best] if 0 <= best < len(texts) else ""
            ok, message = got == text, f"expected {quoted(text)} first, got {quoted(got)}"
        case int(place) if not isinstance(place, bool):
            ok, message = place == best, f"expected text {place} first, got {best}"
        case [_, *_] as places if all(type(place) is int for place in places):
            ok = order[: len(places)] == places
            message = f"expected the order {places[:9]}, got {order[:9]}"
        case other:
            ok = False
            message = f"`expect` must be a text, its place or places, not {in_words(other)}"
    return Finding(check="expect", ok=ok, message=message)


def texts_of(case: Case) -> list[str]:
    """Give the texts to rank."""
    given = case.inputs.get("texts") if isinstance(case.inputs, dict) else None
    return [one for one in given if isinstance(one, str)] if isinstance(given, list) else []


def _finite(scores: dict[int, float]) -> dict[int, float]:
    return {index: score for index, score in scores.items() if math.isfinite(score)}


def _best(scores: dict[int, float]) -> int | None:
    return next(iter(scores), None)


TASK = Task(
    name="sentence-ranking",
    build=build,
    parse=parse_order,
    validate=validate,
    compare=compare,
    measures=directions("top_agreement", "top_k_overlap", "rank_correlation"),
    expect=expect,
    sample=Case(
        id="tides",
        inputs={
            "query": "When is high tide?",
            "texts": ["The market opens early.", "The sea is highest at six."],
        },
        expect=1,
    ),
    sample_output=[{"index": 1, "score": 0.94}, {"index": 0, "score": 0.02}],
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
