"""Finds out how each side of a comparison was made, and keeps it where a side is of another run."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from harness.data.conditions import Condition, SideFacts
from harness.data.suite import Suite
from harness.pairs.comparability import Prompts, conditions
from harness.pipeline.judgement import JUDGED
from harness.store import RunReader, codec

EVENT = "side"
"""Kind of the events that say how a stored target was made."""

_JUDGES = ("task:", "check:")
_CALLS = ("concurrency", "rate", "batch", "timeout_s", "attempts")


def sides_in(reader: RunReader) -> dict[str, SideFacts]:
    """Give how every target of a run was made.

    One taken from an earlier run was asked as that run says, and judged by this one.
    """
    header, events = reader.header(), reader.events()
    suite = codec.suite_from_json(header.suite)
    kept = {detail["target"]: detail["facts"] for _, kind, detail in events if kind == EVENT}
    anew = [detail for _, kind, detail in events if kind == JUDGED]
    judges = _of(anew[-1] if anew else header.plugins, _JUDGES)
    own = {
        "parameters": dict(suite.parameters),
        "plugins": dict(header.plugins),
        "revgate": str(header.environment.get("revgate", "")),
        "transports": [name for name in reader.transports() if name != "stored"],
        "calls": {name: getattr(suite.run, name) for name in _CALLS},
        "run_id": header.run_id,
    }
    found = {}
    for target in suite.targets:
        facts: dict[str, Any] = own | {"provider": target.provider}
        if target.run is not None:
            facts |= kept.get(target.name, {})
        plugins = {**_of(facts["plugins"], ("provider:",)), **judges}
        given = facts | {"plugins": plugins, "transports": tuple(facts["transports"])}
        found[target.name] = SideFacts(**given)
    return found


def _of(plugins: Mapping[str, str], kinds: tuple[str, ...]) -> dict[str, str]:
    return {name: version for name, version in plugins.items() if name.startswith(kinds)}


def conditions_in(
    suite: Suite, sides: Mapping[str, SideFacts], pairs: Callable[[str], Prompts]
) -> tuple[Condition, ...]:
    """Give the conditions of every candidate; `pairs` gives the requests that are not equal."""
    first, *others = suite.targets
    return tuple(
        one
        for other in others
        for one in conditions(first.name, other.name, sides, pairs(other.name), suite.comparability)
    )


def facts_to_json(facts: SideFacts) -> dict[str, Any]:
    """Give facts as an event keeps them."""
    return {
        "provider": facts.provider,
        "parameters": dict(facts.parameters),
        "plugins": dict(facts.plugins),
        "revgate": facts.revgate,
        "transports": list(facts.transports),
        "calls": dict(facts.calls),
        "run_id": facts.run_id,
    }


def other_requests(
    one: RunReader, other: RunReader, before: str, after: str
) -> Iterator[tuple[str, bytes, bytes]]:
    """Give (case id, body to `before`, body to `after`) of cases in both runs that differ in it."""
    for case_id, digest in other.case_digests():
        was, now = one.request(digest, before), other.request(digest, after)
        if was is not None and now is not None and was != now:
            yield case_id, was, now


def conditions_of(reader: RunReader) -> tuple[Condition, ...]:
    """Give the conditions of a run; sides that it called both were sent what one task built."""
    suite = codec.suite_from_json(reader.header().suite)
    stored = {target.name for target in suite.targets if target.run is not None}

    def pairs(candidate: str) -> Prompts:
        if not stored & {suite.baseline.name, candidate}:
            return lambda: iter(())
        return lambda: other_requests(reader, reader, suite.baseline.name, candidate)

    return conditions_in(suite, sides_in(reader), pairs)


def conditions_of_two(
    suite: Suite, one: RunReader, other: RunReader, before: str, after: str
) -> tuple[Condition, ...]:
    """Give the conditions between a target of one run and one of another.

    `suite` joins them, under the names of its own two targets.
    """
    first, last = suite.targets
    sides = {first.name: sides_in(one)[before], last.name: sides_in(other)[after]}
    return conditions_in(suite, sides, lambda _: lambda: other_requests(one, other, before, after))
