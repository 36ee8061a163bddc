"""Keys of a run that have more than one form take each of them, and say what is wrong with any."""

import pytest

from harness.errors import UsageError

CASES = 'cases: [{inputs: "x"}]\n'


@pytest.mark.parametrize(
    ("written", "rate", "tokens"),
    [
        ("", None, None),
        ("rate: 20", 20.0, None),
        ("rate: {calls_per_s: 5, tokens_per_minute: 40000}", 5.0, 40000.0),
        ("rate: {tokens_per_minute: 40000}", None, 40000.0),
    ],
)
def test_a_rate_is_a_number_or_says_what_it_counts(load, head, written, rate, tokens):
    run = load(head + CASES + f"run: {{{written}}}\n").suite.run
    assert (run.rate, run.tokens_per_minute) == (rate, tokens)


@pytest.mark.parametrize(("written", "most"), [("true", 1), ("false", None), ("1", 1), ("7", 7)])
def test_failing_fast_is_a_switch_or_a_number_of_faults(load, head, written, most):
    assert load(head + CASES + f"run: {{fail_fast: {written}}}\n").suite.run.fail_fast == most


@pytest.mark.parametrize(
    ("written", "column", "code", "words"),
    [
        ("rate: 0", 13, "E121", "rate must be above 0"),
        ("rate: fast", 13, "E124", "expected a number, got text"),
        ("rate: true", 13, "E124", "expected a number, got a boolean"),
        ("rate: [5]", 13, "E124", "expected a number, got a list"),
        ("rate: {}", 13, "E124", "rate needs calls_per_s, tokens_per_minute, or both"),
        ("rate: {calls_per_s: 0}", 27, "E121", "calls_per_s must be above 0"),
        ("rate: {tokens_per_minute: x}", 33, "E124", "expected a number, got text"),
        ("rate: {calls_per_second: 5}", 14, "E102", "unknown key 'calls_per_second' in run.rate"),
        ("fail_fast: 0", 18, "E121", "fail_fast must be at least 1"),
        ("fail_fast: soon", 18, "E124", "expected a whole number, got text"),
        ("fail_fast: 1.5", 18, "E124", "expected a whole number, got a number"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(refused, head, written, column, code, words):
    [problem] = refused(head + CASES + f"run: {{{written}}}\n").problems
    assert (problem.code, problem.column) == (code, column)
    assert problem.message.startswith(words)


def test_a_key_of_a_rate_that_is_misspelt_is_told_the_right_one(refused, head):
    [problem] = refused(head + CASES + "run: {rate: {tokens_per_minutes: 5}}\n").problems
    assert problem.help.startswith("did you mean 'tokens_per_minute'?")


def test_both_may_be_set_for_one_run(load, head):
    def run(**overrides: str):
        return load(head + CASES, overrides={f"run.{k}": v for k, v in overrides.items()}).suite.run

    assert run(rate="5").rate == 5.0
    assert run(fail_fast="true").fail_fast == 1
    given = {"run.rate.calls_per_s": "5", "run.rate.tokens_per_minute": "900"}
    caps = load(head + CASES, overrides=given).suite.run
    assert (caps.rate, caps.tokens_per_minute) == (5.0, 900.0)
    for wrong in ({"run.rate.calls": "5"}, {"run.rate.calls_per_s": "0"}, {"run.rate.a.b": "1"}):
        with pytest.raises(UsageError):
            load(head + CASES, overrides=wrong)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ('tags: [""]', "tags has 0 characters, takes 1 or more"),
        (f"tags: [{'x' * 81}]", "tags has 81 characters, takes 80 at most"),
    ],
)
def test_what_is_too_short_or_too_long_is_told_how_long_it_may_be(refused, head, written, words):
    [problem] = refused(head + f"cases: [{{inputs: x, {written}}}]\n").problems
    assert (problem.code, problem.message) == ("E124", words)
