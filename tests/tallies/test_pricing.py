"""What a call cost is stated, reckoned, or unknown: never guessed and never 0 for unknown."""

import pytest

from harness.data.record import Usage
from harness.data.suite import Price
from harness.tallies.pricing import cost_usd


def test_what_the_provider_states_comes_before_the_price() -> None:
    assert cost_usd(Usage(cost_usd=0.25), Price(per_call=9.0)) == 0.25
    assert cost_usd(Usage(cost_usd=0.0), Price(per_call=9.0)) == 0.0


def test_without_a_price_and_a_statement_the_cost_is_unknown() -> None:
    assert cost_usd(Usage(input_tokens=10), None) is None


@pytest.mark.parametrize(
    ("usage", "price", "dollars"),
    [
        (Usage(), Price(per_call=0.01), 0.01),
        (Usage(input_tokens=2_000), Price(per_million_input_tokens=3.0), 0.006),
        (Usage(output_tokens=500), Price(per_million_output_tokens=15.0), 0.0075),
        (Usage(characters=4_000), Price(per_million_characters=30.0), 0.12),
        (Usage(images=3), Price(per_image=0.04), 0.12),
        (Usage(seconds=12.5), Price(per_second=0.002), 0.025),
        (Usage(compute_s=2.0), Price(per_second=0.002), 0.004),
        (Usage(seconds=10.0, compute_s=2.0), Price(per_second=0.002), 0.02),
        (Usage(), Price(as_of="2026-11-21"), 0.0),
    ],
)
def test_each_unit_is_reckoned_by_its_own_price(usage: Usage, price: Price, dollars: float) -> None:
    assert cost_usd(usage, price) == pytest.approx(dollars)


def test_prices_of_several_units_add_up() -> None:
    price = Price(per_call=0.001, per_million_input_tokens=1.0, per_million_output_tokens=2.0)
    usage = Usage(input_tokens=1_000, output_tokens=1_000)
    assert cost_usd(usage, price) == pytest.approx(0.004)


def test_a_priced_unit_nobody_counted_makes_the_cost_unknown_not_less() -> None:
    price = Price(per_million_input_tokens=1.0, per_million_output_tokens=2.0)
    assert cost_usd(Usage(input_tokens=1_000), price) is None
    assert cost_usd(Usage(), price) is None


def test_a_count_of_zero_is_a_count() -> None:
    assert cost_usd(Usage(output_tokens=0), Price(per_million_output_tokens=2.0)) == 0.0


@pytest.mark.parametrize("nonsense", [float("nan"), float("inf"), -1.0])
def test_a_cost_no_bill_can_state_is_unknown(nonsense: float) -> None:
    assert cost_usd(Usage(cost_usd=nonsense), Price(per_call=1.0)) is None
    assert cost_usd(Usage(seconds=nonsense), Price(per_second=1.0)) is None


def test_a_call_shared_by_a_batch_is_paid_once() -> None:
    assert cost_usd(Usage(), Price(per_call=0.08), calls=1 / 8) == pytest.approx(0.01)
