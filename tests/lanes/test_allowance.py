"""What a server says is left is kept to by each target, and together where they share it."""

from random import Random

import pytest

from harness.lanes.allowance import Allowance, Turn
from harness.lanes.quota import Quota, Quotas


def stating(
    left: float, renewed_in_s: float = 5.0, size: float = 10.0, *, sizes: tuple[str, ...] = ("10",)
) -> Quotas:
    return Quotas((Quota(left, renewed_in_s, size),), (), left, sizes)


def of_tokens(left: float, renewed_in_s: float) -> Quotas:
    return Quotas((), (Quota(left, renewed_in_s),), None, ("tokens",))


def sent(allowance: Allowance, now: float = 0.0, tokens: float = 0.0) -> Turn:
    allowance.start(now, tokens)
    return allowance.turn


def pair() -> tuple[Allowance, Allowance]:
    both = Allowance(), Allowance()
    together: list[Allowance] = []
    for one in both:
        one.share(together)
    return both


def started_at_once(allowance: Allowance, now: float) -> int:
    """Start as many calls as may be."""
    count = 0
    while allowance.wait_s(now) <= 0 and count < 100:
        allowance.start(now)
        count += 1
    return count


def test_what_is_used_up_holds_calls_until_it_is_renewed() -> None:
    one = Allowance()
    one.told(stating(2), sent(one, 100.0), now=100.0)
    assert started_at_once(one, 100.0) == 2
    assert one.wait_s(101.0) == 4.0
    assert one.wait_s(105.0) == 0


def test_calls_sent_since_the_one_that_was_answered_are_taken_off() -> None:
    one = Allowance()
    first, *_ = [sent(one) for _ in range(4)]
    one.told(stating(5), first, now=0.1)
    assert started_at_once(one, 0.1) == 2


def test_an_answer_to_a_call_sent_earlier_says_nothing_new() -> None:
    one = Allowance()
    first, second = sent(one), sent(one)
    one.told(stating(1), second, now=0.1)
    one.told(stating(9), first, now=0.2)
    assert started_at_once(one, 0.2) == 1


def test_once_renewed_there_is_what_the_limit_says_and_no_more() -> None:
    one = Allowance()
    one.told(stating(0, 5.0, 10.0), sent(one), now=0.0)
    assert started_at_once(one, 5.0) == 10
    assert one.wait_s(5.0) == 5.0  # no window is shorter than the rest of one was


def test_without_a_size_there_is_as_much_as_was_ever_left() -> None:
    one = Allowance()
    unsized = [Quotas((Quota(left, 5.0),), ()) for left in (7, 0)]
    for stated in unsized:
        one.told(stated, sent(one), now=0.0)
    assert started_at_once(one, 5.0) == 7


def test_where_nobody_says_when_it_is_renewed_one_call_tries() -> None:
    one = Allowance()
    one.told(stating(0, 20.0, 1.0), sent(one), now=0.0)
    assert one.wait_s(0.0) == 20.0
    assert started_at_once(one, 20.0) == 1
    one.told(stating(8, 20.0, 1.0), one.turn, now=20.5)
    assert started_at_once(one, 20.5) == 8


def test_what_only_a_refusal_states_holds_until_it_is_renewed_and_no_longer() -> None:
    one = Allowance()
    before, refused, after = (sent(one) for _ in range(3))
    one.told(stating(0, 20.0, 1.0), refused, now=0.0)
    one.untold(before)
    one.untold(after)  # sent before the hold, and answered
    assert one.wait_s(0.0) == 20.0
    assert started_at_once(one, 20.0) == 1
    one.untold(one.turn)
    assert started_at_once(one, 20.5) == 100


def test_a_limit_without_a_size_that_was_used_up_from_the_start_bounds_nothing_later() -> None:
    one = Allowance()
    one.told(Quotas((Quota(0, 5.0),), ()), sent(one), now=0.0)
    assert started_at_once(one, 5.0) == 100


def test_what_is_left_is_not_lost_when_its_time_is_over() -> None:
    one = Allowance()
    one.told(stating(50, 20.0, 1.0), sent(one), now=0.0)
    assert started_at_once(one, 25.0) == 50


def test_of_limits_that_are_used_up_the_last_to_be_renewed_holds() -> None:
    one = Allowance()
    both = Quotas((Quota(0, 1.0), Quota(0, 50.0), Quota(9, 90.0)), ())
    one.told(both, sent(one), now=0.0)
    assert one.wait_s(0.0) == 50.0


def test_a_wider_limit_holds_after_the_tighter_one_is_renewed() -> None:
    one = Allowance()
    one.told(Quotas((Quota(0, 1.0, 8), Quota(3, 50.0, 90)), ()), sent(one), now=0.0)
    assert started_at_once(one, 1.0) == 3
    assert one.wait_s(1.0) == 49.0


def test_a_long_hold_is_told_once_it_is_settled_and_one_like_it_no_more() -> None:
    one = Allowance()
    one.told(stating(0, 30.0), sent(one), now=0.0)
    assert one.untold_s(0.0) == 0
    one.told(stating(0, 30.0), sent(one), now=0.6)
    assert one.untold_s(0.7) == 0
    assert one.untold_s(1.6) == 0
    assert one.untold_s(1.8) == pytest.approx(28.8)
    assert one.untold_s(3.0) == 0
    one.told(stating(0, 40.0), sent(one, 60.0), now=60.0)
    assert [one.untold_s(now) for now in (60.0, 62.0)] == [0, 0]
    one.told(stating(0, 200.0), sent(one, 120.0), now=120.0)
    assert [one.untold_s(now) for now in (120.0, 122.0)] == [0, 198.0]


def test_a_short_hold_is_not_told() -> None:
    one = Allowance()
    one.told(stating(0, 9.0), sent(one), now=0.0)
    assert [one.untold_s(now) for now in (0.0, 2.0)] == [0, 0]


def test_tokens_are_kept_to_by_what_the_last_call_was_to_take() -> None:
    one = Allowance()
    turn = sent(one, 0.0, 100.0)
    assert not one.counts_tokens
    one.came_back(100.0)
    one.told(of_tokens(250, 8.0), turn, now=1.0)
    assert one.counts_tokens
    one.start(1.0, 100.0)
    assert one.wait_s(1.0) == 0
    one.start(1.0, 100.0)  # 50 are left
    assert one.wait_s(1.0) == 8.0
    assert one.wait_s(9.0) == 0


def test_tokens_of_calls_on_the_wire_are_taken_off() -> None:
    one = Allowance()
    turns = [sent(one, 0.0, 100.0) for _ in range(3)]
    one.came_back(100.0)
    one.told(of_tokens(250, 8.0), turns[0], now=1.0)  # two are on the wire still: 50
    assert one.wait_s(1.0) > 0
    one.came_back(100.0)
    one.told(of_tokens(250, 8.0), turns[1], now=1.5)
    assert one.wait_s(1.5) == 0


def test_a_refusal_that_leaves_the_sizes_out_changes_nothing_about_them() -> None:
    one, other = pair()
    for each in (one, other):
        each.told(stating(9), sent(each), now=0.0)
    one.told(stating(5, sizes=("",)), sent(one), now=0.1)
    other.told(stating(3), sent(other), now=0.2)
    sent(one)
    assert started_at_once(other, 0.2) == 2


def test_limits_of_different_sizes_are_apart() -> None:
    tight, wide = pair()
    turns = sent(tight), sent(wide)
    wide.told(stating(5000, size=5000, sizes=("5000",)), turns[1], now=0.0)
    tight.told(stating(2), turns[0], now=0.0)
    assert started_at_once(wide, 0.0) == 100
    assert started_at_once(tight, 0.0) == 2
    assert wide.wait_s(0.0) == 0


def test_calls_of_a_target_that_is_not_answered_yet_count_too() -> None:
    one, other = pair()
    turns = sent(one), sent(other)
    one.told(stating(5), turns[0], now=0.0)
    assert started_at_once(one, 0.0) == 4
    other.told(stating(4), turns[1], now=0.0)
    assert started_at_once(other, 0.0) == 0


def test_limits_of_one_size_are_taken_to_be_shared() -> None:
    one, other = pair()
    turns = sent(one), sent(other)
    one.told(stating(5), turns[0], now=0.0)
    other.told(stating(4), turns[1], now=0.0)
    assert started_at_once(one, 0.0) == 4
    assert started_at_once(other, 0.0) == 0


@pytest.mark.parametrize("is_shared", [True, False])
@pytest.mark.parametrize("at_once", [1, 6])
def test_what_falls_by_the_calls_of_others_too_is_shared(is_shared: bool, at_once: int) -> None:
    """Each target sends so many calls a turn; they are answered in any order."""
    both, dice = pair(), Random(1)
    left = [12.0 * at_once * (1 + is_shared) + 5] * 2
    for _ in range(12):
        flying = []
        for _ in range(at_once):
            for side, each in enumerate(both):
                left[0 if is_shared else side] -= 1
                flying.append((each, left[0 if is_shared else side], sent(each)))
        dice.shuffle(flying)
        for each, stated, turn in flying:
            each.told(stating(stated), turn, now=0.0)
    one, other = both
    assert started_at_once(one, 0.0) == 5
    assert started_at_once(other, 0.0) == (0 if is_shared else 5)
