"""What is found wrong at a place: a wrong type says it better than a doubt, and takes its place."""

import pytest

from harness.suitefile.tree.node import Node
from harness.suitefile.tree.review import MOST, Review
from harness.suitefile.tree.source import as_source

Said = list[tuple[str, str, int]]


def at(line: int, column: int = 1) -> Node:
    return Node(value="no", line=line, column=column, end_line=line, end_column=column + 2)


@pytest.fixture
def review() -> Review:
    return Review(as_source(b"no\n" * (MOST + 10), "suite.yaml"))


def said(review: Review) -> Said:
    return [(problem.code, problem.message, problem.line) for problem in review.problems]


def test_a_wrong_type_takes_the_place_of_a_doubt_there_and_of_no_other(review: Review) -> None:
    review.doubt(at(1), "E108", "first", "quote it")
    review.doubt(at(2), "E108", "second", "quote it")
    review.on(at(1), "E124", "no number")
    assert said(review) == [("E124", "no number", 1), ("E108", "second", 2)]
    review.on(at(2), "E102", "unknown")
    assert said(review)[1:] == [("E108", "second", 2), ("E102", "unknown", 2)]


def test_a_doubt_that_had_no_room_takes_nobody_else_with_it(review: Review) -> None:
    for line in range(1, MOST + 1):
        review.on(at(line), "E102", f"unknown {line}")
    review.doubt(at(MOST + 1), "E108", "one too many", "quote it")
    review.on(at(MOST + 1), "E124", "no number")
    assert said(review) == [("E102", f"unknown {line}", line) for line in range(1, MOST + 1)]


def test_a_doubt_that_had_room_leaves_it_to_the_wrong_type(review: Review) -> None:
    review.doubt(at(1), "E108", "first", "quote it")
    for line in range(2, MOST + 5):
        review.on(at(line), "E102", f"unknown {line}")
    review.on(at(1), "E124", "no number")
    assert len(said(review)) == MOST
    assert said(review)[0] == ("E124", "no number", 1)
