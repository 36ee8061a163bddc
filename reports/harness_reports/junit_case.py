"""Says what one case is in JUnit's words: passed, failure, error, skipped or flaky."""

from dataclasses import dataclass
from typing import Literal, Self

from harness.api import Dossier, replace
from harness_reports.answers import shown_text
from harness_reports.characters import shown_json, text_of, visible
from harness_reports.commands import run_again, show_stored
from harness_reports.quantities import k_of_n
from harness_reports.sides import Pair, Side

Result = Literal["passed", "failure", "error", "skipped", "flaky"]
_TEXT = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Testcase:
    """One `<testcase>`; its strings may still hold any character."""

    __test__ = False  # pytest would collect it by its name

    classname: str
    name: str
    result: Result = "passed"
    kind: str = ""
    message: str = ""
    detail: str = ""
    note: str = ""
    seconds: float = 0.0
    file: str = ""
    line: str = ""

    def named(self, classname: str, name: str) -> Self:
        """Give it under another name."""
        return replace(self, classname=classname, name=name)

    def noted(self, note: str) -> Self:
        """Give it with text for `<system-out>`."""
        return replace(self, note=note)

    def ended(self, result: Result, kind: str, message: str, detail: str) -> Self:
        """Give it with another result."""
        return replace(self, result=result, kind=kind, message=message, detail=detail)


def testcase_of(dossier: Dossier, pair: Pair) -> Testcase:
    """Give a case under one candidate: only a regression is a failure, only a fault an error."""
    case, before, after = pair.view.case, pair.before, pair.after
    file, _, line = case.place.rpartition(":")
    test = Testcase(
        classname=f"{dossier.suite}.{after.target}",
        name=case.id,
        seconds=after.latency_s or 0.0,
        file=file if line.isdecimal() else "",
        line=line,
    )
    odds = f"pass {k_of_n(before.passed, before.answered)} → {k_of_n(after.passed, after.answered)}"
    if pair.change == "regressed":
        return test.ended("failure", "regression", f"{odds}; {after.why}", _detail(dossier, pair))
    if pair.change == "waived":
        return test.ended("skipped", "", f"waived: {odds}; {after.why}", "")
    for side in (after, before):
        if side.is_missing:
            why = f"{side.target}: {side.why or side.state}"
            if side.state == "fault":
                return test.ended("error", "fault", why, _detail(dossier, pair))
            return test.ended("skipped", "", why, "")
    if after.is_flaky:
        return test.ended("flaky", "flaky", f"{odds}; {after.why}", _detail(dossier, pair))
    if after.state == "failed":
        where = "failed on both sides" if before.state == "failed" else "failed"
        return test.noted(f"{where}: {after.why}")
    return test.noted(f"{pair.change}: {odds}") if pair.change != "same" else test


def _detail(dossier: Dossier, pair: Pair) -> str:
    case = pair.view.case
    inputs = case.media.path if case.media else text_of(case.inputs)
    return "\n".join(
        [
            f"prompt: {inputs[:_TEXT]}",
            _side(dossier, pair.before),
            _side(dossier, pair.after),
            f"$ {run_again(dossier, case.id)}",
            f"$ {show_stored(dossier, case.id)}",
        ]
    )


def _side(dossier: Dossier, side: Side) -> str:
    output = side.output
    lines = [f"{side.target}: {side.state}, {k_of_n(side.passed, side.answered)} repeats passed"]
    if output is not None:
        if isinstance(output.value, str):
            text = output.value
        elif dossier.show in ("text", "labels", "json"):
            text = shown_json(output.value, indent=None)
        else:
            text = shown_text(dossier, output)
        lines.append(f"  answer: {visible(text[:_TEXT])}")
    lines += [f"  {finding.check}: {finding.message}" for finding in side.failures]
    if output is None and side.why:
        lines.append(f"  {side.why}")
    return "\n".join(lines)
