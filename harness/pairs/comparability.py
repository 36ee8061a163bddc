"""Holds how one side was made against how the other was: what should be equal, and is not."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from harness.data.conditions import POLICIES, Condition, ConditionItem, Policy, SideFacts
from harness.jsonvalue import Json, canonical, parse_json
from harness.units import plural

_NAMED = 3

Prompts = Callable[[], Iterator[tuple[str, bytes, bytes]]]
"""Gives (case id, body sent by the baseline, by the candidate) wherever the two are not equal."""


def conditions(
    baseline: str,
    candidate: str,
    sides: Mapping[str, SideFacts],
    prompts: Prompts,
    policies: Mapping[ConditionItem, Policy],
) -> tuple[Condition, ...]:
    """Give every condition of a comparison, in a fixed order.

    Cases are paired by the digest of inputs, parameters and expectation, so these are equal in
    every pair. Requests are compared where both went through the same provider; the model's name
    in them may differ.
    """
    before, after = sides[baseline], sides[candidate]
    names = f"{baseline} and {candidate}"
    found: dict[ConditionItem, str] = {
        "prompts": "",
        "parameters": _unequal("the parameters of the suite", before.parameters, after.parameters),
        "judge": _versions("judged", _judges(before), _judges(after)),
        "provider": "",
        "provider_version": "",
        "revgate": _unequal("the version of revgate that asked", before.revgate, after.revgate),
        "transport": "",
        "calls": _unequal("how calls were made", before.calls, after.calls),
    }
    if before.transports and after.transports:
        was, now = (", ".join(side.transports) for side in (before, after))
        found["transport"] = _unequal("what sent the calls", was, now)
    if before.provider == after.provider:
        found["prompts"] = _different(prompts())
        key = f"provider:{before.provider}"
        found["provider_version"] = _versions(
            "asked",
            {k: v for k, v in before.plugins.items() if k == key},
            {k: v for k, v in after.plugins.items() if k == key},
        )
    else:
        found["provider"] = f"the provider was {before.provider}, is {after.provider}"
    return tuple(
        Condition(
            item=item,
            candidate=candidate,
            policy=policies.get(item, POLICIES[item]),
            is_equal=not words,
            words=f"{names} are not alike in {item.replace('_', ' ')}: {words}" if words else "",
        )
        for item, words in found.items()
    )


def _judges(side: SideFacts) -> dict[str, str]:
    """Give the versions of what judged."""
    return {k: v for k, v in side.plugins.items() if k.startswith(("task:", "check:"))}


def _versions(verb: str, before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """Say which plugins both sides used in different versions; one that is new judged nothing."""
    found = [
        f"{name} {verb} as {before[name]}, then as {after[name]}"
        for name in sorted(before.keys() & after.keys())
        if before[name] != after[name]
    ]
    return _few(found)


def _unequal(what: str, before: Json | Mapping[str, Json], after: Json | Mapping[str, Json]) -> str:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        keys = sorted({*before, *after})
        return _few(
            [
                f"{key} was {_shown(before.get(key))}, is {_shown(after.get(key))}"
                for key in keys
                if before.get(key) != after.get(key)
            ]
        )
    return f"{what} was {before}, is {after}" if before != after else ""


def _shown(value: Json) -> str:
    if value is None:
        return "not set"
    text = canonical(value).decode("utf-8", "replace")
    return text if len(text) <= 60 else f"{text[:59]}…"


def _few(words: Sequence[str]) -> str:
    more = len(words) - _NAMED
    return "; ".join([*words[:_NAMED], *([f"and {more:,} more"] if more > 0 else [])])


def _different(pairs: Iterator[tuple[str, bytes, bytes]]) -> str:
    """Say in how many cases other requests were sent, and how in the first of them."""
    count, first = 0, ""
    for case_id, before, after in pairs:
        was, now = _without_model(before), _without_model(after)
        if was == now:
            continue
        count += 1
        first = first or f"in {case_id} {_first_difference(was, now)}"
    return f"other requests were sent for {plural(count, 'case')}; {first}" if count else ""


def _without_model(body: bytes) -> Json | bytes:
    """Give the request as data, without the name of who answers; a file's bytes as they are."""
    try:
        value = parse_json(body)
    except ValueError:
        return body
    if isinstance(value, dict):
        return {key: one for key, one in value.items() if key != "model"}
    return value


def _first_difference(before: Json | bytes, after: Json | bytes) -> str:
    if isinstance(before, dict) and isinstance(after, dict):
        words = _unequal("", before, after)
        return words.partition("; ")[0]
    return "the body is another one"
