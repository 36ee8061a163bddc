"""Shows one case in full: prompt, both answers side by side, findings, repeats, commands."""

from collections.abc import Sequence
from dataclasses import replace

from harness.api import Dossier, Measure, format_s
from harness_reports.characters import Part, one_line, parts_of, text_of, visible
from harness_reports.commands import LONGEST_ID, accept, run_again, show_stored
from harness_reports.media_shelf import MediaShelf
from harness_reports.neighbours import Near
from harness_reports.quantities import k_of_n, plain
from harness_reports.sides import Pair, Side, side_of
from harness_reports.view.bodies import bodies_of
from harness_reports.view.box_bodies import input_picture
from harness_reports.view.case_nouns import (
    CasePanel,
    InputPicture,
    MediaView,
    Pane,
    PaneBody,
    PicturePair,
)
from harness_reports.view.label_rows import label_rows
from harness_reports.view.media_bodies import sent_media
from harness_reports.view.near_rows import neighbour_view
from harness_reports.view.nouns import Row
from harness_reports.view.path_rows import path_table
from harness_reports.view.picture_pair import picture_pair
from harness_reports.view.repeats import answer_line, repeat_rows
from harness_reports.view.words import CHANGES, STATES, anchor

MOST_PROMPT = 6_000


def panel_anchor(pair: Pair) -> str:
    """Give the id of a case under a candidate."""
    return anchor("case", pair.view.case.id, pair.after.target)


def case_panel(
    dossier: Dossier,
    pair: Pair,
    shelf: MediaShelf,
    *,
    series: int,
    is_open: bool = False,
    near: Near | None = None,
) -> CasePanel:
    """Give a case under one candidate; `series` is the candidate's place among the targets.

    The answers of the other candidates stand beside it. `near` are the cases that lie nearest.
    """
    case, before, after = pair.view.case, pair.before, pair.after
    others = _others(dossier, pair)
    sides = ((before, 0), (after, series), *others)
    is_labelled = dossier.show == "labels"
    labels = label_rows(sides, panel_anchor(pair)) if is_labelled else ()
    image = input_picture(pair, shelf) if dossier.show == "boxes" else None
    pictures = picture_pair(pair, shelf) if dossier.show == "image" else None
    bodies, note = [PaneBody()] * len(sides), ""
    if not labels:
        bodies, note = _bodies(dossier, pair, others, series, image, pictures, shelf)
    paths = path_table(dossier, pair)
    is_prose = dossier.show in ("text", "labels") and paths is None
    commands = [run_again(dossier, case.id), show_stored(dossier, case.id)]
    if pair.change == "regressed":
        commands.append(accept(dossier, after.target, (case.id,)))
    return CasePanel(
        anchor=panel_anchor(pair),
        accepts=one_line(case.id, LONGEST_ID) if pair.change == "regressed" else "",
        series=series,
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
        answer_css="answer" if is_prose else "answer code",
        panes=tuple(
            _pane(side, place, body) for (side, place), body in zip(sides, bodies, strict=True)
        ),
        pictures=pictures,
        paths=paths,
        labels=labels,
        neighbours=neighbour_view(near),
        repeats=repeat_rows(before, after),
        measures=tuple(map(_measure, pair.view.measures.get(after.target, ()))),
        commands=tuple(commands),
        place=one_line(case.place, 200),
        link=f"case={one_line(case.id, 400)}",
    )


def _others(dossier: Dossier, pair: Pair) -> list[tuple[Side, int]]:
    """The candidates beside the pair's own, with their places among the targets."""
    names = [target.name for target in dossier.targets]
    return [
        (side_of(pair.view, name), place)
        for place, name in enumerate(names)
        if place > 0 and name != pair.after.target
    ]


def _bodies(
    dossier: Dossier,
    pair: Pair,
    others: Sequence[tuple[Side, int]],
    series: int,
    image: InputPicture | None,
    pictures: PicturePair | None,
    shelf: MediaShelf,
) -> tuple[list[PaneBody], str]:
    """The answers of all sides, every candidate's set against the baseline's, and a note."""
    if pictures is not None:
        found = [_file(view) for view in (pictures.before, pictures.after)]
        note = ""
    else:
        before, after, note = bodies_of(dossier, pair, series, image, shelf)
        found = [before, after]
    for side, place in others:
        other = replace(pair, after=side)
        found.append(bodies_of(dossier, other, place, image, shelf)[1])
    return found, note


def _file(view: MediaView) -> PaneBody:
    return PaneBody(
        rows=(Row("Picture", view.words), Row("sha256", view.sha256[:16], is_code=True))
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
