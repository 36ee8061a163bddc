"""What is reckoned for calls whose cost nobody knows yet."""

from harness.stages.call.budget import Budget


def ended(budget: Budget, target: str, cost: float | None, calls: int = 1, **more: int) -> None:
    budget.start(target, calls)
    budget.end(target, cost, is_answered=cost is not None, calls=calls, **more)


def test_more_calls_than_were_seen_together_are_reckoned_at_as_much_more() -> None:
    budget = Budget(most_usd=100.0)
    ended(budget, "t", 20.0, calls=2)
    assert budget.ask("t", 8) == "go"  # 20 are spent, and 80 may be
    budget.start("t", 8)
    assert budget.ask("t", 1) == "wait"
    assert Budget(most_usd=99.0, spent_usd=99.0).ask("t") == "stop"


def test_fewer_calls_than_were_seen_together_may_cost_as_much() -> None:
    budget = Budget(most_usd=3.0)
    ended(budget, "t", 1.0, calls=8)
    budget.start("t", 1)
    budget.start("t", 8)
    assert budget.ask("t", 1) == "wait"


def test_a_target_that_never_answers_is_waited_for_three_attempts_long() -> None:
    budget = Budget(most_usd=100.0)
    ended(budget, "well", 1.0)
    for _ in range(2):
        budget.start("dead")
        assert budget.ask("well") == "wait"
        budget.end("dead", None, is_answered=False)
    assert budget.ask("dead") == "go"
    ended(budget, "dead", None)
    budget.start("dead")
    assert budget.ask("well") == "go"
    assert budget.ask("dead") == "go"


def test_one_call_that_was_tried_three_times_says_as_much() -> None:
    budget = Budget(most_usd=100.0)
    ended(budget, "dead", None, attempts=3)
    budget.start("dead")
    assert budget.ask("well") == "wait"  # it has shown nothing itself
    assert budget.ask("dead") == "go"


def test_a_target_that_never_answered_is_reckoned_at_the_dearest_of_the_others() -> None:
    budget = Budget(most_usd=10.0)
    ended(budget, "dead", None, attempts=3)
    ended(budget, "cheap", 1.0)
    ended(budget, "dear", 3.0)
    budget.start("dead")
    assert budget.ask("dead") == "go"  # 4 spent, 3 in flight, 3 asked for
    budget.start("dead")
    assert (budget.ask("dead"), budget.ask("cheap")) == ("wait", "wait")


def test_what_it_costs_once_it_answers_is_its_own() -> None:
    budget = Budget(most_usd=10.0)
    ended(budget, "late", None, attempts=3)
    ended(budget, "dear", 4.0)
    ended(budget, "late", 1.0)
    for _ in range(4):
        budget.start("late")
    assert budget.ask("late") == "go"


def test_nothing_is_sent_to_a_silent_target_once_all_is_spent() -> None:
    budget = Budget(most_usd=5.0, spent_usd=5.0)
    ended(budget, "dead", None, attempts=3)
    assert budget.ask("dead") == "stop"
