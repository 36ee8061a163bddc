"""What differs between two JSON values is told by path, whole and bounded."""

import pytest

from harness.api import Json, Output
from harness_reports.paths import MOST_CHANGES, PathChange, json_of, path_changes


def told(before: Json, after: Json) -> list[tuple[str, str]]:
    return [(change.path, change.kind) for change in path_changes(before, after)[0]]


def test_every_place_is_named_by_its_path() -> None:
    before: Json = {"name": "Müller", "iban": "DE89", "total": {"net": 4, "tax": 1}}
    after: Json = {"name": "Müller", "account": "DE89", "total": {"net": 5, "tax": 1}}
    assert told(before, after) == [
        ("$.iban", "only before"),
        ("$.total.net", "changed"),
        ("$.account", "only after"),
    ]
    assert path_changes(before, after)[0][1] == PathChange("$.total.net", "changed", 4, 5)


def test_an_item_put_in_front_changes_nothing_behind_it() -> None:
    assert told([2, 3, 4], [1, 2, 3, 4]) == [("$[0]", "only after")]
    assert told([{"id": 1}, {"id": 2}, {"id": 3}], [{"id": 1}, {"id": 3}]) == [
        ("$[1]", "only before")
    ]


def test_items_with_a_name_are_compared_with_their_namesakes() -> None:
    before: Json = [{"id": 1, "price": 4}, {"id": 2, "price": 8}, {"id": 3, "price": 1}]
    after: Json = [{"id": 1, "price": 4}, {"id": 3, "price": 2}, {"id": 4, "price": 0}]
    assert told(before, after) == [
        ("$[1]", "only before"),
        ("$[2].price", "changed"),
        ("$[2]", "only after"),
    ]


def test_items_of_lists_of_one_length_are_compared_in_place() -> None:
    assert told([{"a": 1}, {"a": 2}], [{"a": 1}, {"a": 3}]) == [("$[1].a", "changed")]


@pytest.mark.parametrize(
    ("before", "after"),
    [(1, 1.0), ({"a": 1, "b": [1]}, {"b": [1.0], "a": 1}), ([], []), ("x", "x")],
)
def test_what_is_the_same_json_differs_nowhere(before: Json, after: Json) -> None:
    assert path_changes(before, after) == ((), 0)


@pytest.mark.parametrize(
    ("before", "after"), [(1, True), (0, False), (None, 0), ({}, []), (1, "1")]
)
def test_values_of_other_types_differ(before: Json, after: Json) -> None:
    assert told({"x": before}, {"x": after}) == [("$.x", "changed")]


def test_keys_that_are_no_names_are_quoted() -> None:
    assert told({"a b": 1, "": 2}, {}) == [('$["a b"]', "only before"), ('$[""]', "only before")]


def test_only_so_many_changes_are_kept_and_all_are_counted() -> None:
    shown, count = path_changes(list(range(900)), [0] * 900)
    assert (len(shown), count) == (MOST_CHANGES, 899)


def test_deep_and_strange_values_end() -> None:
    deep: Json = 1
    other: Json = 2
    for _ in range(300):
        deep, other = [deep], [other]
    assert path_changes(deep, other)[1] == 1
    assert path_changes({"x": ["\ud800", 10**30, 1]}, {"x": ["\ud800", 10**30]})[1] == 1


def test_text_is_json_only_as_a_whole() -> None:
    assert json_of(Output(value="", text=' {"a": 1} '), is_json=False) == {"a": 1}
    assert json_of(Output(value="", text='so: {"a": 1}'), is_json=False) is None
    assert json_of(Output(value="", text="{not json}"), is_json=False) is None
    assert json_of(Output(value={"a": 2}, text=""), is_json=True) == {"a": 2}
    assert json_of(None, is_json=True) is None
