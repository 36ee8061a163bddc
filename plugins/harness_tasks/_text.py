"""Answers that are one text: read, checked for legality, compared, held against expectations."""

import unicodedata
from collections.abc import Iterator

from harness.api import Case, Finding, Json, Measure, Output
from harness_tasks._directions import directions
from harness_tasks._finish import finish_in
from harness_tasks._text_metrics import text_metrics
from harness_tasks._wire import in_words, quoted, refused

COMPARED_CHARACTERS = 50_000
"""Of two longer texts only the beginnings are compared: the time grows with both lengths."""


TEXT_MEASURES = directions("similarity", "length_ratio", "chrf", "rouge_l")
"""What `compare_texts` gives."""


def parse_text(answer: Json | bytes, names: tuple[str, ...]) -> Output:
    """Read `[{name: text}]`, `{name: text}` or `[[{name: text}]]` for the first name there is.

    Of other fields (`details`, `warnings`) only how the text ended is read. Raises ShapeError, for
    several texts too.
    """
    expected = " or ".join(f"[{{{name}}}]" for name in names) + ", an object or a nested list of it"
    match answer:
        case [[dict() as entry]]:
            frame = "[[{}]]"
        case [dict() as entry]:
            frame = "[{}]"
        case dict() as entry:
            frame = "{}"
        case [_, _, *_]:
            raise refused(answer, f"one text: {expected}")
        case _:
            raise refused(answer, expected)
    name = next((name for name in names if name in entry), None)
    if name is None or entry.get("error") is not None:
        raise refused(entry, expected)
    text = entry[name]
    if not isinstance(text, str):
        raise refused(text, f"a string as {name}")
    fields = f"{{{name},details}}" if entry.get("details") is not None else f"{{{name}}}"
    variant = frame.replace("{}", fields)
    return Output(value=text, variant=variant, text=text, finish=finish_in(entry))


def validate_text(_case: Case, output: Output) -> Iterator[Finding]:
    """Say whether there is any text."""
    text = output.value if isinstance(output.value, str) else ""
    message = f"{len(text)} characters of text" if text.strip() else "the text is empty"
    yield Finding(check="valid_text", ok=bool(text.strip()), message=message, weight=0)


def compare_texts(_case: Case, before: Output, after: Output) -> Iterator[Measure]:
    """Give agreement, similarity 0..1 (Indel, normalized), the ratio of lengths in characters.

    And `chrf` and `rouge_l` where they can be taken (`text_metrics`). All on texts in NFC with
    white space made single. The ratio is left out when the baseline is empty.
    """
    from rapidfuzz.distance import Indel

    old, new = normalized(before.text), normalized(after.text)
    yield Measure(name="agreement", value=float(old == new))
    is_cut = old != new and max(len(old), len(new)) > COMPARED_CHARACTERS
    similarity = Indel.normalized_similarity(old[:COMPARED_CHARACTERS], new[:COMPARED_CHARACTERS])
    note = f"of the first {COMPARED_CHARACTERS:,} characters" if is_cut else ""
    yield Measure(name="similarity", value=similarity, note=note)
    if old:
        yield Measure(name="length_ratio", value=len(new) / len(old), better="neither")
    yield from text_metrics(old, new)


def expect_text(case: Case, output: Output) -> Finding:
    """Hold the text against `case.expect`, a string or a list of them, all as `normalized`."""
    match case.expect:
        case str(wanted):
            accepted = [wanted]
        case [_, *_] as several if all(isinstance(one, str) for one in several):
            accepted = [one for one in several if isinstance(one, str)]
        case other:
            message = f"`expect` must be a string or a list of strings, not {in_words(other)}"
            return Finding(check="expect", ok=False, message=message)
    ok = normalized(output.text) in {normalized(one) for one in accepted}
    wanted = " or ".join(quoted(one) for one in accepted[:3]) + (" or …" if accepted[3:] else "")
    message = f"expected {wanted}, got {quoted(output.text)}"
    return Finding(check="expect", ok=ok, message=message)


def normalized(text: str) -> str:
    """Give the text in NFC, each run of white space as one space, none at the ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())
