"""What was consumed is added up; what nobody stated is not there."""

from harness.data.record import Usage
from harness.tallies.consumption import Consumption


def total(*usages: Usage) -> Consumption:
    found = Consumption()
    for usage in usages:
        found.add(usage)
    return found


def test_units_add_up_and_unstated_ones_are_absent() -> None:
    found = total(
        Usage(input_tokens=10, output_tokens=3), Usage(input_tokens=5, seconds=1.5), Usage()
    )
    assert found.units == {"input_tokens": 15, "output_tokens": 3, "seconds": 1.5}
    assert found.stated["input_tokens"] == 2


def test_a_cost_nobody_knows_is_none_and_a_free_answer_is_0() -> None:
    assert total(Usage(input_tokens=3)).cost_usd is None
    assert total(Usage(cost_usd=0.0)).cost_usd == 0.0


def test_the_cost_of_known_answers_is_a_sum_that_says_how_many_they_are() -> None:
    found = total(Usage(cost_usd=0.25), Usage(), Usage(cost_usd=0.5))
    assert (found.cost_usd, found.stated["cost_usd"]) == (0.75, 2)


def test_what_is_no_amount_is_left_out() -> None:
    found = total(Usage(seconds=float("nan"), images=-1), Usage(seconds=float("inf"), images=2))
    assert found.units == {"images": 2}
