"""Every answer to one case, as terminal lines: how it was called for, and what was found in it."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from harness.cli.answer_lines import output_lines
from harness.cli.call_lines import call_lines
from harness.data.dossier import Answer, CaseView, Show
from harness.data.exchange import Exchange
from harness.data.lines import Line, Words
from harness.emit import one_line
from harness.units import format_s


def every_answer(
    view: CaseView, show: Show = "json", exchanges: Mapping[int, Exchange] = MappingProxyType({})
) -> Iterator[Line]:
    """Give each target's answers with their calls and findings; outputs, where there are repeats.

    `show` is the task's; `exchanges`, by `Record.seq`, say how the calls were made.
    """
    yield ()
    yield (Words("Every answer", "strong"),)
    yield (Words("────────────", "quiet"),)
    is_repeated = any(answer.repeat for answer in view.answers)
    for answer in view.answers:
        for text in _answer_lines(show, answer, exchanges, is_repeated=is_repeated):
            yield from ((Words(line),) for line in text.split("\n"))


def _answer_lines(
    show: Show, answer: Answer, exchanges: Mapping[int, Exchange], *, is_repeated: bool
) -> Iterator[str]:
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
    if record.output is not None and is_repeated:
        yield from output_lines(show, answer, record.output)
    for finding in record.findings:
        if not finding.ok or finding.weight:
            mark = "✓" if finding.ok else "✗"
            yield f"  {mark} {finding.check}: {one_line(finding.message, 200)}"
