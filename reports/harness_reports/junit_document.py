"""Spells a dossier as `junit.xml`: test cases one by one, their counts before them."""

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from html import escape
from itertools import islice
from tempfile import SpooledTemporaryFile

from harness.api import Dossier, GateResult
from harness_reports.characters import one_line, visible
from harness_reports.junit_case import Testcase, testcase_of
from harness_reports.quantities import span
from harness_reports.sides import pairs

_IN_MEMORY_BYTES = 262_144
_CHUNK_BYTES = 65_536
_AT_ONCE = 256
_LONGEST_NAME = 200
_DIGITS = 12


def testcases(dossier: Dossier) -> Iterator[Testcase]:
    """Stream a test case a gate, then one a case and candidate; names are unique in a class.

    A name is the same in every run: it does not depend on which others there are.
    """
    gates = Counter[str]()
    for test in map(_shown, _gates(dossier)):
        gates[test.name] += 1
        number = gates[test.name]
        yield test if number == 1 else test.named(test.classname, f"{test.name} ({number})")
    for pair in pairs(dossier):
        yield _shown(testcase_of(dossier, pair))


def _shown(test: Testcase) -> Testcase:
    classname, name = _short(test.classname), _short(test.name)
    is_as_it_was = name == test.name and classname == test.classname
    return test if is_as_it_was else test.named(classname, name)


def _short(name: str) -> str:
    """Give a name visible and short; one that this changes ends in its digest, to stay the only."""
    short = one_line(name, _LONGEST_NAME)
    if short == name:
        return name
    return f"{short} ({sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:_DIGITS]})"


def _gates(dossier: Dossier) -> Iterator[Testcase]:
    several = len(dossier.targets) > 2
    for gate in dossier.verdict.gates:
        yield _gate(gate, several=several)
    # Without this a comparison that is invalid for another reason than a gate would look green.
    outcomes = {gate.outcome for gate in dossier.verdict.gates if gate.level == "error"}
    if dossier.verdict.outcome not in {"pass", *outcomes}:
        reason = " ".join(dossier.verdict.reasons)
        yield Testcase(
            classname="gates",
            name="verdict",
            result="failure" if dossier.verdict.outcome == "fail" else "error",
            kind=dossier.verdict.outcome,
            message=dossier.verdict.reasons[0],
            detail=reason,
        )


def _gate(gate: GateResult, *, several: bool) -> Testcase:
    scope = [f"[{gate.slice}]"] if gate.slice is not None else []
    target = [f"({gate.target})"] if several else []
    words = f"{gate.outcome}: {gate.reason}"
    named = Testcase(classname="gates", name=" ".join([gate.metric, gate.rule, *scope, *target]))
    if gate.level == "warn" or gate.outcome == "pass":
        return named.noted(words if gate.level == "error" else f"{gate.level} level, {words}")
    if gate.outcome == "fail":
        return named.ended("failure", "gate", gate.reason, words)
    return named.ended("error", "inconclusive", gate.reason, words)


def document(dossier: Dossier) -> Iterator[bytes]:
    """Stream the file: well-formed XML 1.0 whatever the models answered."""
    totals = Counter[str]()
    with SpooledTemporaryFile(_IN_MEMORY_BYTES) as elements:
        tests = testcases(dossier)
        while some := list(islice(tests, _AT_ONCE)):
            totals.update(test.result for test in some)
            elements.write("".join(map(_element, some)).encode())
        yield from _head(dossier, totals)  # counts come first, and are known last
        elements.seek(0)
        while chunk := elements.read(_CHUNK_BYTES):
            yield chunk
    yield b"</testsuite>\n</testsuites>\n"


def _head(dossier: Dossier, totals: Counter[str]) -> Iterator[bytes]:
    seconds = span(dossier.started_at, dossier.finished_at) or 0.0
    counts = (
        f'tests="{sum(totals.values())}" failures="{totals["failure"]}" '
        f'errors="{totals["error"]}" skipped="{totals["skipped"]}" time="{seconds:.3f}"'
    )
    stamp = _attribute(dossier.started_at[:19])
    yield (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="revgate" {counts}>\n'
        f"<testsuite name={_attribute(dossier.suite)} {counts} timestamp={stamp}>\n<properties>\n"
    ).encode()
    for name, value in _properties(dossier):
        yield f"<property name={_attribute(name)} value={_attribute(value)}/>\n".encode()
    yield b"</properties>\n"


def _properties(dossier: Dossier) -> Iterator[tuple[str, str]]:
    yield "verdict", dossier.verdict.outcome
    yield "run", dossier.run_id
    for target in dossier.targets:
        for part in ("provider", "model", "revision", "proof"):
            yield f"{target.name}.{part}", getattr(target, part) or ""


def _element(test: Testcase) -> str:
    attributes = f"classname={_attribute(test.classname)} name={_attribute(test.name)}"
    if test.file:
        attributes += f' file={_attribute(test.file)} line="{test.line}"'
    inside = ""
    if test.result in ("failure", "error"):
        inside = (
            f"<{test.result} type={_attribute(test.kind)} message={_attribute(test.message)}>"
            f"{escape(visible(test.detail), quote=False)}</{test.result}>"
        )
    elif test.result == "skipped":
        inside = f"<skipped message={_attribute(test.message)}/>"
    elif test.result == "flaky":
        inside = (
            f"<flakyFailure type={_attribute(test.kind)} message={_attribute(test.message)}>"
            f"{escape(visible(test.detail), quote=False)}</flakyFailure>"
        )
    if test.note:
        inside += f"<system-out>{escape(visible(test.note), quote=False)}</system-out>"
    head = f'<testcase {attributes} time="{test.seconds:.3f}"'
    return f"{head}>{inside}</testcase>\n" if inside else f"{head}/>\n"


def _attribute(text: str) -> str:
    return f'"{escape(one_line(text, 300))}"'
