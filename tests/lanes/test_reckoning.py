"""Tokens are reckoned by a quarter of the characters, plus what the answer may have."""

import pytest

from harness.data.call import Call, Payload
from harness.data.suite import Case, Target
from harness.jsonvalue import Json
from harness.lanes.reckoning import reckoned_tokens


def reckoned(value: Json, **parameters: Json) -> float:
    case = Case(id="one", inputs="x", parameters=parameters)
    target = Target(name="t", provider="p", model="m")
    return reckoned_tokens(Call(case=case, target=target, payload=Payload(value=value)))


def test_characters_count_a_quarter_wherever_they_stand() -> None:
    assert reckoned({"inputs": "x" * 400}) == 100
    messages: Json = [{"role": "user", "content": "y" * 396}]
    assert reckoned({"messages": messages}) == 100


@pytest.mark.parametrize("name", ["max_tokens", "max_new_tokens", "max_completion_tokens"])
def test_the_limit_on_the_answer_is_added_once(name: str) -> None:
    assert reckoned({"inputs": "x" * 40, "parameters": {name: 250}}, **{name: 250}) == 260
    assert reckoned({"inputs": "x" * 40}, **{name: 250}) == 260


@pytest.mark.parametrize("odd", [True, -5, "many", None, 3.5])
def test_a_limit_that_is_none_adds_nothing(odd: Json) -> None:
    limitless = reckoned({"inputs": "x" * 40, "parameters": {"max_tokens": odd}})
    assert limitless - reckoned({"inputs": "x" * 40}) == pytest.approx(
        len(str(odd)) / 4 if odd == "many" else 0
    )


def test_media_and_data_urls_are_not_counted() -> None:
    assert reckoned(None) == 0
    picture: Json = {
        "type": "image_url",
        "image_url": {"url": "data:image/png;base64," + "A" * 9000},
    }
    assert reckoned({"messages": [{"content": [picture]}]}) < 10
