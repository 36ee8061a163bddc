"""What the list shows of a case that is opened: its question and every target's answer."""

import re
from typing import Any

from harness.api import Dossier, replace
from harness_reports.answers import shown_text
from harness_reports.caselist.row import Cell, Row
from harness_reports.characters import one_line, text_of, visible
from harness_reports.difference import MOST_CHARACTERS
from harness_reports.labels import MOST_LABELS, label_pairs
from harness_reports.sides import Side
from harness_reports.view.repeats import answer_line

MOST_PROMPT = 6_000
MOST_REPEATS = 20

_SURROGATE = re.compile("[\ud800-\udfff]")


def texts_of(dossier: Dossier, row: Row) -> dict[str, Any]:
    """Give the texts of a case as JSON: question `q`, expectation `e`, place `p`, answers `a`.

    Of an answer: text `t` (absent where it is the baseline's), scores by label `l`, why there is
    none `w`, findings `f`, repeats `r` where they differ. Hidden characters travel as they are;
    the page marks them.
    """
    case = row.view.case
    media = case.media
    question = (
        f"{media.path} ({media.media_type}, {media.body_bytes:,} bytes, sha256 {media.sha256})"
        if media
        else _cut(text_of(case.inputs), MOST_PROMPT)
    )
    found: dict[str, Any] = {"q": _sendable(question)}
    if case.expect is not None:
        found["e"] = _sendable(_cut(text_of(case.expect), MOST_PROMPT))
    if case.place:
        found["p"] = one_line(case.place, 200)
    shown = [_shown(dossier, cell) for cell in row.cells]
    found["a"] = [
        _answer(dossier, cell, text, None if place == 0 else shown[0])
        for place, (cell, text) in enumerate(zip(row.cells, shown, strict=True))
    ]
    return found


def _answer(dossier: Dossier, cell: Cell, text: str, baseline: str | None) -> dict[str, Any]:
    side = cell.side
    found: dict[str, Any] = {}
    scores = label_pairs(None, side.output) if dossier.show == "labels" else ()
    if scores:
        found["l"] = [[one_line(one.label, 80), one.after] for one in scores[:MOST_LABELS]]
    elif text != baseline:
        found["t"] = text
    record = side.shown.record if side.shown else None
    if side.output is None:
        hint = record.fault.hint if record and record.fault else ""
        found["w"] = visible(f"{side.why or side.state} {hint}".strip()[:2000])
    failures = side.failures
    if failures:
        found["f"] = [
            visible(f"{f.check}{'' if f.required else ' (not required)'}: {f.message}"[:1000])
            for f in failures[:MOST_REPEATS]
        ]
    if len(side.answers) > 1 and (side.is_flaky or _differ(cell)):
        found["r"] = [
            [answer.repeat + 1, answer.state, answer_line(_alone(cell, place))]
            for place, answer in enumerate(side.answers[:MOST_REPEATS])
        ]
    return found


def _shown(dossier: Dossier, cell: Cell) -> str:
    return _sendable(_cut(shown_text(dossier, cell.side.output), MOST_CHARACTERS))


def _differ(cell: Cell) -> bool:
    outputs = [a.record.output if a.record else None for a in cell.side.answers]
    texts = {output.text if output else None for output in outputs}
    return len(texts) > 1 or len({answer.state for answer in cell.side.answers}) > 1


def _alone(cell: Cell, place: int) -> Side:
    return replace(cell.side, answers=(), shown=cell.side.answers[place])


def _cut(text: str, most: int) -> str:
    rest = len(text) - most
    return f"{text[:most]} … {rest:,} more characters" if rest > 0 else text


def _sendable(text: str) -> str:
    """Give the text with lone surrogates, which UTF-8 has no bytes for, as escapes."""
    if text.isascii():
        return text
    return _SURROGATE.sub(lambda match: f"\\u{ord(match.group()):04x}", text)
