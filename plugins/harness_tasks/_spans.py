"""Entities found in a text: read, and compared as sets of spans with labels."""

from collections.abc import Iterator
from typing import NamedTuple

from harness.api import Json, Output
from harness_tasks._labels import number
from harness_tasks._wire import refused

EXPECTED = "[{entity_group or entity, score, word, start, end}, ...]"


class Span(NamedTuple):
    """One entity, as it is compared."""

    start: int | None
    """Offset of the first character; None where the tokenizer keeps no offsets."""
    end: int | None
    """Offset behind the last character."""
    word: str
    """Empty where there are offsets: spelling depends on the tokenizer, place does not."""
    entity: str


def parse_entities(answer: Json | bytes) -> Output:
    """Read a list of entities, aggregated or one a token; raises ShapeError.

    A list of one such list is read too, and an empty list: no entity was found.
    """
    match answer:
        case [[dict(), *_] as entries]:
            frame = "[[{}]]"
        case [] as entries:
            return Output(value=[], variant="[]")
        case [dict(), *_] as entries:
            frame = "[{}]"
        case _:
            raise refused(answer, EXPECTED)
    names = {"entity_group" if _is_grouped(entry) else "entity" for entry in entries}
    value = [_entity(entry) for entry in entries]
    text = ", ".join(f"{entity['entity']} {entity['word']}" for entity in value)
    variant = frame.replace("{}", f"{{{' or '.join(sorted(names))}}}")
    return Output(value=[dict(entity) for entity in value], variant=variant, text=text)


def entities_of(output: Output) -> Iterator[dict[str, Json]]:
    """Give the entities of a canonical value; what is none is left out."""
    for entry in output.value if isinstance(output.value, list) else ():
        if isinstance(entry, dict) and {"entity", "word", "start", "end", "score"} <= entry.keys():
            yield entry


def scored_spans(output: Output) -> dict[Span, float]:
    """Give each span with its score; of a span given twice, the last one."""
    found: dict[Span, float] = {}
    for entry in entities_of(output):
        start, end, score = entry["start"], entry["end"], entry["score"]
        has_place = isinstance(start, int) and isinstance(end, int)
        span = Span(
            start=start if isinstance(start, int) else None,
            end=end if isinstance(end, int) else None,
            word="" if has_place else str(entry["word"]),
            entity=str(entry["entity"]),
        )
        found[span] = float(score) if isinstance(score, int | float) else 0.0
    return found


def f1(shared: int, old: int, new: int) -> float:
    """Give the harmonic mean of precision and recall, 0..1; 1 when both sides have nothing."""
    return 2 * shared / (old + new) if old + new else 1.0


def offset(value: Json) -> int | None:
    """Give a place in a text, in characters; null where none is known. Raises ShapeError."""
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 53:
        return value
    raise refused(value, "a whole number or null as place")


def _is_grouped(entry: Json) -> bool:
    return isinstance(entry, dict) and "entity_group" in entry


def _entity(entry: Json) -> dict[str, Json]:
    if not isinstance(entry, dict) or entry.get("error") is not None:
        raise refused(entry, EXPECTED)
    name, word = entry.get("entity_group", entry.get("entity")), entry.get("word")
    if not isinstance(name, str) or not isinstance(word, str) or "score" not in entry:
        raise refused(entry, EXPECTED)
    start, end = offset(entry.get("start")), offset(entry.get("end"))
    score = number(entry["score"])
    return {"entity": name, "word": word, "start": start, "end": end, "score": score}
