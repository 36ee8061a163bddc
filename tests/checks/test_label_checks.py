"""label_is, label_in and score_at_least, met and not met."""

import pytest

from harness.api import Case, Output
from harness_checks import label_in, label_is, score_at_least

CASE = Case(id="a", inputs="x")
ANSWER = Output(
    value=[{"label": "calm", "score": 0.75}, {"label": "wild", "score": 0.25}], text="calm"
)
TEXT = Output(value="calm", text="calm")


@pytest.mark.parametrize(
    ("label", "ok", "message"),
    [
        ("calm", True, "expected label 'calm', got 'calm' (0.75)"),
        ("wild", False, "expected label 'wild', got 'calm' (0.75); 'wild' has 0.25"),
        (
            "Calm",
            False,
            "expected label 'Calm', got 'calm' (0.75); only upper and lower case differ",
        ),
        ("odd", False, "expected label 'odd', got 'calm' (0.75)"),
    ],
)
def test_label_is(label: str, ok: bool, message: str) -> None:
    finding = label_is.judge(CASE, ANSWER, label_is.Arguments(label))
    assert (finding.ok, finding.message) == (ok, message)


def test_a_generated_label_counts_as_one() -> None:
    assert label_is.judge(CASE, TEXT, label_is.Arguments("calm")).ok


@pytest.mark.parametrize(
    ("labels", "ok", "message"),
    [
        (["wild", "calm"], True, "expected label 'wild' or 'calm', got 'calm'"),
        (["wild"], False, "expected label 'wild', got 'calm'"),
        (["CALM"], False, "expected label 'CALM', got 'calm'; only upper and lower case differ"),
    ],
)
def test_label_in(labels: list[str], ok: bool, message: str) -> None:
    finding = label_in.judge(CASE, ANSWER, label_in.Arguments(labels))
    assert (finding.ok, finding.message) == (ok, message)


def test_no_label_is_in_an_empty_list() -> None:
    assert "empty" in str(label_in.problem(label_in.Arguments([])))
    assert label_in.problem(label_in.Arguments(["a"])) is None


@pytest.mark.parametrize(
    ("arguments", "ok", "score", "message"),
    [
        (
            score_at_least.Arguments(0.75),
            True,
            0.75,
            "score of 'calm' is 0.75, expected at least 0.75",
        ),
        (
            score_at_least.Arguments(0.8),
            False,
            0.75,
            "score of 'calm' is 0.75, expected at least 0.8",
        ),
        (
            score_at_least.Arguments(0.2, "wild"),
            True,
            0.25,
            "score of 'wild' is 0.25, expected at least 0.2",
        ),
        (
            score_at_least.Arguments(0.2, "odd"),
            False,
            0.0,
            "label 'odd' has no score in the answer, expected at least 0.2",
        ),
    ],
)
def test_score_at_least(
    arguments: score_at_least.Arguments, ok: bool, score: float, message: str
) -> None:
    finding = score_at_least.judge(CASE, ANSWER, arguments)
    assert (finding.ok, finding.score, finding.message) == (ok, score, message)


def test_a_text_has_no_score() -> None:
    finding = score_at_least.judge(CASE, TEXT, score_at_least.Arguments(0.0))
    assert (finding.ok, finding.score) == (False, 0.0)
    assert finding.message == "there is no label in the answer, expected at least 0.0"


def test_a_logit_gives_points_within_0_and_1() -> None:
    logit = Output(value=[{"label": "calm", "score": 7.5}], text="calm")
    finding = score_at_least.judge(CASE, logit, score_at_least.Arguments(0.5))
    assert (finding.ok, finding.score) == (True, 1.0)


@pytest.mark.parametrize("least", [-0.1, 1.1, float("nan")])
def test_a_score_out_of_range_is_a_problem(least: float) -> None:
    assert "0..1" in str(score_at_least.problem(score_at_least.Arguments(least)))
    assert score_at_least.problem(score_at_least.Arguments(0.5)) is None
