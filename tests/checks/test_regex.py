"""regex: matches, refusals with reasons, and no pattern that takes for ever."""

import time

import pytest

from harness.api import Case, Output
from harness_checks.regex import Arguments, judge, problem

CASE = Case(id="a", inputs="x")


def matches(pattern: str, text: str) -> bool:
    return judge(CASE, Output(value=text, text=text), Arguments(pattern)).ok


@pytest.mark.parametrize(
    ("pattern", "text", "ok"),
    [
        (r"\d{3}", "call 555", True),
        (r"^\d{3}$", "call 555", False),
        (r"(?i)CALL", "call 555", True),
        (r"^555$", "call\n555", False),
        (r"(?m)^555$", "call\n555", True),
        (r"caf.$", "café", True),
        (r"\p{Greek}", "λ", True),
        (r"\d", "٣", False),
        ("", "", True),
        ("a", "\ud800a", True),
    ],
)
def test_looks_anywhere(pattern: str, text: str, ok: bool) -> None:
    assert matches(pattern, text) is ok


def test_says_what_did_not_match() -> None:
    finding = judge(CASE, Output(value="no", text="no"), Arguments("^yes"))
    assert finding.message == "'^yes' does not match 'no'"


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(?=a)b", "look-ahead"),
        ("(?!a)b", "look-ahead"),
        ("(?<=a)b", "look-behind"),
        ("(?<!a)b", "look-behind"),
        ("(?>a)b", "atomic groups"),
        (r"(a)\1", "back-references"),
        ("a++", "possessive"),
        ("a{2000}", "at most 1,000"),
        ("[a", "missing ]"),
        ("*", "no argument for repetition operator"),
        ("\ud800", "surrogates not allowed"),
    ],
)
def test_what_re2_cannot_take_is_a_problem(
    pattern: str, reason: str, capfd: pytest.CaptureFixture[str]
) -> None:
    found = str(problem(Arguments(pattern)))
    assert found.startswith("the pattern does not compile: ")
    assert reason in found
    assert capfd.readouterr() == ("", "")


def test_a_good_pattern_is_none() -> None:
    assert problem(Arguments(r"^\w+$")) is None


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$", "([a-zA-Z]+)*$", "(a|aa)+$", "(a|a?)+$", "(.*a){20}$", "(x+x+)+y", "(a*)*b",
        "((a*)*)*b", "(a|b|ab)*c", r"(\w+\s?)*$", r"^(\w+\s*)+:$", ".*.*.*.*=.*", "(?i)(a+)+b",
        "(a{1,30}){1,30}b", "(.+)+$", "([^b]+)+b", "^(([a-z])+.)+[A-Z]([a-z])+$", "(a?){50}a{50}b",
        r"(\s*a\s*)+b", "(aa|aab?)*c",
    ],
)  # fmt: skip
def test_ambiguous_patterns_are_quick(pattern: str) -> None:
    assert problem(Arguments(pattern)) is None
    started = time.perf_counter()
    matches(pattern, "a" * 100_000 + "!")
    assert time.perf_counter() - started < 2
