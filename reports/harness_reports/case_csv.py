"""Writes `cases.csv`: one row an answer, safe to open in a spreadsheet."""

import re
from collections.abc import Iterable, Iterator

from harness.api import Answer, Artifact, CaseView, Dossier, Record, Reporter, hookimpl
from harness_reports.characters import shown_json, text_of, visible

COLUMNS = (
    "case",
    "target",
    "repeat",
    "state",
    "change",
    "tags",
    "inputs",
    "expect",
    "output",
    "score",
    "failed_checks",
    "reason",
    "latency_s",
    "attempts",
    "served",
    "variant",
    "compute_s",
    "input_tokens",
    "output_tokens",
    "cost_usd",
    "place",
)

_CHARACTERS_AT_ONCE = 65_536
_CELL_CHARACTERS = 32_000  # a spreadsheet cell holds 32,767
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_MAY_BEGIN_FORMULA = "=+-@ \\"
"""Of ASCII characters that can be seen: most cells need no closer look."""
_FORMULA = re.compile(r"\s*(?:\\[xuU][0-9a-f]{2,8}|\s)*[=+\-@\t\r＝＋－＠]")


def safe_cell(text: str) -> str:
    """Give text no spreadsheet takes for a formula: a `'` before it where one would; cut to fit."""
    if not text or (
        text[0] not in _MAY_BEGIN_FORMULA
        and len(text) <= _CELL_CHARACTERS
        and text.isascii()
        and text.isprintable()
    ):
        return text
    text = visible(text)
    if len(text) > _CELL_CHARACTERS:
        text = text[:_CELL_CHARACTERS] + "…"
    if _NUMBER.fullmatch(text):
        return text
    return f"'{text}" if _FORMULA.match(text) or text.startswith(("\t", "\n")) else text


def render(dossier: Dossier) -> Iterable[Artifact]:
    """Give `cases.csv`, UTF-8, every cell quoted."""
    yield Artifact(name="cases.csv", chunks=_chunks(dossier))


@hookimpl
def harness_reporters() -> list[Reporter]:
    """Give the reporter."""
    return [Reporter(name="csv", render=render)]


def _chunks(dossier: Dossier) -> Iterator[bytes]:
    lines = [_line(COLUMNS)]
    size = 0
    for view in dossier.case_views():
        for row in _rows(view):
            line = _line(row)
            lines.append(line)
            size += len(line)
        if size > _CHARACTERS_AT_ONCE:
            yield "".join(lines).encode()
            lines, size = [], 0
    yield "".join(lines).encode()


def _line(cells: Iterable[str]) -> str:
    """Give a row as RFC 4180 has it, every cell in quotes. No cell holds a NUL: none is visible."""
    inside = "\0".join(cells).replace('"', '""').replace("\0", '","')
    return f'"{inside}"\n'


def _rows(view: CaseView) -> Iterator[tuple[str, ...]]:
    """Give a row an answer, cells in the order of `COLUMNS`."""
    case = view.case
    case_id = safe_cell(case.id)
    tags = safe_cell(" ".join(case.tags))
    inputs = safe_cell(case.media.path if case.media else text_of(case.inputs))
    expect = "" if case.expect is None else safe_cell(text_of(case.expect))
    place = safe_cell(case.place)
    for answer in view.answers:
        record = answer.record
        start = (
            case_id,
            safe_cell(answer.target),
            str(answer.repeat),
            answer.state,
            view.change.get(answer.target, ""),
            tags,
            inputs,
            expect,
        )
        told = (
            _told(answer, record) if record is not None else (*[""] * 3, safe_cell(answer.reason))
        )
        rest = (
            _rest(answer, record) if record is not None else ("", str(answer.attempts), *[""] * 6)
        )
        yield (*start, *told, *rest, place)


def _told(answer: Answer, record: Record) -> tuple[str, ...]:
    """Give output, score, failed checks and reason of a call that was made."""
    output, fault = record.output, record.fault
    shown = ""
    if output is not None:
        value = output.value
        shown = safe_cell(value if isinstance(value, str) else shown_json(value, indent=None))
    failed = [finding for finding in record.findings if not finding.ok]
    reason = f"{fault.kind}: {fault.message}" if fault else answer.reason
    return (
        shown,
        _number(record.score),
        safe_cell(" ".join(finding.check for finding in failed)),
        safe_cell(reason or "; ".join(finding.message for finding in failed)),
    )


def _rest(answer: Answer, record: Record) -> tuple[str, ...]:
    """Give what it took, and who answered in which raw shape."""
    usage = record.usage
    return (
        _number(record.latency_s),
        str(answer.attempts),
        safe_cell(record.served.revision) if record.served else "",
        safe_cell(record.output.variant) if record.output else "",
        _number(usage.compute_s),
        _number(usage.input_tokens),
        _number(usage.output_tokens),
        _number(usage.cost_usd),
    )


def _number(value: float | None) -> str:
    if value is None or value != value:  # NaN: not known
        return ""
    return repr(round(value, 9)) if isinstance(value, float) else str(value)
