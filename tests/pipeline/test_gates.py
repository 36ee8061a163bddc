"""Every kind of gate in a whole run: from the suite file over real HTTP to `result.json`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness_demo.served import Reply, RequestInfo
from tests.e2e.sides import AFTER, BEFORE, OTHER, Sides, labeller, open_sides, result_of

NAMES = {BEFORE: "baseline", AFTER: "candidate", OTHER: "third"}
Answer = Callable[[str, int, int], Any]
"""Gives what a target answers to `text N`, asked the k-th time: a text, a status, or a body."""


class Lab:
    """Answers `text N` as `answer` says; counts how often each target was asked the same."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._asked: dict[tuple[str, int], int] = {}

    def __call__(self, asked: RequestInfo) -> Reply | None:
        if asked.method != "POST":
            return None
        given = asked.payload
        revision = asked.served.revision if asked.served else given["model"].partition("@")[2]
        text = given["messages"][0]["content"] if "messages" in given else given["inputs"]
        number = int(str(text).split()[1])
        place = (NAMES[revision], number)
        self._asked[place] = self._asked.get(place, 0) + 1
        answer = self._answer(*place, self._asked[place])
        headers = {"x-sha": revision}
        if isinstance(answer, int):
            return Reply(status=answer, headers=headers, body=b'{"error": "no"}')
        if isinstance(answer, bytes):
            headers["content-type"] = "text/event-stream"
            return Reply(status=200, headers=headers, body=answer)
        body = answer if not isinstance(answer, str) else [{"generated_text": answer}]
        return Reply(status=200, headers=headers, body=json.dumps(body).encode())


def suite(world: Sides, cases: int, gates: str, more: str = "", settings: str = "") -> Path:
    """Write a suite over three revisions, or two, that asks for the number in `text N`."""
    three = "third" in more
    targets = [
        f'  {NAMES[pin]}: {{url: "{world.server.url}/endpoints/{pin}", revision: "{pin}"}}'
        for pin in (BEFORE, AFTER, *([OTHER] if three else []))
    ]
    lines = [
        "suite: gates",
        "task: text-generation",
        "target: {provider: hf-endpoint, model: lab/labels}",
        "targets:",
        *targets,
        f"run: {{concurrency: 2, attempts: 1{settings}}}",
        f"gates: [{gates}]",
        *([more] if more and not three else []),
        "cases:",
        *(
            f'  - {{id: c{n}, inputs: "text {n}", expect: "{n}", tags: [t{n % 3}]}}'
            for n in range(cases)
        ),
    ]
    path = world.folder / "suite.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def judged(quiet_world: Path) -> Callable[..., tuple[int, dict[str, Any]]]:
    """Runs a suite against what `answer` gives; gives exit code and result."""

    def run(answer: Answer, cases: int, gates: str, **words: str) -> tuple[int, dict[str, Any]]:
        served = tuple(labeller(pin) for pin in NAMES)
        with open_sides(quiet_world, served=served, faults=Lab(answer)) as world:
            path = suite(world, cases, gates, **words)
            code = world.run("run", str(path), "-q", "--out", str(quiet_world / "one"))
        return code, result_of(quiet_world / "one")

    return run


Judged = Callable[..., tuple[int, dict[str, Any]]]


def told(result: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Give (metric, target, slice, outcome) of every gate."""
    return [(g["metric"], g["target"], g["slice"], g["outcome"]) for g in result["gates"]]


def test_weights_make_the_mean_score(judged: Judged) -> None:
    def answer(target: str, number: int, _again: int) -> str:
        return str(number) if target == "baseline" or number % 2 else f"{number} "

    checks = (
        "checks: [{check: regex, pattern: '^\\d+$', weight: 3, required: false}, "
        "{check: contains, value: ' ', weight: 1, required: false}]"
    )
    gates = "{metric: mean_score, max_drop: 0.6}, {metric: mean_score, max_drop: 0.01}"
    code, result = judged(answer, 40, gates, more=checks)
    wide, narrow = result["gates"]
    # Expectation 1 and pattern 3 of 5 points; with a blank behind the number 1 and 1.
    assert (wide["baseline"], wide["candidate"]) == (pytest.approx(0.8), pytest.approx(0.6))
    assert wide["estimate"] == pytest.approx(-0.2)
    assert wide["low"] < -0.2 < wide["high"] < 0
    assert (code, wide["outcome"], narrow["outcome"]) == (1, "pass", "fail")


def test_a_gate_for_each_tag_has_a_result_a_tag(judged: Judged) -> None:
    def answer(target: str, number: int, _again: int) -> str:
        return "wrong" if target == "candidate" and number % 3 == 1 else str(number)

    code, result = judged(answer, 90, "{metric: pass_rate, max_drop: 0.2, each: tag}")
    assert code == 1
    assert told(result) == [
        ("pass_rate", "candidate", "t0", "pass"),
        ("pass_rate", "candidate", "t1", "fail"),
        ("pass_rate", "candidate", "t2", "pass"),
    ]


def test_of_three_targets_every_candidate_has_its_own_results(judged: Judged) -> None:
    def answer(target: str, number: int, _again: int) -> str:
        return "wrong" if target == "third" and number < 4 else str(number)

    gates = "{metric: regressions, max: 1}, {metric: faults, max: 0}"
    code, result = judged(answer, 20, gates, more="third")
    assert code == 1
    assert told(result) == [
        ("regressions", "candidate", None, "pass"),
        ("regressions", "third", None, "fail"),
        ("faults", "candidate", None, "pass"),
        ("faults", "third", None, "pass"),
    ]
    assert {flip["target"] for flip in result["flips"]} == {"third"}
    assert "(third): 4 cases passed before and fail now, 1 allowed" in result["reasons"][0]


def test_a_case_with_repeats_goes_by_its_majority_and_may_be_flaky(judged: Judged) -> None:
    def answer(target: str, number: int, again: int) -> str:
        if target == "candidate" and number == 0:
            return "wrong" if again > 1 else "0"  # two of three
        if target == "candidate" and number < 5:
            return "wrong" if again == 1 else str(number)  # one of three
        return str(number)

    gates = (
        "{metric: regressions, max: 1}, {metric: flaky_rate, max: 0.25}, "
        "{metric: flaky_rate, max: 0.24, level: warn}, {metric: pass_rate, max_drop: 0.5}"
    )
    code, result = judged(answer, 20, gates, settings=", repeats: 3")
    assert code == 0
    regressions, flaky, _, drop = result["gates"]
    assert [gate["outcome"] for gate in result["gates"]] == ["pass", "pass", "fail", "pass"]
    assert (regressions["candidate"], flaky["candidate"], flaky["baseline"]) == (1, 0.25, 0)
    assert drop["estimate"] == pytest.approx(-(2 + 4) / 3 / 20)
    assert result["counts"]["planned"] == 120


def test_faults_have_a_rate_and_a_rise(judged: Judged) -> None:
    def answer(target: str, number: int, _again: int) -> str | int:
        return 500 if target == "candidate" and number < 4 else str(number)

    gates = (
        "{metric: error_rate, max: 0.1}, {metric: error_rate, max: 0.09}, "
        "{metric: error_rate, max_rise: 0.02}, {metric: faults, max: 4}"
    )
    code, result = judged(answer, 40, gates)
    assert code == 1
    assert [gate["outcome"] for gate in result["gates"]] == ["pass", "fail", "inconclusive", "pass"]
    rise = result["gates"][2]
    assert (rise["estimate"], rise["baseline"]) == (pytest.approx(0.1), 0)
    assert (
        "4 of 40 calls of the candidate ended in a fault (10.0 %)" in result["gates"][0]["reason"]
    )


def test_a_share_that_is_inferred_takes_its_interval(judged: Judged) -> None:
    gate = "{metric: pass_rate, min: 0.9, confidence: 0.9}"
    few, result = judged(lambda _t, number, _k: str(number), 20, gate)
    assert (few, result["gates"][0]["outcome"]) == (10, "inconclusive")
    assert "with 90 % confidence between" in result["gates"][0]["reason"]


CHAT = """
suite: chat
task: chat-completion
target: {{provider: openai, base_url: "{url}/v1", stream: true}}
targets:
  baseline: {{model: "lab@{before}"}}
  candidate: {{model: "lab@{after}"}}
run: {{concurrency: 2}}
gates: [{gates}]
cases:
{cases}
"""


def streamed(text: str, tokens: int) -> bytes:
    """Give a streamed chat answer with what it consumed."""
    chunks: list[Any] = [
        {"choices": [{"index": 0, "delta": {"role": "assistant", "content": text}}]},
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
        {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": tokens}},
    ]
    events = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks]
    return "".join([*events, "data: [DONE]\n\n"]).encode()


def test_tokens_cost_and_first_tokens_are_compared(quiet_world: Path) -> None:
    def answer(target: str, number: int, _again: int) -> bytes:
        grown = 1.5 if target == "candidate" else 1.0
        return streamed(str(number), round((10 + number % 7) * 4 * grown))

    gates = (
        "{metric: output_tokens, max_ratio: 1.4}, {metric: output_tokens, max_ratio: 1.6}, "
        "{metric: input_tokens, max_ratio: 1.01}, {metric: cost, max_ratio: 1.2}, "
        "{metric: first_token_p50, max_ratio: 50}, {metric: latency_p50, max_ratio: 50}"
    )
    cases = "\n".join(f'  - {{id: c{n}, inputs: "text {n}"}}' for n in range(60))
    with open_sides(quiet_world, faults=Lab(answer)) as world:
        price = "price: {per_million_output_tokens: 10}"
        text = CHAT.format(
            url=world.server.url, before=BEFORE, after=AFTER, gates=gates, cases=cases
        ).replace("stream: true}", f"stream: true, {price}}}")
        path = quiet_world / "suite.yaml"
        path.write_text(text, encoding="utf-8")
        code = world.run("run", str(path), "-q", "--out", "one")
    result = result_of(quiet_world / "one")
    assert code == 1
    assert [(g["metric"], g["outcome"]) for g in result["gates"]] == [
        ("output_tokens", "fail"),
        ("output_tokens", "pass"),
        ("input_tokens", "pass"),
        ("cost", "fail"),
        ("first_token_p50", "pass"),
        ("latency_p50", "pass"),
    ]
    more, _, same, cost, first, _ = result["gates"]
    assert more["estimate"] == pytest.approx(1.5, abs=0.01)
    assert same["estimate"] == 1.0
    assert cost["baseline"] == pytest.approx(more["baseline"] * 10 / 1e6)
    assert "p50 of the time to the first token" in first["reason"]
