"""Feature extraction: a text in, its embedding out."""

import math
from collections.abc import Iterator

from harness.api import (
    Case,
    Finding,
    Json,
    Measure,
    Output,
    Payload,
    Pooled,
    Task,
    hookimpl,
    plural,
)
from harness_tasks._directions import directions
from harness_tasks._labels import legal
from harness_tasks._neighbours import compare_neighbours, only_vector
from harness_tasks._nesting import parse_vectors
from harness_tasks._vectors import cosine, rows_of
from harness_tasks._wire import in_words

SAME = 0.999
"""From this cosine on two embeddings count as the same."""
WIDE = 8
"""From this width on a pattern of zeros is no accident."""
LARGE = 1e6
"""No embedding holds greater numbers; bytes of another type, read as float32, do."""


def build(case: Case) -> Payload:
    """Give inputs with the parameters beside them, at the root, where embedders read them."""
    parameters: dict[str, Json] = {k: v for k, v in case.parameters.items() if v is not None}
    return Payload(value={**parameters, "inputs": case.inputs})


def validate(case: Case, output: Output) -> Iterator[Finding]:
    """Say whether there is one vector an input, of finite numbers not all zero.

    With `dimensions` in the parameters, of that width too.
    """
    rows = rows_of(output)
    asked = len(case.inputs) if isinstance(case.inputs, list) else 1
    message = f"{plural(len(rows), 'vector')} for {plural(asked, 'input')}"
    yield legal("vectors", message, ok=bool(rows) and len(rows) == asked)
    for place, row in enumerate(rows):
        if not all(map(math.isfinite, row)):
            yield legal("numbers", f"vector {place} holds a number that is not finite")
        elif not any(row):
            yield legal("numbers", f"vector {place} is all zero")
        elif (greatest := max(map(abs, row))) > LARGE:
            message = f"vector {place} holds {greatest:.3g}: not an embedding, or not float32"
            yield legal("numbers", message)
        elif len(row) >= WIDE and not any(row[::2]):
            # Small float64 read as float32: a server was seen to send that.
            yield legal("numbers", f"every second number of vector {place} is 0: not float32")
    dimensions, width = case.parameters.get("dimensions"), len(rows[0]) if rows else 0
    if isinstance(dimensions, int) and not isinstance(dimensions, bool):
        message = f"{width} dimensions, {dimensions} asked for"
        yield legal("dimensions", message, ok=width == dimensions)


def compare(_case: Case, before: Output, after: Output) -> Iterator[Measure]:
    """Give the cosine, -1..1 (of several vectors the least), and agreement of the dimensions.

    `agreement`: the cosine is at least 0.999. The cosine is left out where it is undefined:
    dimensions differ, or a vector is all zero.
    """
    old, new = rows_of(before), rows_of(after)
    has_same_shape = [len(row) for row in old] == [len(row) for row in new]
    cosines = [cosine(a, b) for a, b in zip(old, new, strict=False)] if has_same_shape else []
    known = [value for value in cosines if value is not None]
    is_known = bool(known) and len(known) == len(cosines)
    is_same = min(known) >= SAME if is_known else before.value == after.value
    yield Measure(name="agreement", value=float(is_same), note=f"cosine at least {SAME}")
    if is_known:
        yield Measure(name="cosine", value=min(known), note="the least" if known[1:] else "")
    yield Measure(name="dimension_agreement", value=float(has_same_shape))


def expect(case: Case, output: Output) -> Finding:
    """Hold the embedding against a vector: their cosine is at least 0.999, and is the score."""
    wanted = case.expect if isinstance(case.expect, list) else []
    if not wanted or not all(type(value) in (int, float) for value in wanted):
        message = f"`expect` must be a vector, a list of numbers, not {in_words(case.expect)}"
        return Finding(check="expect", ok=False, message=message)
    rows = rows_of(output)
    expected = rows_of(Output(value={"vector": wanted, "shape": [len(wanted)]}))
    got = cosine(expected[0], rows[0]) if expected and len(rows) == 1 else None
    if got is None:
        message = f"expected one vector of {len(wanted)} dimensions, got {output.text or 'none'}"
        return Finding(check="expect", ok=False, message=message)
    message = f"expected a cosine of at least {SAME}, got {got:.4f}"
    return Finding(check="expect", ok=got >= SAME, message=message, score=max(0.0, got))


TASK = Task(
    name="feature-extraction",
    build=build,
    parse=parse_vectors,
    validate=validate,
    compare=compare,
    pooled=Pooled(keep=only_vector, compare=compare_neighbours),
    measures=directions("cosine", "dimension_agreement", "neighbour_agreement"),
    expect=expect,
    show="vector",
    sample=Case(
        id="lantern",
        inputs="A lantern hangs by the door.",
        parameters={"normalize": True},
        expect=[0.6, 0.0, -0.8],
    ),
    sample_output=[[0.6, 0.0, -0.8]],
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
