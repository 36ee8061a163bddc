"""Shows one case in full: prompt, both answers side by side, findings, repeats, commands."""

from harness.api import Dossier, Measure, format_s
from harness_reports.characters import Part, one_line, parts_of, text_of, visible
from harness_reports.commands import run_again, show_stored
from harness_reports.media_shelf import MediaShelf
from harness_reports.quantities import k_of_n, plain
from harness_reports.sides import Pair, Side
from harness_reports.view.bodies import bodies_of
from harness_reports.view.box_bodies import input_picture
from harness_reports.view.case_nouns import CasePanel, Pane, PaneBody
from harness_reports.view.label_rows import label_rows
from harness_reports.view.media_bodies import sent_media
from harness_reports.view.repeats import answer_line, repeat_rows
from harness_reports.view.words import CHANGES, STATES, anchor

MOST_PROMPT = 6_000


def panel_anchor(pair: Pair) -> str:
    """Give the id of a case under a candidate."""
    return anchor("case", pair.view.case.id, pair.after.target)


def case_panel(
    dossier: Dossier, pair: Pair, shelf: MediaShelf, *, series: int, is_open: bool = False
) -> CasePanel:
    """Give a case under one candidate; `series` is the candidate's place among the targets."""
    case, before, after = pair.view.case, pair.before, pair.after
    labels = (
        label_rows(before, after, series, panel_anchor(pair)) if dossier.show == "labels" else ()
    )
    image = input_picture(pair, shelf) if dossier.show == "boxes" else None
    left, right, note = PaneBody(), PaneBody(), ""
    if not labels:
        left, right, note = bodies_of(dossier, pair, series, image, shelf)
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
        media=() if image is not None else sent_media(pair, shelf),
        picture=image,
        expect="" if case.expect is None else visible(text_of(case.expect)[:MOST_PROMPT]),
        note=note,
        answer_css="answer" if dossier.show in ("text", "labels") else "answer code",
        before=_pane(before, 0, left),
        after=_pane(after, series, right),
        labels=labels,
        repeats=repeat_rows(before, after),
        measures=tuple(map(_measure, pair.view.measures.get(after.target, ()))),
        commands=(run_again(dossier, case.id), show_stored(dossier, case.id)),
        place=one_line(case.place, 200),
    )


def _pane(side: Side, series: int, body: PaneBody) -> Pane:
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
        body=body,
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
