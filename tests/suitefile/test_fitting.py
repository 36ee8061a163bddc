"""Parts of a suite that ask for what another cannot do."""

import pytest

from harness.api.kinds import Batch
from harness.data.noun import replace
from harness.suitefile.schema import suite_schema

CASES = 'cases: [{id: one, inputs: "x"}]\n'
BATCH = Batch(
    tasks=frozenset({"feature-extraction"}),
    join=lambda calls: None,
    split=lambda response, count: [response] * count,
)


def with_provider(registry, **more):
    """Give the registry with another `hf-endpoint`."""
    changed = replace(registry.providers["hf-endpoint"], **more)
    return replace(registry, providers={**registry.providers, "hf-endpoint": changed})


def test_a_bound_on_cost_needs_a_price_of_every_target(refused, load, head):
    text = head + "run: {max_cost_usd: 2}\n" + CASES
    [problem] = refused(text).problems
    assert (problem.code, problem.line, problem.column) == ("E132", 7, 21)
    assert problem.message == "no price is known for 'a', 'b', so a cost cannot be bounded"
    assert "price:" in problem.help
    half = text.replace('revision: "714', 'price: {per_call: 1}, revision: "714')
    assert "no price is known for 'b'," in refused(half).problems[0].message
    both = text.replace("model: m}", "model: m, price: {per_call: 1}}")
    assert load(both).suite.run.max_cost_usd == 2.0


def test_a_bound_on_cost_may_be_set_from_outside(load, refused, head):
    priced = head.replace("model: m}", "model: m, price: {per_call: 1}}") + CASES
    assert load(priced, overrides={"run.max_cost_usd": "2"}).suite.run.max_cost_usd == 2.0
    codes = [p.code for p in refused(head + CASES, overrides={"run.max_cost_usd": "2"}).problems]
    assert codes == ["E132"]


def test_batches_need_a_provider_that_makes_them(refused, head):
    problems = refused(head + "run: {batch: 8}\n" + CASES).problems
    assert [(p.code, p.line, p.column) for p in problems] == [("E135", 7, 14)] * 2
    assert problems[0].message == (
        "target 'a' cannot be called in batches: provider 'hf-endpoint' takes one case a call"
    )


def test_batches_need_a_task_that_the_provider_bundles(refused, load, registry, head):
    plugged = with_provider(registry, batch=BATCH)
    text = head + "run: {batch: 8}\n" + CASES
    said = str(refused(text, plugged=plugged))
    assert "provider 'hf-endpoint' bundles feature-extraction only" in said
    able = replace(BATCH, tasks=frozenset({"text-classification"}))
    assert load(text, plugged=with_provider(registry, batch=able)).suite.run.batch == 8
    assert load(text.replace("batch: 8", "batch: 1")).suite.run.batch == 1


def test_only_the_target_that_cannot_be_batched_is_named(refused, registry, head):
    able = replace(BATCH, tasks=frozenset({"text-classification"}))
    mixed = head.replace('b: {url: "https://b.example", revision: "', "b: {provider: router, x: ")
    text = mixed.replace(mixed[mixed.index("x: ") :], 'revision: "v2"}\n')
    plugged = with_provider(registry, batch=able)
    [problem] = refused(text + "run: {batch: 2}\n" + CASES, plugged=plugged).problems
    assert "target 'b' cannot be called in batches: provider 'router'" in problem.message


@pytest.mark.parametrize("batch", ["0", "257", "1.5", '"2"'])
def test_a_batch_is_a_number_up_to_256(wrong, head, batch):
    assert {line for _, line, _ in wrong(head + f"run: {{batch: {batch}}}\n" + CASES)} == {7}


@pytest.mark.parametrize(
    ("more", "is_refused"),
    [
        ("", True),
        ("gates: [{metric: regressions, max: 0}]\n", True),
        ("gates: [{metric: regressions, max: 0, level: warn}]\n", False),
        ("allow_routing: true\n", False),
    ],
)
def test_a_router_that_picks_who_answers_needs_leave_where_gates_decide(
    load, refused, registry, head, more, is_refused
):
    plugged = with_provider(
        registry, routed=lambda t: "`:fastest` picks" if t.name == "b" else None
    )
    text = head + more + CASES
    if is_refused:
        [problem] = refused(text, plugged=plugged).problems
        assert (problem.code, problem.line) == ("E136", 3)  # where the shared model is written
        assert problem.message.startswith("target 'b': `:fastest` picks: ")
        assert "allow_routing: true" in problem.help
        return
    suite = load(text, plugged=plugged).suite
    assert suite.warnings == (
        "target 'b': `:fastest` picks: who answered is confounded with what is compared",
    )
    assert suite.allow_routing == ("allow_routing" in more)


def test_a_provider_that_fails_on_the_question_is_a_problem_and_no_traceback(
    refused, registry, head
):
    def routed(target):
        raise ZeroDivisionError

    codes = {
        p.code
        for p in refused(head + CASES, plugged=with_provider(registry, routed=routed)).problems
    }
    assert codes == {"E129"}


def test_allow_routing_is_true_or_false(wrong, head):
    assert wrong(head + "allow_routing: yes\n" + CASES) == [("E108", 7, 16)]


ABLE = replace(BATCH, tasks=frozenset({"text-classification"}))
BATCHED = "run: {batch: 8}\n" + CASES


@pytest.mark.parametrize("metric", ["latency_p50", "latency_p99", "first_token_p95"])
def test_what_travels_in_batches_has_no_latency_to_gate(refused, load, registry, head, metric):
    plugged = with_provider(registry, batch=ABLE)
    text = head + BATCHED + f"gates: [{{metric: {metric}, max_ratio: 1.2}}]\n"
    [problem] = refused(text, plugged=plugged).problems
    assert (problem.code, problem.line, problem.column) == ("E137", 9, 18)
    assert "run.batch" in problem.help
    warned = text.replace("1.2}", "1.2, level: warn}")
    assert load(warned, plugged=plugged).suite.gates[0].level == "warn"
    assert load(text.replace("batch: 8", "batch: 1"), plugged=plugged).suite.gates
    other = text.replace(metric, "cost")
    assert load(other, plugged=plugged).suite.run.batch == 8


def measuring(registry, **measures):
    """Give the registry with a task that declares measures."""
    task = replace(registry.tasks["text-classification"], measures=measures)
    return replace(registry, tasks={**registry.tasks, "text-classification": task})


def gated(head, gate):
    return head + CASES + f"gates: [{{{gate}}}]\n"


@pytest.mark.parametrize(
    ("gate", "limit"),
    [("metric: f1, min: 0.9", 0.9), ("metric: wer, max: 1.5", 1.5), ("metric: cosine, min: -0.5",
     -0.5), ("metric: drift, max: 0.1", 0.1), ("metric: drift, min: -0.1", -0.1)],
)  # fmt: skip
def test_a_measure_of_the_task_can_be_gated(load, registry, head, gate, limit):
    plugged = measuring(registry, f1="higher", wer="lower", cosine="higher", drift="neither")
    [read] = load(gated(head, gate), plugged=plugged).suite.gates
    assert read.limit == limit


@pytest.mark.parametrize(
    ("gate", "told"),
    [
        ("metric: f1, max: 0.9", "'f1' takes 'min', not 'max': more of it is better"),
        ("metric: wer, min: 0.9", "'wer' takes 'max', not 'min': less of it is better"),
        ("metric: drift, max_ratio: 2", "'drift' takes 'min' or 'max', not 'max_ratio'"),
        ("metric: f1", "the gate on 'f1' has no limit"),
    ],
)
def test_a_limit_that_would_pass_what_got_worse_is_refused(refused, registry, head, gate, told):
    plugged = measuring(registry, f1="higher", wer="lower", drift="neither")
    [problem] = refused(gated(head, gate), plugged=plugged).problems
    assert (problem.code, problem.message) == ("E127", told)


def test_a_measure_takes_any_number_but_not_what_is_none(refused, registry, head):
    plugged = measuring(registry, wer="lower")
    [problem] = refused(gated(head, "metric: wer, max: .inf"), plugged=plugged).problems
    assert (problem.code, problem.message) == ("E121", "max must be a finite number, got inf")


def test_a_measure_the_task_does_not_declare_is_told_with_those_it_does(refused, registry, head):
    plugged = measuring(registry, span_f1="higher")
    [problem] = refused(gated(head, "metric: sapn_f1, min: 0.9"), plugged=plugged).problems
    assert (problem.code, problem.message) == ("E122", "unknown metric 'sapn_f1'")
    assert problem.help.startswith("did you mean 'span_f1'?")
    [problem] = refused(gated(head, "metric: span_f1, min: 0.9")).problems
    assert problem.code == "E122"


def test_a_task_that_is_unknown_makes_no_metric_unknown_too(refused, registry, head):
    text = gated(head, "metric: span_f1, min: 0.9").replace("text-classification", "no-such-task")
    assert [problem.code for problem in refused(text).problems] == ["E122"]


def test_a_measure_named_like_a_metric_does_not_take_its_place(load, refused, registry, head):
    plugged = measuring(registry, cost="lower")
    assert load(gated(head, "metric: cost, max_ratio: 2"), plugged=plugged).suite.gates
    codes = [p.code for p in refused(gated(head, "metric: cost, max: 1"), plugged=plugged).problems]
    assert codes == ["E127"]


@pytest.mark.parametrize(
    "gate",
    ["metric: input_tokens, max_ratio: 1.1", "metric: output_tokens, max_ratio: 1.1",
     "metric: shape_changes, max: 0", "metric: first_token_p50, max_ratio: 2, min_effect_ms: 5"],
)  # fmt: skip
def test_what_the_sides_consumed_and_how_they_answered_can_be_gated(load, head, gate):
    assert load(gated(head, gate)).suite.gates


def test_the_schema_for_editors_knows_the_measures_of_all_tasks(registry):
    schema = suite_schema(measuring(registry, span_f1="higher", cost="lower"))
    known = schema["definitions"]["gate"]["properties"]["metric"]["enum"]
    assert "span_f1" in known
    assert len(known) == len(set(known))
