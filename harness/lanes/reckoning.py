"""Reckons how many tokens a call will take, before it is answered."""

from collections.abc import Iterator, Mapping

from harness.data.call import Call
from harness.jsonvalue import Json

ANSWER_LIMITS = ("max_tokens", "max_new_tokens", "max_completion_tokens", "maxOutputTokens")
"""Parameters that bound the tokens of an answer."""
CHARACTERS_A_TOKEN = 4


def reckoned_tokens(call: Call) -> float:
    """Give a quarter of the characters asked, plus the most the answer may have where that is set.

    Media and `data:` URLs are not counted: what they take depends on the model.
    """
    limits: list[int] = []
    characters = sum(_lengths(call.payload.value, limits))
    _lengths_of_limits(call.case.parameters, limits)
    return characters / CHARACTERS_A_TOKEN + max(limits, default=0)


def _lengths_of_limits(parameters: Mapping[str, Json], limits: list[int]) -> None:
    for name in ANSWER_LIMITS:
        value = parameters.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            limits.append(value)


def _lengths(value: Json, limits: list[int]) -> Iterator[int]:
    """Give the length of every text in a value; put the limits met on the way into `limits`."""
    rest = [value]
    while rest:
        one = rest.pop()
        if isinstance(one, str):
            yield 0 if one.startswith("data:") else len(one)
        elif isinstance(one, Mapping):
            _lengths_of_limits(one, limits)
            rest.extend(one.values())
        elif isinstance(one, list | tuple):
            rest.extend(one)
