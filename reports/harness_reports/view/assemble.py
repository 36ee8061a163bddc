"""Assembles the page of the HTML report from a dossier."""

from collections.abc import Iterator

from harness.api import Change, Dossier, FaultGroup, format_s, plural
from harness_reports.characters import one_line, visible
from harness_reports.media_shelf import MediaShelf
from harness_reports.quantities import moment, span
from harness_reports.result_json import all_warnings
from harness_reports.view.abreast import abreast_table
from harness_reports.view.alike import alike_view
from harness_reports.view.changes import Gathered, changes_of, gather
from harness_reports.view.gates import gate_rows, gates_words
from harness_reports.view.latency import latency_view
from harness_reports.view.nouns import Row, Tile
from harness_reports.view.page import FaultRow, Page
from harness_reports.view.served import shape_findings
from harness_reports.view.slices import slice_tables, slices_words
from harness_reports.view.targets import compared_words, flat_rows, setting_rows, target_cards
from harness_reports.view.upstream import upstream_views, without_upstream
from harness_reports.view.usage import usage_table
from harness_reports.view.waived import waived_view
from harness_reports.view.words import CHANGES, NONE, VERDICTS, short_revision


def page_of(dossier: Dossier, shelf: MediaShelf) -> Page:
    """Give the page: one pass over the cases, memory bounded whatever their number.

    Media are placed on the shelf as they are drawn.
    """
    cases = gather(dossier)
    verdict = dossier.verdict
    slices = slice_tables(dossier)
    return Page(
        title=_title(dossier),
        suite=one_line(dossier.suite, 100),
        badge=VERDICTS[verdict.outcome],
        headline=_headline(dossier),
        reasons=tuple(visible(reason) for reason in verdict.reasons),
        facts=tuple(_facts(dossier, cases.gathered)),
        started_at=one_line(dossier.started_at, 40),
        started_words=one_line(moment(dossier.started_at), 40),
        tiles=tuple(_tiles(dossier, cases.gathered)),
        calls_words=_calls(dossier),
        gates=gate_rows(dossier),
        gates_words=gates_words(dossier),
        targets=target_cards(dossier),
        compared_words=compared_words(dossier),
        abreast=abreast_table(dossier, cases.gathered),
        upstream=upstream_views(dossier, cases.gathered),
        alike=alike_view(dossier),
        shape_findings=shape_findings(dossier),
        usage=usage_table(dossier),
        settings=setting_rows(dossier),
        slices=slices,
        slices_words=slices_words(slices),
        changes=tuple(changes_of(dossier, one, shelf) for one in cases.gathered),
        waived=waived_view(dossier),
        latency=latency_view(dossier),
        faults=tuple(_fault(group) for group in dossier.faults),
        warnings=tuple(visible(warning) for warning in all_warnings(dossier)),
        environment=tuple(_environment(dossier)),
        commands=tuple(visible(command) for command in dossier.reproduce),
        beside_words=_beside(shelf),
    )


def _beside(shelf: MediaShelf) -> str:
    if not shelf.beside:
        return ""
    files = plural(len(shelf.beside), "file")
    return f"Kept in media/ beside it: {files}. Keep them together."


def _title(dossier: Dossier) -> str:
    lost = sum(comparison.regressed for comparison in dossier.comparisons)
    pins = " → ".join(short_revision(target.revision) for target in dossier.targets)
    models = " → ".join(dict.fromkeys(target.model for target in dossier.targets))
    words = (VERDICTS[dossier.verdict.outcome].word, f"{lost:,} regressed", dossier.suite)
    return one_line(" · ".join((*words, f"{models} {pins}")), 200)


def _headline(dossier: Dossier) -> str:
    gates = [gate for gate in dossier.verdict.gates if gate.level == "error"]
    match dossier.verdict.outcome:
        case "pass":
            warned = sum(
                gate.outcome == "fail" and gate.level == "warn" for gate in dossier.verdict.gates
            )
            but = f", but {plural(warned, 'warning gate')} failed" if warned else ""
            return f"Yes: every gate passed ({len(gates)} of {len(gates)}){but}."
        case "fail":
            failed = sum(gate.outcome == "fail" for gate in gates)
            return f"No: {failed} of {plural(len(gates), 'gate')} failed."
        case "invalid":
            return "No answer: this comparison is not valid."
        case _ if dossier.verdict.exit_code == 12:
            return "No answer yet: not enough calls got through."
        case _:
            undecided = sum(gate.outcome == "inconclusive" for gate in gates)
            return f"No answer yet: {undecided} of {plural(len(gates), 'gate')} undecided."


def _facts(dossier: Dossier, gathered: tuple[Gathered, ...]) -> Iterator[str]:
    if len(gathered) == 1:
        counts = gathered[0].counts
        words: tuple[Change, ...] = ("regressed", "waived", "fixed", "changed", "same", "missing")
        yield ", ".join(
            f"{counts[word]:,} {'not comparable' if word == 'missing' else word}"
            for word in words
            if counts[word] or word not in ("waived", "missing")
        )
    yield one_line(dossier.task, 60)
    repeats = f" × {plural(dossier.repeats, 'repeat')}" if dossier.repeats > 1 else ""
    yield f"{plural(dossier.cases, 'case')}{repeats} × {plural(len(dossier.targets), 'target')}"
    seconds = span(dossier.started_at, dossier.finished_at)
    if seconds is not None:
        yield f"took {format_s(seconds)}" if seconds >= 1 else "took about a second"
    yield f"exit code {dossier.verdict.exit_code}"


def _tiles(dossier: Dossier, gathered: tuple[Gathered, ...]) -> Iterator[Tile]:
    for change in ("regressed", "waived", "fixed", "changed", "same", "missing"):
        counts = [one.counts[change] for one in gathered]
        if change in ("missing", "waived") and not any(counts):
            continue
        badge = CHANGES[change] if any(counts) else NONE
        number = " · ".join(f"{count:,}" for count in counts)
        href = {
            "regressed": "#regressions",
            "waived": "#waived",
            "fixed": "#fixed",
            "changed": "#fixed",
        }
        word = "not comparable" if change == "missing" else change
        yield Tile(number=number, word=word, badge=badge, href=href.get(change, "#cases"))
    yield Tile(
        number=f"{dossier.counts.faults:,}",
        word="fault" if dossier.counts.faults == 1 else "faults",
        badge=CHANGES["missing"] if dossier.counts.faults else NONE,
        href="#faults",
    )


def _calls(dossier: Dossier) -> str:
    counts = dossier.counts
    parts = [f"{counts.answered:,} of {plural(counts.planned, 'call')} answered"]
    parts += [f"{counts.passed:,} passed, {counts.failed:,} failed"]
    for word in ("faults", "skipped", "cancelled", "replayed"):
        number = getattr(counts, word)
        parts += [f"{number:,} {word}"] if number else []
    if counts.attempts > counts.answered + counts.faults:
        parts += [f"{counts.attempts:,} attempts in all"]
    several = ""
    if len(dossier.comparisons) > 1:
        names = " · ".join(one_line(c.candidate, 60) for c in dossier.comparisons)
        several = f" Counts of cases are for {names}, in this order."
    return f"{'; '.join(parts)}.{several}"


def _fault(group: FaultGroup) -> FaultRow:
    more = group.count - len(group.case_ids)
    cases = ", ".join(one_line(case_id, 40) for case_id in group.case_ids)
    return FaultRow(
        target=one_line(group.target, 60),
        kind=group.kind.replace("_", " "),
        status="" if group.status is None else str(group.status),
        count=f"{group.count:,}",
        message=visible(group.message[:2000]),
        hint=visible(group.hint[:1000]),
        cases=f"{cases} and {more:,} more" if more > 0 else cases,
    )


def _environment(dossier: Dossier) -> Iterator[Row]:
    yield Row("run", one_line(dossier.run_id, 200), is_code=True)
    yield Row("suite file", one_line(dossier.suite_path, 400), is_code=True)
    yield Row("started", one_line(dossier.started_at, 40), is_code=True)
    yield Row("finished", one_line(dossier.finished_at, 40), is_code=True)
    yield from flat_rows(without_upstream(dossier.environment))
