"""Writes `cases.csv`: one row an answer, safe to open in a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterable, Iterator

from harness.api import Answer, Artifact, CaseView, Dossier, Reporter, hookimpl
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

_CELL_CHARACTERS = 32_000  # a spreadsheet cell holds 32,767
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_FORMULA = re.compile(r"\s*(?:\\[xuU][0-9a-f]{2,8}|\s)*[=+\-@\t\r＝＋－＠]")


def safe_cell(text: str) -> str:
    """Give text no spreadsheet takes for a formula: a `'` before it where one would; cut to fit."""
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
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(COLUMNS)
    for view in dossier.case_views():
        question = _question(view)
        for answer in view.answers:
            row = {**question, **_answer(view, answer)}
            writer.writerow([_cell(row[column]) for column in COLUMNS])
        if buffer.tell() > 65_536:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _question(view: CaseView) -> dict[str, object]:
    case = view.case
    return {
        "case": case.id,
        "tags": " ".join(case.tags),
        "inputs": case.media.path if case.media else text_of(case.inputs),
        "expect": "" if case.expect is None else text_of(case.expect),
        "place": case.place,
    }


def _answer(view: CaseView, answer: Answer) -> dict[str, object]:
    record = answer.record
    output = record.output if record else None
    fault = record.fault if record else None
    failed = [finding for finding in record.findings if not finding.ok] if record else []
    shown = ""
    if output is not None:
        shown = (
            output.value if isinstance(output.value, str) else shown_json(output.value, indent=None)
        )
    reason = f"{fault.kind}: {fault.message}" if fault else answer.reason
    return {
        "target": answer.target,
        "repeat": answer.repeat,
        "state": answer.state,
        "change": view.change.get(answer.target, ""),
        "output": shown,
        "score": record and record.score,
        "failed_checks": " ".join(finding.check for finding in failed),
        "reason": reason or "; ".join(finding.message for finding in failed),
        "latency_s": record and record.latency_s,
        "attempts": answer.attempts,
        "served": record.served.revision if record and record.served else "",
        "variant": output.variant if output else "",
        "compute_s": record and record.usage.compute_s,
        "input_tokens": record and record.usage.input_tokens,
        "output_tokens": record and record.usage.output_tokens,
        "cost_usd": record and record.usage.cost_usd,
    }


def _cell(value: object) -> str:
    if value is None or value != value:  # NaN: not known
        return ""
    if isinstance(value, float):
        return repr(round(value, 9))
    return str(value) if isinstance(value, int) else safe_cell(str(value))
