"""Fill mask: a text with a gap in, the likeliest tokens for it out."""

import math
from collections.abc import Iterator

from harness.api import Case, Finding, Json, Measure, Output, Task, hookimpl, plural
from harness_tasks._directions import directions
from harness_tasks._gaps import parse_gaps, scores_of, tops_of
from harness_tasks._labels import legal
from harness_tasks._ranking import KENDALL, kendall_tau, top_overlap
from harness_tasks._wire import build_json, in_words, quoted

FORMS = "a token, or a list of tokens; for several masks a list of lists of tokens"


def validate(case: Case, output: Output) -> Iterator[Finding]:
    """Say whether every mask has named candidates with scores in 0..1, at most `top_k` of them."""
    masks = output.value if isinstance(output.value, list) else []
    found = scores_of(output)
    sizes = [len(mask) if isinstance(mask, list) else 0 for mask in masks]
    if not found or 0 in sizes or any("" in scores for scores in found):
        yield legal("tokens", "expected tokens with scores for every mask")
    elif sizes != [len(scores) for scores in found]:
        yield legal("tokens", "a token is given twice, or its score is no number")
    else:
        yield legal("tokens", f"tokens for {plural(len(found), 'mask')}", ok=True)
    wrong = [score for scores in found for score in scores.values() if not 0 <= score <= 1]
    message = f"a score is {in_words(wrong[0])}, not in 0..1" if wrong else "scores are in range"
    yield legal("scores", message, ok=not wrong)
    top_k = case.parameters.get("top_k")
    if isinstance(top_k, int) and not isinstance(top_k, bool) and top_k > 0:
        most = max(sizes, default=0)
        message = f"{most} tokens, at most {top_k} asked for"
        yield legal("top_k", message, ok=most <= top_k)


def compare(_case: Case, before: Output, after: Output) -> Iterator[Measure]:
    """Give agreement of the top token of every mask, overlap and rank correlation of the rest.

    `top_k_overlap` is the share of the longer list that both have, 0..1, the mean over masks.
    `rank_correlation` is Kendall's tau-b over the tokens both have, -1..1, the mean over masks.
    """
    yield Measure(name="agreement", value=float(tops_of(before) == tops_of(after)))
    old, new = scores_of(before), scores_of(after)
    if not old or len(old) != len(new):
        return
    pairs = list(zip(old, new, strict=True))
    overlaps = [top_overlap(a.keys(), b.keys()) for a, b in pairs]
    yield Measure(name="top_k_overlap", value=math.fsum(overlaps) / len(overlaps))
    taus = [tau for a, b in pairs if (tau := kendall_tau(a, b)) is not None]
    if taus:
        mean = math.fsum(taus) / len(taus)
        yield Measure(name="rank_correlation", value=mean, note=KENDALL)


def expect(case: Case, output: Output) -> Finding:
    """Hold the top token of each mask against `case.expect`; spaces around a token do not count."""
    match case.expect:
        case str(token):
            wanted = [[token]]
        case [[*_], *_] as masks:
            wanted = [_tokens(mask) for mask in masks]
        case other:
            wanted = [_tokens(other)]
    if not all(wanted):
        message = f"`expect` must be {FORMS}, not {in_words(case.expect)}"
        return Finding(check="expect", ok=False, message=message)
    got = [token.strip() for token in tops_of(output)]
    accepted = [{token.strip() for token in tokens} for tokens in wanted]
    is_met = len(got) == len(accepted) and all(t in a for t, a in zip(got, accepted, strict=True))
    asked = ", then ".join(" or ".join(map(quoted, tokens[:5])) for tokens in wanted[:3])
    message = f"expected {asked}, got {', then '.join(map(quoted, got[:3])) or 'nothing'}"
    return Finding(check="expect", ok=is_met, message=message)


def _tokens(value: Json) -> list[str]:
    """Give the tokens of a list of nothing else; none for any other value."""
    tokens = [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
    return tokens if isinstance(value, list) and len(tokens) == len(value) else []


TASK = Task(
    name="fill-mask",
    build=build_json,
    parse=parse_gaps,
    validate=validate,
    compare=compare,
    measures=directions("top_k_overlap", "rank_correlation"),
    expect=expect,
    sample=Case(
        id="window",
        inputs="Please close the [MASK] before it rains.",
        parameters={"top_k": 2},
        expect=["window", "door"],
    ),
    sample_output=[
        {
            "score": 0.61,
            "token": 3332,
            "token_str": "window",
            "sequence": "please close the window.",
        },
        {"score": 0.2, "token": 2341, "token_str": "door", "sequence": "please close the door."},
    ],
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
