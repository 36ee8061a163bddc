"""The contract lets good plugins pass and names what is wrong with bad ones."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from harness.api import (
    Artifact,
    Case,
    Check,
    Counts,
    Credential,
    Dossier,
    Finding,
    Identity,
    Measure,
    Output,
    Payload,
    Pooled,
    Provider,
    Reporter,
    Request,
    ShapeError,
    Task,
    Usage,
    Verdict,
)
from harness.api.contract import check_check, check_provider, check_reporter, check_task, contract
from harness.data.noun import replace


def build(case: Case) -> Payload:
    return Payload(value={"inputs": case.inputs})


def parse(answer: Any) -> Output:
    match answer:
        case {"word": str(word)} if word:
            return Output(value=word, text=word)
    raise ShapeError("expected {word}")


def validate(case: Case, output: Output) -> Iterator[Finding]:
    yield Finding(check="word", ok=output.text.isalpha(), message="a word", weight=0)


GOOD = Task(
    name="one-word",
    build=build,
    parse=parse,
    validate=validate,
    sample=Case(id="a", inputs="say yes", expect="yes"),
    sample_output={"word": "yes"},
)


def one_number(_output: Output) -> list[float]:
    return [1.0]


def all_alike(before: Any, after: Any) -> list[list[Measure]]:
    return [[Measure(name="alike", value=1.0)] for _ in before]


def test_a_good_task_passes() -> None:
    check_task(GOOD)
    contract(GOOD)


def test_a_task_that_compares_all_cases_or_answers_in_bytes_passes() -> None:
    pooled = Pooled(keep=one_number, compare=all_alike)
    check_task(replace(GOOD, pooled=pooled, measures={"agreement": "higher", "alike": "higher"}))
    files = replace(GOOD, parse=parse_file, sample_output=b"FILEyes")
    check_task(files)
    with pytest.raises(AssertionError, match="refuses sample_output"):
        check_task(replace(files, sample_output=b"yes"))


def parse_file(answer: Any) -> Output:
    if isinstance(answer, bytes) and answer.startswith(b"FILE") and answer[4:].isalpha():
        return Output(value=answer[4:].decode(), text=answer[4:].decode())
    raise ShapeError("expected FILE and a word")


def raising(*_: object) -> Any:
    raise KeyError("word")


def leaving(*_: object) -> Any:
    raise SystemExit(0)


def parse_anything(answer: Any) -> Output:
    return Output(value=str(type(answer)), text="yes")


def parse_error_objects(answer: Any) -> Output:
    return Output(value="x", text="yes") if isinstance(answer, dict) else parse(answer)


def parse_carelessly(answer: Any) -> Output:
    return Output(value=answer["word"], text=answer["word"])


def parse_with_an_end_of_its_own(answer: Any) -> Output:
    return replace(parse(answer), finish="finished")


def test_how_an_answer_ended_is_said_in_words_there_are() -> None:
    with pytest.raises(AssertionError, match="gave finish 'finished', none of"):
        check_task(replace(GOOD, parse=parse_with_an_end_of_its_own))


def parse_recursively(answer: Any) -> Output:
    def walk(value: Any) -> None:
        for item in value if isinstance(value, list) else ():
            walk(item)

    walk(answer)
    return parse(answer)


def parse_by_emptying(answer: Any) -> Output:
    output = parse(answer)
    answer.clear()
    return output


def build_by_popping(case: Case) -> Payload:
    inputs: Any = case.inputs
    return Payload(value=inputs.pop())


numbers = itertools.count()


def number_of_times(case: Case) -> Payload:
    return Payload(value=next(numbers))


@pytest.mark.parametrize(
    ("task", "complaint"),
    [
        (replace(GOOD, name="One Word"), "is not a name"),
        (replace(GOOD, build=number_of_times), "must be pure"),
        (
            replace(GOOD, build=build_by_popping, sample=Case(id="a", inputs=["x", "x"])),
            "build changed the case",
        ),
        (replace(GOOD, build=lambda case: b"yes"), "gave a bytes, not a Payload"),
        (replace(GOOD, build=lambda case: Payload(value={1, 2})), "encoded"),  # type: ignore[arg-type]
        (replace(GOOD, build=raising), "raised KeyError"),
        (replace(GOOD, build=leaving), "raised SystemExit"),
        (replace(GOOD, parse=raising), "only ShapeError is allowed"),
        (replace(GOOD, parse=parse_carelessly), "only ShapeError is allowed"),
        (replace(GOOD, parse=parse_recursively), "RecursionError"),
        (replace(GOOD, parse=parse_by_emptying, sample_output={"word": "yes"}), "changed the"),
        (replace(GOOD, parse=parse_anything), "passes: parse or validate must refuse it"),
        (replace(GOOD, parse=parse_error_objects), "passes: parse or validate must refuse it"),
        (replace(GOOD, parse=lambda answer: "yes"), "not a Output"),
        (replace(GOOD, sample_output={"wort": "ja"}), "refuses sample_output"),
        (replace(GOOD, sample_output={"word": "1"}), "not valid for the sample"),
        (replace(GOOD, sample_output={"word": "no"}), "does not meet its expect"),
        (replace(GOOD, validate=lambda case, output: []), "no finding"),
        (replace(GOOD, validate=lambda case, output: ["fine"]), "not a Finding"),
        (replace(GOOD, validate=raising), "raised KeyError"),
        (replace(GOOD, compare=lambda case, a, b: []), "no measure named agreement"),
        (
            replace(GOOD, compare=lambda case, a, b: [Measure(name="agreement", value=0.0)]),
            "agreement of an output with itself",
        ),
        (
            replace(GOOD, compare=lambda *_: [Measure(name="agreement", value=float("nan"))]),
            "agreement is nan",
        ),
        (replace(GOOD, expect=raising), "raised KeyError"),
        (replace(GOOD, measures={"wer": "lower"}), "agreement is not among the task's measures"),
        (replace(GOOD, measures={"agreement": "lower"}), "agreement is better higher, not lower"),
        (replace(GOOD, pooled=Pooled(keep=raising, compare=all_alike)), "raised KeyError"),
        (replace(GOOD, pooled=Pooled(keep=lambda _: ["a"], compare=all_alike)), "float32"),  # type: ignore[arg-type, list-item, return-value]
        (replace(GOOD, pooled=Pooled(keep=one_number, compare=raising)), "raised KeyError"),
        (replace(GOOD, pooled=Pooled(keep=one_number, compare=lambda *_: [])), "of 0 cases"),
        (replace(GOOD, pooled=Pooled(keep=one_number, compare=all_alike)), "not among the task's"),
    ],
)
def test_a_bad_task_is_caught(task: Task, complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        check_task(task)


@dataclass(frozen=True, slots=True)
class Options:
    url: str
    organisation: str | None = None


def request(call: Any) -> Request:
    return Request(url=str(call.target.options["url"]), body=call.payload.encoded())


SPEAKER = Provider(name="speaker", request=request, options=Options)


def test_a_good_provider_passes() -> None:
    check_provider(SPEAKER)
    contract(SPEAKER)
    check_provider(SPEAKER, {"url": "http://127.0.0.1:8000/v1"})


def with_headers(**headers: str) -> Any:
    return lambda call: Request(
        url="https://a.example", headers={name.replace("_", "-"): v for name, v in headers.items()}
    )


@pytest.mark.parametrize(
    ("provider", "complaint"),
    [
        (replace(SPEAKER, request=raising), "raised KeyError"),
        (replace(SPEAKER, request=lambda call: Request(url=f"http://a/{next(numbers)}")), "pure"),
        (replace(SPEAKER, request=lambda call: Request(url="file:///etc/passwd")), "http"),
        (replace(SPEAKER, request=lambda call: Request(url="https://u:p@a.example")), "password"),
        (replace(SPEAKER, request=lambda call: "https://a.example"), "not a Request"),
        (replace(SPEAKER, request=with_headers(Authorization="x")), "looks like a secret"),
        (replace(SPEAKER, request=with_headers(x_extra="Bearer abc")), "looks like a secret"),
        (replace(SPEAKER, request=with_headers(x_extra="hf_abcdefghij")), "looks like a secret"),
        (
            replace(
                SPEAKER,
                credential=Credential(env=("KEY",), header="X-Own"),
                request=with_headers(x_own="y"),
            ),
            "looks like a secret",
        ),
        (replace(SPEAKER, is_pin=lambda revision: True), "immutable revision"),
        (replace(SPEAKER, output=raising), "only ValueError is allowed"),
        (replace(SPEAKER, served=lambda response: response.headers["x-sha"]), "KeyError"),
        (replace(SPEAKER, served=lambda response: "abc"), "served .* not a"),
        (replace(SPEAKER, traces=lambda response: response.headers["x-fp"]), "raised KeyError"),
        (replace(SPEAKER, traces=lambda response: None), "traces .* not a"),
        (replace(SPEAKER, traces=lambda response: {"build": 7}), "is not text by name"),
        (replace(SPEAKER, usage=lambda response: {}), "not a Usage"),
        (
            replace(
                SPEAKER,
                usage=lambda response: Usage(
                    compute_s=float(response.headers.get("x-compute-time", 0))
                ),
            ),
            "compute_s is",
        ),
    ],
)
def test_a_bad_provider_is_caught(provider: Provider, complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        check_provider(provider)


def test_a_provider_may_say_who_answered_and_at_what_cost() -> None:
    check_provider(
        replace(
            SPEAKER,
            served=lambda response: Identity(revision="a" * 40, source="x-sha"),
            usage=lambda response: Usage(input_tokens=3),
            traces=lambda response: {"system_fingerprint": "fp_1"},
        )
    )


@dataclass(frozen=True, slots=True)
class Words:
    least: int
    words: list[str]
    note: str | None = None


def judge(case: Case, output: Output, arguments: Words) -> Finding:
    ok = all(word in output.text for word in arguments.words)
    return Finding(check="words", ok=ok, message="all words" if ok else "a word is missing")


WORDS = Check(name="words", judge=judge, arguments=Words)


def test_a_good_check_passes() -> None:
    check_check(WORDS)
    contract(WORDS)
    check_check(WORDS, Words(least=2, words=[]))


@pytest.mark.parametrize(
    ("check", "complaint"),
    [
        (replace(WORDS, judge=raising), "raised KeyError"),
        (replace(WORDS, judge=lambda *_: True), "not a Finding"),
        (replace(WORDS, name="other"), "calls itself 'words'"),
        (replace(WORDS, arguments=dict), "dataclass"),
        (replace(WORDS, problem=lambda arguments: "never right"), "never right"),
        (
            replace(WORDS, judge=lambda *_: Finding(check="words", ok=True, message="m", score=2)),
            "outside 0..1",
        ),
        (
            replace(WORDS, judge=lambda *_: Finding(check="words", ok=True, message="")),
            "without a message",
        ),
        (
            replace(
                WORDS,
                judge=lambda *_: Finding(check="words", ok=True, message=str(next(numbers))),
            ),
            "must be pure",
        ),
        (
            replace(
                WORDS,
                judge=lambda c, o, a: Finding(check="words", ok=o.value[0] == "a", message="m"),
            ),
            "raised",
        ),
    ],
)
def test_a_bad_check_is_caught(check: Check, complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        check_check(check)


DOSSIER = Dossier(
    suite="s",
    task="one-word",
    show="text",
    suite_path="s.yaml",
    run_id="r",
    started_at="2026-01-01T00:00:00Z",
    finished_at="2026-01-01T00:00:01Z",
    targets=(),
    counts=Counts(),
    cases=0,
    repeats=1,
    comparisons=(),
    verdict=Verdict(outcome="pass", exit_code=0, reasons=("nothing to do",)),
    faults=(),
    warnings=(),
    environment={},
    reproduce=(),
    case_views=lambda: iter(()),
)


def artifact(name: str, body: bytes = b"x") -> Artifact:
    return Artifact(name=name, chunks=iter([body]))


def test_a_good_reporter_passes() -> None:
    reporter = Reporter(name="plain", render=lambda d: [artifact("a.txt", d.suite.encode())])
    check_reporter(reporter, DOSSIER)
    contract(reporter, DOSSIER)


def test_a_reporter_needs_a_dossier() -> None:
    with pytest.raises(AssertionError, match="needs a dossier"):
        contract(Reporter(name="plain", render=lambda d: []))


@pytest.mark.parametrize(
    ("render", "complaint"),
    [
        (lambda d: [], "no artifact"),
        (lambda d: [artifact("../a.txt")], "not a plain file name"),
        (lambda d: [artifact("a.txt"), artifact("a.txt")], "two artifacts"),
        (lambda d: [artifact("a.txt", str(next(numbers)).encode())], "the second time"),
        (lambda d: ["a.txt"], "not a Artifact"),
        (raising, "raised KeyError"),
    ],
)
def test_a_bad_reporter_is_caught(render: Any, complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        check_reporter(Reporter(name="plain", render=render), DOSSIER)
