"""What answers that were cut off, or refused, come to in a whole run, as the suite has it."""

import json
from pathlib import Path
from typing import Any

import pytest

from harness.store import RunReader
from harness_demo.served import Reply, RequestInfo
from tests.e2e.sides import AFTER, BEFORE, Sides, open_sides, result_of

CASES = 40
CUT, FILTERED, SAID = 8, 6, 2
"""Of the candidate's answers: cut off, held back by a filter, refused by the model in words."""


def chat(asked: RequestInfo) -> Reply | None:
    """Answer `text N` with N; the candidate cuts off, filters and refuses some of them."""
    if asked.served is None or asked.method != "POST":
        return None
    number = int(str(asked.payload["messages"][0]["content"]).split()[1])
    is_worse = asked.served.revision == AFTER
    message: dict[str, Any] = {"role": "assistant", "content": str(number)}
    reason = "stop"
    if is_worse and number < CUT:
        message["content"], reason = "Well, the answer", "length"
    elif is_worse and number < CUT + FILTERED:
        message["content"], reason = None, "content_filter"
    elif is_worse and number < CUT + FILTERED + SAID:
        message["content"] = "I'm sorry, but I can't help with that."
    body = {"choices": [{"index": 0, "message": message, "finish_reason": reason}]}
    headers = {"x-sha": asked.served.revision}
    return Reply(status=200, headers=headers, body=json.dumps(body).encode())


def suite(world: Sides, more: str = "", gates: str = "{metric: regressions, max: 0}") -> Path:
    lines = [
        "suite: chat",
        "task: chat-completion",
        "target: {provider: hf-endpoint, model: lab/chat}",
        "targets:",
        f'  baseline: {{url: "{world.server.url}/endpoints/{BEFORE}", revision: "{BEFORE}"}}',
        f'  candidate: {{url: "{world.server.url}/endpoints/{AFTER}", revision: "{AFTER}"}}',
        "run: {concurrency: 2}",
        f"gates: [{gates}]",
        *([more] if more else []),
        "cases:",
        *(f'  - {{id: c{n}, inputs: "text {n}", expect: "{n}"}}' for n in range(CASES)),
    ]
    path = world.folder / "suite.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def run(folder: Path, **words: str) -> tuple[int, dict[str, Any]]:
    """Give exit code and result of a run."""
    with open_sides(folder, faults=chat) as world:
        code = world.run("run", str(suite(world, **words)), "-q", "--out", str(folder / "one"))
        return code, result_of(folder / "one")


def test_what_was_cut_off_or_held_back_is_missing_and_told(quiet_world: Path) -> None:
    code, result = run(quiet_world)
    # The model's own words are an answer, and a wrong one; what is missing decides nothing.
    assert (code, result["verdict"]) == (1, "fail")
    assert {flip["case"] for flip in result["flips"]} == {"c14", "c15"}
    assert result["targets"]["candidate"]["ended"] == {
        "length": CUT,
        "refused": FILTERED,
        "stop": 26,
    }
    assert result["targets"]["baseline"]["ended"] == {"stop": CASES}
    with RunReader(quiet_world / "one") as reader:
        shares = [*reader.pass_shares()]
    answered = [sum(name == side for name, *_ in shares) for side in ("baseline", "candidate")]
    assert answered == [CASES, CASES - CUT - FILTERED]
    told = " ".join(result["warnings"])
    assert (
        "candidate: 8 answers of 40 were cut off at the limit of their length, and count as "
        "missing; `unfinished: {truncated: judge}` judges them as they came"
    ) in told
    assert "candidate: 6 answers of 40 were refused, or held back by a filter" in told


def test_what_is_missing_makes_no_pass(quiet_world: Path) -> None:
    code, result = run(quiet_world, gates="{metric: regressions, max: 2}")
    assert (code, result["verdict"]) == (10, "inconclusive")
    (gate,) = result["gates"]
    assert "with what is missing it could be anything from 2 to 16" in gate["reason"]


@pytest.mark.parametrize(
    ("more", "lost"),
    [
        ("unfinished: {truncated: judge}", 10),
        ("unfinished: {refused: judge}", 8),
        ("unfinished: {refused: judge, truncated: judge}", 16),
    ],
)
def test_a_suite_may_have_them_judged_as_they_came(quiet_world: Path, more: str, lost: int) -> None:
    code, result = run(quiet_world, more=more)
    assert code == 1
    assert len(result["flips"]) == lost


def test_their_rates_are_gated_and_phrases_are_told_apart(quiet_world: Path) -> None:
    gates = (
        "{metric: refusal_rate, max: 0.15}, {metric: refusal_rate, max: 0.14}, "
        "{metric: truncation_rate, max_rise: 0.05}, {metric: new_refusal_phrase, max: 0.5}"
    )
    code, result = run(quiet_world, gates=gates)
    assert code == 1
    assert [(g["metric"], g["outcome"], g["candidate"]) for g in result["gates"]] == [
        ("refusal_rate", "pass", 0.15),
        ("refusal_rate", "fail", 0.15),
        ("truncation_rate", "fail", 0.2),
        ("new_refusal_phrase", "inconclusive", pytest.approx(2 / 26)),
    ]
