"""What a task must hold to."""

import math
from typing import get_args

from harness.api.contract.claims import (
    claim,
    claim_finding,
    claim_name,
    claim_type,
    finding_of,
    run,
    tried,
)
from harness.api.contract.junk import junk_answers
from harness.api.kinds import Pooled, Task
from harness.data.call import Payload
from harness.data.record import Finding, Finish, Measure, Output
from harness.errors import ShapeError
from harness.jsonvalue import Json, canonical


def check_task(task: Task) -> None:
    """Build is pure, the sample passes and agrees with itself, junk neither raises nor passes.

    Junk is what servers send by accident or malice: other JSON types, error objects, answers
    1,000 levels deep, integers no float can hold, the sample with fields of another type.
    """
    claim_name(task.name)
    case, before = task.sample, repr(task.sample)
    payload = run("build(sample)", task.build, case)
    claim_type("build(sample)", payload, Payload)
    again = run("build(sample)", task.build, case)
    claim(payload == again, "build(sample) gave two different payloads: it must be pure")
    claim(repr(case) == before, "build changed the case: it must be pure")
    run("the payload's encoded()", payload.encoded)

    raw = _written(task.sample_output)
    output, findings = _judged(task, task.sample_output, "sample_output")
    if output is None:
        raise AssertionError(f"parse refuses sample_output with ShapeError: {raw!r:.200}")
    claim(_written(task.sample_output) == raw, "parse changed the answer it was given")
    run("canonical(output.value)", canonical, output.value)
    failed = [finding.message for finding in findings if not finding.ok]
    claim(not failed, f"sample_output is not valid for the sample: {failed}")
    agreement = [m.value for m in _measures(task, output, output) if m.name == "agreement"]
    claim(agreement == [1.0], f"agreement of an output with itself is {agreement}, not [1.0]")
    if task.pooled is not None:
        _claim_pooled(task, task.pooled, output)
    if case.expect is not None:
        met = finding_of("expect(sample)", task.expect, case, output)
        claim(met.ok, f"the sample's own output does not meet its expect: {met.message}")
    for what, junk, may_pass in junk_answers(task.sample_output):
        strange, findings = _judged(task, junk, what)
        if strange is not None:
            passes = all(finding.ok for finding in findings if finding.required)
            claim(may_pass or not passes, f"{what} passes: parse or validate must refuse it")
            _measures(task, output, strange)
            _measures(task, strange, output)
            finding_of(f"expect of {what}", task.expect, case, strange)


def _judged(
    task: Task, answer: Json | bytes, what: str
) -> tuple[Output | None, tuple[Finding, ...]]:
    """Give the output and its findings; (None, ()) when parse raises ShapeError."""
    output = tried(ShapeError, f"parse of {what}", task.parse, answer)
    if output is None:
        return None, ()
    claim_type(f"parse of {what}", output, Output)
    ends = get_args(Finish)
    claim(output.finish in ends, f"parse of {what} gave finish {output.finish!r}, none of {ends}")
    findings = run(f"validate of {what}", lambda: tuple(task.validate(task.sample, output)))
    claim(bool(findings), f"validate of {what} gave no finding: it must give at least one")
    for finding in findings:
        claim_finding(f"validate of {what}", finding)
    return output, findings


def _claim_declared(task: Task, measure: Measure) -> None:
    name = measure.name
    claim(name in task.measures, f"compare: {name} is not among the task's measures")
    said = task.measures[name]
    claim(said == measure.better, f"compare: {name} is better {measure.better}, not {said}")


def _claim_pooled(task: Task, pooled: Pooled, output: Output) -> None:
    """Claim that what is kept are numbers, and each of three cases is answered for."""
    import numpy as np

    kept = run("pooled.keep", pooled.keep, output)
    if kept is None:
        return
    rows = run("pooled.keep as float32", lambda: np.asarray([kept] * 3, np.float32))
    found = run("pooled.compare", lambda: [list(one) for one in pooled.compare(rows, rows)])
    claim(len(found) == 3, f"pooled.compare gave measures of {len(found)} cases, not of 3")
    for measure in (measure for measures in found for measure in measures):
        claim(math.isfinite(measure.value), f"pooled.compare: {measure.name} is {measure.value}")
        _claim_declared(task, measure)


def _written(answer: Json | bytes) -> bytes:
    return answer if isinstance(answer, bytes) else canonical(answer)


def _measures(task: Task, before: Output, after: Output) -> list[Measure]:
    found = run("compare", lambda: list(task.compare(task.sample, before, after)))
    for measure in found:
        claim_type("compare", measure, Measure)
        claim(math.isfinite(measure.value), f"compare: {measure.name} is {measure.value}")
        if task.measures:
            _claim_declared(task, measure)
    claim(any(m.name == "agreement" for m in found), "compare gave no measure named agreement")
    return found
