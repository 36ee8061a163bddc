"""Which cases a run takes, and the words that choose them again."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.data.suite import Case
from harness.errors import NothingSelectedError
from harness.jsonvalue import canonical, parse_json
from harness.selection import Selection, selection_from_json

CASES = [Case(id=f"c{n}", tags=(f"t{n % 3}",)) for n in range(12)]


def ids(selection: Selection) -> list[str]:
    return [case.id for case in selection.pick(iter(CASES))]


def test_everything_is_chosen_unless_told_otherwise() -> None:
    assert ids(Selection()) == [case.id for case in CASES]


def test_filters_are_joined_and_alternatives_are_not() -> None:
    assert ids(Selection(cases=("c1*",))) == ["c1", "c10", "c11"]
    assert ids(Selection(cases=("c1", "c2"))) == ["c1", "c2"]
    assert ids(Selection(tags=("t0", "t1"), limit=3)) == ["c0", "c1", "c3"]
    assert ids(Selection(cases=("c1*",), tags=("t1",))) == ["c1", "c10"]


def test_patterns_mind_case_and_brackets() -> None:
    assert ids(Selection(cases=("c[12]",))) == ["c1", "c2"]
    with pytest.raises(NothingSelectedError):
        ids(Selection(cases=("C1",)))


def test_a_limit_reads_no_further_than_it_must() -> None:
    read = []

    def cases() -> Iterator[Case]:
        for case in CASES:
            read.append(case.id)
            yield case

    assert len(list(Selection(limit=2).pick(cases()))) == 2
    assert read == ["c0", "c1"]


@pytest.mark.parametrize(
    ("selection", "says"),
    [
        (Selection(cases=("x",)), "0 of 12 cases selected by --case x; known tags: t0, t1, t2"),
        (Selection(tags=("x",)), "0 of 12 cases selected by --tag x"),
        (Selection(limit=0), "--limit 0"),
    ],
)
def test_nothing_chosen_says_by_what(selection: Selection, says: str) -> None:
    with pytest.raises(NothingSelectedError, match=says) as caught:
        ids(selection)
    assert caught.value.exit_code == 5


def test_no_case_at_all_says_so() -> None:
    with pytest.raises(NothingSelectedError, match="has no cases"):
        list(Selection(tags=("x",)).pick([]))


WORDS = st.lists(st.text(min_size=1, max_size=5), max_size=3).map(tuple)


@given(
    st.builds(
        Selection,
        cases=WORDS,
        tags=WORDS,
        limit=st.none() | st.integers(0, 99),
        overrides=st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5)), max_size=3).map(
            tuple
        ),
        plugins=WORDS,
        is_replay=st.booleans(),
    )
)
def test_comes_back_equal(selection: Selection) -> None:
    given_json = parse_json(canonical(selection.as_json()))
    assert isinstance(given_json, dict)
    assert selection_from_json(given_json) == selection


def test_gives_the_words_that_choose_it_again() -> None:
    selection = Selection(
        cases=("a*",), tags=("t",), limit=3, overrides=(("run.seed", "1"),), plugins=("mine",)
    )
    words = "--case a* --tag t --limit 3 --set run.seed=1 -p mine"
    assert " ".join(selection.as_flags()) == words
