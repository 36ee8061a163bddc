"""Token classification: a text in, the entities in it with their places out."""

import math
from collections import Counter
from collections.abc import Iterator

from harness.api import Case, Finding, Measure, Output, Task, hookimpl, plural
from harness_tasks._directions import directions
from harness_tasks._labels import legal
from harness_tasks._span_alignment import aligned
from harness_tasks._spans import entities_of, f1, parse_entities, scored_spans
from harness_tasks._text import normalized
from harness_tasks._wire import build_json, in_words, quoted


def validate(case: Case, output: Output) -> Iterator[Finding]:
    """Say whether entities have names, places inside the text, and scores in 0..1.

    No entity at all is legal, except where the case expects some.
    """
    found = list(entities_of(output))
    size = len(output.value) if isinstance(output.value, list) else -1
    wanted = len(case.expect) if isinstance(case.expect, list) else 0
    if len(found) != size or not all(entity["entity"] and entity["word"] for entity in found):
        yield legal("entities", "expected entities, each with its name and its word")
    elif not found and wanted:
        yield legal("entities", f"no entity was found, the case expects {wanted}")
    else:
        yield legal("entities", plural(size, "entity", "entities"), ok=True)
    length = len(case.inputs) if isinstance(case.inputs, str) else None
    for place, entity in enumerate(found):
        score, start, end = entity["score"], entity["start"], entity["end"]
        is_share = isinstance(score, float) and math.isfinite(score) and 0 <= score <= 1
        if not is_share:
            message = f"score of {quoted(str(entity['word']))} is {in_words(score)}, not in 0..1"
            yield legal("scores", message, where=f"/{place}/score")
        if isinstance(start, int) and isinstance(end, int):
            is_inside = 0 <= start < end and (length is None or end <= length)
        else:
            is_inside = start is None and end is None
        if not is_inside:
            message = f"{quoted(str(entity['word']))} is placed at {start}..{end} of 0..{length}"
            yield legal("places", message, where=f"/{place}/start")


def compare(_case: Case, before: Output, after: Output) -> Iterator[Measure]:
    """Give agreement of all spans with labels, their F1, and agreement of labels on shared places.

    The note of `span_f1` aligns both sides: which spans moved, were renamed, vanished, appeared.
    `score_drift` is the mean change of score over the entities both found, -1..1.
    """
    old, new = scored_spans(before), scored_spans(after)
    shared = [span for span in old if span in new]
    yield Measure(name="agreement", value=float(old.keys() == new.keys()))
    note = aligned(before, after)
    yield Measure(name="span_f1", value=f1(len(shared), len(old), len(new)), note=note)
    old_labels = Counter(span._replace(entity="") for span in old)
    places = sum((old_labels & Counter(span._replace(entity="") for span in new)).values())
    if places:
        yield Measure(name="entity_label_agreement", value=len(shared) / places)
    drifts = [new[span] - old[span] for span in shared]
    if drifts and all(map(math.isfinite, drifts)):
        drift = max(-1.0, min(1.0, math.fsum(drifts) / len(drifts)))
        yield Measure(name="score_drift", value=drift, better="neither")


def expect(case: Case, output: Output) -> Finding:
    """Hold the entities against a list of `{entity, word}`: these and no others; score is F1."""
    wanted: list[tuple[str, str]] = []
    for one in case.expect if isinstance(case.expect, list) else [None]:
        match one:
            case {"entity": str(entity), "word": str(word), **rest} if not rest:
                wanted.append((entity, word))
            case _:
                message = "`expect` must be a list of {entity, word}, not " + in_words(case.expect)
                return Finding(check="expect", ok=False, message=message)
    got = [(str(entity["entity"]), str(entity["word"])) for entity in entities_of(output)]
    old, new = Counter(map(_folded, wanted)), Counter(map(_folded, got))
    missing, strange = _listed(wanted, old - new), _listed(got, new - old)
    parts = [f"missing: {missing}"] if missing else []
    parts += [f"not expected: {strange}"] if strange else []
    message = "; ".join(parts) or f"found the {len(wanted)} expected entities"
    score = f1((old & new).total(), len(wanted), len(got))
    return Finding(check="expect", ok=old == new, message=message, score=score)


def _folded(entity: tuple[str, str]) -> tuple[str, str]:
    name, word = entity  # an uncased model spells words in small letters
    return name, normalized(word).casefold()


def _listed(entities: list[tuple[str, str]], chosen: Counter[tuple[str, str]]) -> str:
    listed = [one for one in entities if _folded(one) in chosen]
    names = [f"{quoted(name, 20)} {quoted(word, 40)}" for name, word in listed]
    return ", ".join(names[:5]) + (", …" if names[5:] else "")


TASK = Task(
    name="token-classification",
    build=build_json,
    parse=parse_entities,
    validate=validate,
    compare=compare,
    measures=directions("span_f1", "entity_label_agreement", "score_drift"),
    expect=expect,
    show="spans",
    sample=Case(
        id="move",
        inputs="Ada Wong moved to Lisbon.",
        parameters={"aggregation_strategy": "simple"},
        expect=[{"entity": "PER", "word": "Ada Wong"}, {"entity": "LOC", "word": "Lisbon"}],
    ),
    sample_output=[
        {"entity_group": "PER", "score": 0.998, "word": "Ada Wong", "start": 0, "end": 8},
        {"entity_group": "LOC", "score": 0.991, "word": "Lisbon", "start": 18, "end": 24},
    ],
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
