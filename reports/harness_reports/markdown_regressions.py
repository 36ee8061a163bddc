"""Writes the worst regressions into Markdown, model text inside fences."""

from collections.abc import Iterator, Mapping
from html import escape

from harness.api import Dossier, format_bytes, plural
from harness_reports.answers import shown_text
from harness_reports.causes import Regressions
from harness_reports.characters import one_line, text_of
from harness_reports.commands import run_again
from harness_reports.markdown_text import block, code, plain
from harness_reports.sides import Pair, Side, pairs

MOST_CAUSES = 15


def regressions(
    dossier: Dossier, candidate: str, lost: Regressions, chosen: Mapping[str, str]
) -> Iterator[str]:
    """Stream the causes of a candidate's regressions, then the chosen cases in full."""
    if not lost.cases:
        return
    yield f"### {plural(lost.cases, 'regression')} of {code(candidate)}\n\n"
    for cause in lost.largest[:MOST_CAUSES]:
        ids = ", ".join(code(case_id, 60) for case_id in cause.case_ids[:5])
        more = f" and {len(cause.case_ids) - 5:,} more" if len(cause.case_ids) > 5 else ""
        reason = f" {plain(cause.reason)}" if cause.reason else ""
        yield f"- **{len(cause.case_ids)}** × {code(cause.check)}{reason}: {ids}{more}\n"
    yield "\n"
    found: dict[str, Pair] = {}
    for pair in pairs(dossier):
        if pair.view.case.id in chosen and pair.after.target == candidate:
            found[pair.view.case.id] = pair
        if len(found) == len(chosen):
            break
    for case_id in chosen:
        if case_id in found:
            yield _case(dossier, found[case_id])


def _case(dossier: Dossier, pair: Pair) -> str:
    case = pair.view.case
    inputs = text_of(case.inputs)
    if case.media is not None:
        media = case.media
        inputs = f"{media.path} ({media.media_type}, {format_bytes(media.body_bytes)})"
    return "".join(
        [
            f"<details><summary>{_summary(case.id)}</summary>\n\n",
            "Prompt\n\n",
            block(inputs),
            _side(dossier, pair.before),
            _side(dossier, pair.after),
            block(run_again(dossier, case.id), "sh", 400),
            "\n</details>\n\n",
        ]
    )


def _side(dossier: Dossier, side: Side) -> str:
    output = side.output
    answer = side.why if output is None else shown_text(dossier, output)
    if output and dossier.show in ("labels", "json") and output.text != answer:
        answer = f"{output.text}\n{answer}".strip()
    why = "".join(f"{plain(f'{f.check}: {f.message}', 400)}\n\n" for f in side.failures[:5])
    return f"{code(side.target)}: {side.state}\n\n{block(answer)}\n{why}"


def _summary(text: str) -> str:
    # No Markdown is read on the line of an HTML element: escapes of HTML's own are needed here.
    return f"<code>{escape(one_line(text, 80))}</code>"
