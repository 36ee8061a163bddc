"""When who answered: a change in mid-run is told from revisions that take turns."""

import itertools

import pytest

from harness.tallies.servings import Servings

A, B, C = "a" * 40, "b" * 40, "c" * 40
NOON = 1_800_000_000.0  # 2027-01-15T08:00:00Z


def seen(*responses: tuple[str, float]) -> Servings:
    found = Servings()
    for revision, after_s in responses:
        found.add(revision, NOON + after_s)
    return found


def test_one_revision_all_along_is_no_story() -> None:
    found = seen((A, 0), (A, 60))
    assert (found.spans, found.story) == ((), "")
    assert (Servings().spans, Servings().story) == ((), "")


def test_a_change_is_told_with_its_moment_and_the_responses_on_either_side() -> None:
    found = seen((A, 0), (A, 30), (A, 59), (B, 61), (B, 90))
    assert found.spans == (
        (A, "2027-01-15T08:00:00Z", "2027-01-15T08:00:59Z"),
        (B, "2027-01-15T08:01:01Z", "2027-01-15T08:01:30Z"),
    )
    assert found.story == (
        "the revision changed in mid-run, before 2027-01-15T08:01:01Z: "
        f"2027-01-15T08:00:00Z to 2027-01-15T08:00:59Z: 3 responses from {A}; "
        f"2027-01-15T08:01:01Z to 2027-01-15T08:01:30Z: 2 responses from {B}"
    )


def test_the_moment_of_a_change_and_the_counts_on_each_side_are_there() -> None:
    found = seen((B, 61), (A, 0), (B, 90), (A, 59), (A, 30))
    assert (found.counts, list(found.counts)) == ({A: 3, B: 2}, [A, B])
    assert (found.changed_at, found.in_turns) == ("2027-01-15T08:01:01Z", False)
    turns = seen((A, 0), (B, 10), (A, 20))
    assert (turns.changed_at, turns.in_turns) == ("2027-01-15T08:00:10Z", True)
    assert (seen((A, 0), (A, 9)).changed_at, Servings().in_turns) == ("", False)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_the_order_in_which_responses_are_read_does_not_matter(order: tuple[int, ...]) -> None:
    responses = [(A, 0.0), (A, 10.0), (B, 20.0), (B, 30.0)]
    assert seen(*(responses[i] for i in order)).story == seen(*responses).story


def test_revisions_that_take_turns_did_not_change() -> None:
    found = seen((A, 0), (B, 10), (A, 20))
    assert found.story == (
        "revisions took turns from 2027-01-15T08:00:00Z to 2027-01-15T08:00:20Z: "
        f"2 responses from {A} and 1 response from {B}"
    )


def test_three_revisions_one_after_the_other_have_two_moments() -> None:
    story = seen((A, 0), (B, 60), (C, 120)).story
    assert "before 2027-01-15T08:01:00Z and before 2027-01-15T08:02:00Z" in story
