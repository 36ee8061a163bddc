"""Sentence similarity: a sentence and others to compare it with in, one similarity each out."""

from collections.abc import Iterator

from harness.api import Case, Finding, Json, Measure, Output, Payload, Task, hookimpl, plural
from harness_tasks._directions import directions
from harness_tasks._labels import legal, number
from harness_tasks._ranking import KENDALL, finite_numbers, greatest_difference, tau_b
from harness_tasks._wire import build_json, in_words, quoted, refused

SAME = 1e-3
"""Similarities that differ by no more count as the same; kinds of hardware differ by 1e-6."""
NEAR = 0.01
"""How far a similarity may be from the one expected."""


def build(case: Case) -> Payload:
    """Give inputs and parameters; raises ValueError without a sentence and others beside it."""
    match case.inputs:
        case {"source_sentence": str(), "sentences": [*_], **rest} if not rest and sentences(case):
            return build_json(case)
    raise ValueError("sentence-similarity needs inputs: {source_sentence: ..., sentences: [...]}")


def parse(answer: Json | bytes) -> Output:
    """Read a list of numbers; raises ShapeError."""
    match answer:
        case [int() | float(), *_] as numbers if not any(isinstance(n, bool) for n in numbers):
            value: list[Json] = [number(similarity) for similarity in numbers]
            best = value.index(max(finite_numbers(value), default=value[0]))
            return Output(value=value, variant="[float]", text=str(best))
    raise refused(answer, "[float, ...], one number a sentence")


def validate(case: Case, output: Output) -> Iterator[Finding]:
    """Say whether there is one finite number for each sentence."""
    asked, got = len(sentences(case)), len(finite_numbers(output.value))
    message = f"{plural(got, 'finite number')} for {plural(asked, 'sentence')}"
    yield legal("similarities", message, ok=bool(got) and got == asked)


def compare(_case: Case, before: Output, after: Output) -> Iterator[Measure]:
    """Give agreement (no similarity differs by more than 0.001), the greatest difference, the rank.

    `rank_correlation` is Kendall's tau-b, -1..1; left out where there is nothing to rank.
    """
    old, new = finite_numbers(before.value), finite_numbers(after.value)
    if not old or len(old) != len(new):
        yield Measure(name="agreement", value=float(before.value == after.value))
        return
    difference = greatest_difference(old, new)
    yield Measure(name="agreement", value=float(difference <= SAME))
    yield Measure(name="max_difference", value=difference, better="lower")
    tau = tau_b(old, new)
    if tau is not None:
        yield Measure(name="rank_correlation", value=tau, note=KENDALL)


def expect(case: Case, output: Output) -> Finding:
    """Hold the most similar sentence (its words, or its place from 0) or all numbers to `expect`.

    Numbers may be off by 0.01.
    """
    got, asked = finite_numbers(output.value), sentences(case)
    best = got.index(max(got)) if got else -1
    match case.expect:
        case str(sentence):
            name = asked[best] if 0 <= best < len(asked) else ""
            ok = name == sentence
            message = f"expected {quoted(sentence)} as most similar, got {quoted(name)}"
        case int(place) if not isinstance(place, bool):
            ok = place == best
            message = f"expected sentence {place} as most similar, got {best}"
        case [_, *_] as wanted if all(type(one) in (int, float) for one in wanted):
            numbers = finite_numbers(wanted)
            ok = len(got) == len(numbers) and greatest_difference(numbers, got) <= NEAR
            shown = ", ".join(f"{similarity:.3f}" for similarity in got[:5])
            message = f"expected {plural(len(wanted), 'number')} within {NEAR}, got {shown}"
        case other:
            ok = False
            message = f"`expect` must be a sentence, its place or numbers, not {in_words(other)}"
    return Finding(check="expect", ok=ok, message=message)


def sentences(case: Case) -> list[str]:
    """Give the sentences compared with the source."""
    given = case.inputs.get("sentences") if isinstance(case.inputs, dict) else None
    return [one for one in given if isinstance(one, str)] if isinstance(given, list) else []


TASK = Task(
    name="sentence-similarity",
    build=build,
    parse=parse,
    validate=validate,
    compare=compare,
    measures=directions("max_difference", "rank_correlation"),
    expect=expect,
    sample=Case(
        id="boats",
        inputs={
            "source_sentence": "The boat is late.",
            "sentences": ["The ship is delayed.", "Bread is cheap."],
        },
        expect="The ship is delayed.",
    ),
    sample_output=[0.83, 0.07],
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
