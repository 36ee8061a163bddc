"""Shows one case in full: prompt, both answers side by side, findings, repeats, commands."""

from harness.api import Dossier, Measure, format_s
from harness_reports.characters import Part, one_line, parts_of, text_of, visible
from harness_reports.commands import run_again, show_stored
from harness_reports.difference import MOST_CHARACTERS, Stretch, difference_of
from harness_reports.quantities import k_of_n, plain
from harness_reports.sides import Pair, Side
from harness_reports.view.case_nouns import CasePanel, Pane, Piece
from harness_reports.view.label_rows import label_rows
from harness_reports.view.repeats import answer_line, repeat_rows
from harness_reports.view.words import CHANGES, STATES, anchor

MOST_PROMPT = 6_000


def panel_anchor(pair: Pair) -> str:
    """Give the id of a case under a candidate."""
    return anchor("case", pair.view.case.id, pair.after.target)


def case_panel(dossier: Dossier, pair: Pair, *, series: int, is_open: bool = False) -> CasePanel:
    """Give a case under one candidate; `series` is the candidate's place among the targets."""
    case, before, after = pair.view.case, pair.before, pair.after
    labels = (
        label_rows(before, after, series, panel_anchor(pair)) if dossier.show == "labels" else ()
    )
    old, new = _shown(dossier, before), _shown(dossier, after)
    left: tuple[Stretch, ...] = (Stretch(False, old[:MOST_CHARACTERS]),) if old else ()
    right: tuple[Stretch, ...] = (Stretch(False, new[:MOST_CHARACTERS]),) if new else ()
    note = ""
    if before.output and after.output and not labels:
        difference = difference_of(old, new)
        left, right, note = difference.before, difference.after, difference.note
    return CasePanel(
        anchor=panel_anchor(pair),
        case_id=one_line(case.id, 120),
        badge=CHANGES[pair.change],
        tags=tuple(one_line(tag, 60) for tag in case.tags[:12]),
        answers=_answers(dossier, pair),
        odds=_odds(pair),
        latency=_latency(pair),
        is_open=is_open,
        prompt=_prompt(pair),
        expect="" if case.expect is None else visible(text_of(case.expect)[:MOST_PROMPT]),
        note=note,
        answer_css="answer code" if dossier.show == "json" else "answer",
        before=_pane(before, 0, left, has_output=not labels),
        after=_pane(after, series, right, has_output=not labels),
        labels=labels,
        repeats=repeat_rows(before, after),
        measures=tuple(map(_measure, pair.view.measures.get(after.target, ()))),
        commands=(run_again(dossier, case.id), show_stored(dossier, case.id)),
        place=one_line(case.place, 200),
    )


def _shown(dossier: Dossier, side: Side) -> str:
    if side.output is None:
        return ""
    if dossier.show == "text" and side.output.text:
        return side.output.text
    return text_of(side.output.value)


def _pane(side: Side, series: int, stretches: tuple[Stretch, ...], *, has_output: bool) -> Pane:
    pieces = tuple(
        Piece(s.is_changed, tuple(parts_of(s.text, is_changed=s.is_changed))) for s in stretches
    )
    record = side.shown.record if side.shown else None
    fault = record.fault if record else None
    why = f"{side.why} {fault.hint}".strip() if fault else side.why
    findings = tuple(
        visible(
            f"{finding.check}{'' if finding.required else ' (not required)'}: {finding.message}"
        )
        for finding in side.failures
    )
    return Pane(
        target=one_line(side.target, 60),
        css=f"series-{min(series, 4)}",
        badge=STATES[side.state],
        odds=f"{k_of_n(side.passed, side.answered)} repeats passed"
        if len(side.answers) > 1
        else "",
        latency="" if side.latency_s is None else format_s(side.latency_s),
        pieces=pieces if has_output and side.output else (),
        fault="" if side.output else visible(why or side.state),
        findings=findings,
    )


def _prompt(pair: Pair) -> tuple[Part, ...]:
    case = pair.view.case
    if case.media is not None:
        media = case.media
        facts = f"{media.media_type}, {media.body_bytes:,} bytes, sha256 {media.sha256}"
        return (Part(visible(f"{media.path} ({facts})")),)
    text = text_of(case.inputs)
    rest = len(text) - MOST_PROMPT
    cut = (Part(f" … {rest:,} more characters"),) if rest > 0 else ()
    return (*parts_of(text[:MOST_PROMPT]), *cut)


def _answers(dossier: Dossier, pair: Pair) -> str:
    if dossier.show != "labels":
        return ""
    before, after = (one_line(answer_line(side), 40) for side in (pair.before, pair.after))
    return f"{before} → {after}"


def _odds(pair: Pair) -> str:
    if max(len(pair.before.answers), len(pair.after.answers)) <= 1:
        return ""
    sides = (k_of_n(side.passed, side.answered) for side in (pair.before, pair.after))
    return f"{' → '.join(sides)} repeats pass"


def _latency(pair: Pair) -> str:
    if pair.before.latency_s is None and pair.after.latency_s is None:
        return ""
    return f"{format_s(pair.before.latency_s)} → {format_s(pair.after.latency_s)}"


def _measure(measure: Measure) -> str:
    note = f" ({measure.note})" if measure.note else ""
    return one_line(f"{measure.name.replace('_', ' ')} {plain(measure.value)}{note}", 200)
