"""One case with every answer to it, as terminal lines."""

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from harness.cli.answer_lines import output_lines, sent_lines
from harness.cli.call_lines import call_lines
from harness.cli.screen import Painted
from harness.data.dossier import Answer, CaseView, Show
from harness.data.exchange import Exchange
from harness.emit import one_line, quoted_block, visible
from harness.units import format_s

Paint = Callable[[str, str], str]
"""From "-" or "+" and a text to the text in its colour."""

_COLOURS = {"-": "\x1b[31m", "+": "\x1b[32m"}


def in_colour(sign: str, text: str) -> str:
    """Give the text in red (-) or green (+), line by line."""
    return "\n".join(f"{_COLOURS[sign]}{line}\x1b[0m" if line else "" for line in text.split("\n"))


def uncoloured(_sign: str, text: str) -> str:
    """Give the text as it is."""
    return text


def case_lines(
    view: CaseView,
    show: Show = "json",
    exchanges: Mapping[int, Exchange] = MappingProxyType({}),
    paint: Paint = uncoloured,
) -> Iterator[str]:
    """Give the case, each target's answers with findings, and the difference word by word.

    `show` is the task's; `exchanges`, by `Record.seq`, say how the calls were made.
    """
    case = view.case
    yield f"{one_line(case.id)}  {' '.join(one_line(tag, 40) for tag in case.tags)}"
    yield from sent_lines(view)
    if case.expect is not None:
        yield f"expected: {one_line(repr(case.expect), 300)}"
    for answer in view.answers:
        yield ""
        yield from _answer_lines(show, answer, exchanges)
    texts = _texts(view)
    for name, change in view.change.items():
        yield ""
        yield f"{name}: {change}"
        for measure in view.measures.get(name, ()):
            yield f"  {measure.name} {measure.value:.4g}  {one_line(measure.note)}".rstrip()
        before, after = texts.get(view.answers[0].target), texts.get(name)
        if before is not None and after is not None and before != after:
            yield _painted_block(difference(visible(before), visible(after), paint), paint)


def _answer_lines(show: Show, answer: Answer, exchanges: Mapping[int, Exchange]) -> Iterator[str]:
    record = answer.record
    latency = format_s(record.latency_s) if record is not None else "—"
    first = record.first_token_s if record is not None else None
    words = f", first words after {format_s(first)}" if first is not None else ""
    yield f"{answer.target} #{answer.repeat + 1}: {answer.state}, {latency}{words}"
    if record is None:
        yield f"  {one_line(answer.reason, 300)}"
        return
    exchange = exchanges.get(record.seq)
    if exchange is not None:
        yield from call_lines(exchange)
    for name, value in record.traces.items():
        yield f"  {one_line(name)}: {one_line(value)}"
    if record.fault is not None:
        yield f"  {record.fault.kind}: {one_line(record.fault.message, 400)}"
        if record.fault.hint:
            yield f"  {record.fault.hint}"
    if record.output is not None:
        yield from output_lines(show, answer, record.output)
    for finding in record.findings:
        if not finding.ok or finding.weight:
            mark = "✓" if finding.ok else "✗"
            yield f"  {mark} {finding.check}: {one_line(finding.message, 200)}"


def _texts(view: CaseView) -> dict[str, str]:
    found: dict[str, str] = {}
    for answer in view.answers:
        if answer.record is not None and answer.record.output is not None:
            found.setdefault(answer.target, answer.record.output.text)
    return found


def _painted_block(text: str, paint: Paint) -> str:
    if paint is uncoloured:
        return quoted_block(text)
    return Painted("\n".join(f"│ {line}" for line in text.split("\n")))


def difference(before: str, after: str, paint: Paint = uncoloured) -> str:
    """Give both texts as one, removed words in [-…-] and added ones in {+…+}."""
    from rapidfuzz.distance import Indel

    was, now = re.findall(r"\s+|\w+|[^\w\s]", before), re.findall(r"\s+|\w+|[^\w\s]", after)
    parts: list[str] = []
    for step in Indel.opcodes(was, now):
        gone = "".join(was[step.src_start : step.src_end])
        come = "".join(now[step.dest_start : step.dest_end])
        if step.tag == "equal":
            parts.append(gone)
            continue
        parts.append(paint("-", f"[-{gone}-]") if gone else "")
        parts.append(paint("+", f"{{+{come}+}}") if come else "")
    return "".join(parts)
