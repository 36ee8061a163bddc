"""What should be equal on both sides is named where it is not."""

import json
from collections.abc import Iterator
from typing import Any, get_args

import pytest

from harness.data.conditions import POLICIES, Condition, ConditionItem, SideFacts
from harness.pairs.comparability import conditions

PLUGINS = {"task:echo": "lab 1.0", "check:regex": "lab 1.0", "provider:lab": "lab 1.0"}
FACTS: dict[str, Any] = {
    "provider": "lab",
    "parameters": {"top_k": 2},
    "plugins": PLUGINS,
    "revgate": "0.1.0",
    "transports": ("curl",),
    "calls": {"concurrency": 8, "rate": None},
}
Pairs = list[tuple[str, bytes, bytes]]


def found(pairs: Pairs | None = None, policies: Any = None, **changes: Any) -> dict[str, Condition]:
    """Give the conditions that are not equal, by item, when the candidate was made otherwise."""
    sides = {"baseline": SideFacts(**FACTS), "candidate": SideFacts(**(FACTS | changes))}

    def prompts() -> Iterator[tuple[str, bytes, bytes]]:
        yield from pairs or ()

    every = conditions("baseline", "candidate", sides, prompts, policies or {})
    assert [one.item for one in every] == list(get_args(ConditionItem))
    assert all(bool(one.words) != one.is_equal for one in every)
    return {one.item: one for one in every if not one.is_equal}


def test_sides_made_alike_differ_in_nothing() -> None:
    assert found() == {}


@pytest.mark.parametrize(
    ("changes", "item", "words"),
    [
        ({"parameters": {"top_k": 3}}, "parameters", "top_k was 2, is 3"),
        ({"parameters": {}}, "parameters", "top_k was 2, is not set"),
        (
            {"plugins": PLUGINS | {"task:echo": "lab 2.0"}},
            "judge",
            "task:echo judged as lab 1.0, then as lab 2.0",
        ),
        (
            {"plugins": PLUGINS | {"provider:lab": "lab 2.0"}},
            "provider_version",
            "provider:lab asked as lab 1.0, then as lab 2.0",
        ),
        ({"provider": "other"}, "provider", "the provider was lab, is other"),
        ({"revgate": "0.2.0"}, "revgate", "the version of revgate that asked was 0.1.0, is 0.2.0"),
        ({"transports": ("requests",)}, "transport", "what sent the calls was curl, is requests"),
        ({"calls": {"concurrency": 2, "rate": None}}, "calls", "concurrency was 8, is 2"),
    ],
)
def test_what_differs_is_named_with_both_values(
    changes: dict[str, Any], item: ConditionItem, words: str
) -> None:
    (one,) = found(**changes).values()
    assert (one.item, one.policy) == (item, POLICIES[item])
    name = item.replace("_", " ")
    assert one.words == f"baseline and candidate are not alike in {name}: {words}"


def test_other_requests_are_counted_and_the_first_difference_is_told() -> None:
    def body(**more: Any) -> bytes:
        return json.dumps({"model": "a", "inputs": "x"} | more).encode()

    pairs = [
        ("c1", body(), body(model="b")),  # who is asked is meant to differ
        ("c2", body(), body(model="b", max_tokens=5)),
        ("c3", body(), body(inputs="y")),
    ]
    (one,) = found(pairs).values()
    assert one.policy == "block"
    assert one.words.endswith(
        "other requests were sent for 2 cases; in c2 max_tokens was not set, is 5"
    )
    (media,) = found([("c1", b"\x89PNG", b"\x89JPG")]).values()
    assert media.words.endswith("for 1 case; in c1 the body is another one")


def test_requests_of_different_providers_are_not_compared() -> None:
    assert [*found([("c1", b"{}", b"[]")], provider="other")] == ["provider"]


def test_a_plugin_that_only_one_side_had_judged_nothing_of_the_other() -> None:
    assert found(plugins=PLUGINS | {"check:new": "lab 1.0"}) == {}


def test_the_suite_says_what_an_inequality_does() -> None:
    (one,) = found(revgate="0.2.0", policies={"revgate": "block", "judge": "allow"}).values()
    assert one.policy == "block"


def test_long_differences_are_cut() -> None:
    (one,) = found(parameters={f"p{n}": "x" * 500 for n in range(6)}).values()
    assert one.words.endswith("; and 4 more")
    assert len(one.words) < 400
