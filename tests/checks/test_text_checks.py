"""equals, contains, not_contains, length_between and similarity_at_least, met and not met."""

import pytest

from harness.api import Case, Json, Output
from harness_checks import contains, equals, length_between, not_contains, similarity_at_least

CASE = Case(id="a", inputs="x")


def text(words: str) -> Output:
    return Output(value=words, text=words)


@pytest.mark.parametrize(
    ("value", "ignore_case", "ok", "message"),
    [
        ("Yes.", False, True, "expected 'Yes.', got 'Yes.'"),
        ("yes.", True, True, "expected 'yes.', got 'Yes.'"),
        ("No.", True, False, "expected 'No.', got 'Yes.'"),
        ("yes.", False, False, "expected 'yes.', got 'Yes.'; only upper and lower case differ"),
        (
            " Yes.\n",
            False,
            False,
            "expected ' Yes.\\n', got 'Yes.'; only white space differs (`expect` forgives that)",
        ),
    ],
)
def test_equals(value: str, ignore_case: bool, ok: bool, message: str) -> None:
    finding = equals.judge(CASE, text("Yes."), equals.Arguments(value, ignore_case))
    assert (finding.ok, finding.message) == (ok, message)


@pytest.mark.parametrize(
    ("value", "ignore_case", "ok"),
    [
        ("bridge", False, True),
        ("Bridge", False, False),
        ("BRIDGE", True, True),
        ("ship", True, False),
    ],
)
def test_contains_and_its_opposite(value: str, ignore_case: bool, ok: bool) -> None:
    answer = text("The bridge is open.")
    found = contains.judge(CASE, answer, contains.Arguments(value, ignore_case))
    absent = not_contains.judge(CASE, answer, not_contains.Arguments(value, ignore_case))
    assert (found.ok, absent.ok) == (ok, not ok)


def test_contains_hints_at_case_and_not_contains_at_the_place() -> None:
    answer = text("The bridge is open.")
    missed = contains.judge(CASE, answer, contains.Arguments("Bridge"))
    assert missed.message.endswith("it is there in other upper and lower case")
    found = not_contains.judge(CASE, answer, not_contains.Arguments("bridge"))
    assert found.message == "'bridge' found at character 4: 'The bridge is open.'"


def test_an_empty_value_is_a_problem() -> None:
    assert "empty" in str(contains.problem(contains.Arguments("")))
    assert "empty" in str(not_contains.problem(not_contains.Arguments("")))
    assert contains.problem(contains.Arguments("a")) is None
    assert not_contains.problem(not_contains.Arguments("a")) is None


@pytest.mark.parametrize(
    ("arguments", "ok", "message"),
    [
        (length_between.Arguments(min=1, max=9), True, "9 characters, expected 1 to 9"),
        (length_between.Arguments(max=8), False, "9 characters, expected at most 8"),
        (length_between.Arguments(min=10), False, "9 characters, expected at least 10"),
        (length_between.Arguments(min=3, unit="words"), False, "2 words, expected at least 3"),
        (length_between.Arguments(max=2, unit="words"), True, "2 words, expected at most 2"),
    ],
)
def test_length(arguments: length_between.Arguments, ok: bool, message: str) -> None:
    finding = length_between.judge(CASE, text("zwölf  ß!"), arguments)
    assert (finding.ok, finding.message) == (ok, message)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (length_between.Arguments(), "give `min`, `max` or both"),
        (length_between.Arguments(min=-1), "a length is never below 0"),
        (length_between.Arguments(max=-1), "a length is never below 0"),
        (length_between.Arguments(min=3, max=2), "`min` 3 is above `max` 2: no answer can pass"),
        (length_between.Arguments(min=2, max=2), None),
        (length_between.Arguments(min=0), None),
    ],
)
def test_bounds_that_make_no_sense(arguments: length_between.Arguments, problem: str) -> None:
    assert length_between.problem(arguments) == problem


@pytest.mark.parametrize(
    ("least", "to", "expect", "ok", "score"),
    [
        (0.5, "abxy", None, True, 0.5),
        (0.51, "abxy", None, False, 0.5),
        (1.0, " abcd ", None, True, 1.0),
        (0.9, None, "abcd", True, 1.0),
        (0.9, None, ["xxxx", "abcd"], True, 1.0),
        (0.9, "xxxx", "abcd", False, 0.0),
    ],
)
def test_similarity(least: float, to: str | None, expect: Json, ok: bool, score: float) -> None:
    case = Case(id="a", inputs="x", expect=expect)
    finding = similarity_at_least.judge(
        case, text("abcd"), similarity_at_least.Arguments(min=least, to=to)
    )
    assert (finding.ok, finding.score) == (ok, pytest.approx(score))
    assert finding.message.startswith(f"similarity {score:.3f}, expected at least {least}: 'abcd'")


@pytest.mark.parametrize("expect", [None, 3, [], {"a": 0.5}])
def test_similarity_to_nothing_fails(expect: Json) -> None:
    case = Case(id="a", inputs="x", expect=expect)
    finding = similarity_at_least.judge(case, text("a"), similarity_at_least.Arguments(min=0.0))
    assert not finding.ok
    assert finding.message.startswith("nothing to compare with")


@pytest.mark.parametrize("least", [-0.1, 1.1, float("nan"), float("inf")])
def test_a_similarity_out_of_range_is_a_problem(least: float) -> None:
    arguments = similarity_at_least.Arguments(min=least)
    assert "0..1" in str(similarity_at_least.problem(arguments))


def test_messages_quote_hostile_text_escaped_and_shortened() -> None:
    answer = text("\x1b[2J\u202e\r" + "x" * 100_000)
    for finding in (
        equals.judge(CASE, answer, equals.Arguments("a")),
        contains.judge(CASE, answer, contains.Arguments("a")),
        not_contains.judge(CASE, answer, not_contains.Arguments("x")),
        similarity_at_least.judge(CASE, answer, similarity_at_least.Arguments(min=0.5, to="a")),
    ):
        assert finding.message.isprintable()
        assert len(finding.message) < 300
