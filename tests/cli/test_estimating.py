"""What a run may cost at most, before it."""

from collections.abc import Callable

import pytest

from harness.cli.estimating import most_usd
from harness.data.suite import Case, Price
from tests.e2e.sides import Sides
from tests.store.nouns import media

Open = Callable[..., Sides]
Capture = pytest.CaptureFixture[str]

TOKENS = Price(per_million_input_tokens=3e6, per_million_output_tokens=10.0)


def case(**more: object) -> Case:
    given: dict[str, object] = {"id": "one", "inputs": "seven!!"}
    return Case(**(given | more))  # type: ignore[arg-type]  # what a test replaces is its business


def test_what_is_asked_is_a_third_of_its_bytes_and_what_is_answered_its_own_bound() -> None:
    # 9 bytes of inputs, 21 of parameters: 10 tokens at $3; 100,000 tokens at $10 a million.
    bounded = case(parameters={"max_tokens": 100_000})
    assert most_usd(bounded, TOKENS) == pytest.approx(10 * 3 + 1)


@pytest.mark.parametrize("key", ["max_tokens", "max_new_tokens", "max_completion_tokens"])
def test_each_bound_on_answers_is_known(key: str) -> None:
    price = Price(per_million_output_tokens=1e6)
    assert most_usd(case(parameters={key: 5}), price) == 5.0


@pytest.mark.parametrize(
    ("price", "more"),
    [
        (TOKENS, {}),
        (TOKENS, {"parameters": {"max_tokens": True}}),
        (TOKENS, {"parameters": {"max_tokens": -1}}),
        (Price(per_image=1.0), {}),
        (Price(per_second=1.0), {}),
        (Price(per_million_characters=1.0), {"media": media(b"x")}),
    ],
)
def test_what_has_no_bound_is_unknown_and_not_nothing(
    price: Price, more: dict[str, object]
) -> None:
    assert most_usd(case(**more), price) is None


def test_a_price_a_call_bounds_files_too() -> None:
    assert most_usd(case(media=media(b"x")), Price(per_call=2.0)) == 2.0


@pytest.mark.parametrize(
    ("prices", "settings", "says"),
    [
        (("0.5", "0.25"), "warmup: 2, repeats: 3", "cost: about $10.5 at most"),
        (("0.5", "0.25"), "max_cost_usd: 7", "at most, retries left out; run.max_cost_usd stops"),
        (("0.5", None), "repeats: 1", "cost: unknown: a target has no price"),
        ((None, None), "repeats: 1", None),
    ],
)
def test_a_dry_run_says_what_it_may_cost(
    sides: Open,
    capfd: Capture,
    prices: tuple[str | None, str | None],
    settings: str,
    says: str | None,
) -> None:
    world = sides()
    suite = world.suite(4, settings=settings)
    text = suite.read_text(encoding="utf-8")
    for name, price in zip(("baseline", "candidate"), prices, strict=True):
        if price is not None:
            text = text.replace(f"  {name}: {{", f"  {name}: {{price: {{per_call: {price}}}, ")
    suite.write_text(text, encoding="utf-8")
    assert world.run("run", str(suite), "--dry-run") == 0
    out = capfd.readouterr().out
    assert (says in out) if says is not None else ("cost" not in out)
    assert world.calls() == []
