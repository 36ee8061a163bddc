"""What a suite becomes."""

import subprocess
import sys
from pathlib import Path

import pytest

from harness.data.suite import CheckUse, Gate, Price, RunSettings
from harness.suitefile import SuiteError, build_arguments

SAMPLE = """\
# yaml-language-server: $schema=./.revgate/suite.schema.json
suite: sst2-upgrade                     # [a-z0-9-]
task: text-classification
target: {provider: hf-endpoint, model: distilbert/distilbert-base-uncased-finetuned-sst-2-english, price: {per_call: 0.001}}   # shared by all targets
targets:                                # two or more; the first is the baseline
  baseline:  {url: "https://a.example", revision: "714eb0fa89d2f80546fda750413ed43d93601a13"}
  candidate: {url: "https://b.example", revision: "9f2c1d0e5b7a4c3f8e6d2b1a0c9f8e7d6c5b4a39"}
parameters: {top_k: 2}                  # for every case
checks:                                 # for every case
  - {check: label_in, labels: [POSITIVE, NEGATIVE]}
cases:
  - id: praise
    inputs: "I love the new features in this software"
    expect: POSITIVE                    # task-aware expectation
    checks: [{check: score_at_least, min: 0.9}]
    tags: [short, en]                   # slices
dataset: {file: reviews.jsonl, id: "{{ id }}", inputs: "{{ text }}", expect: "{{ label }}", tags: ["{{ lang }}"], limit: 500}
run: {repeats: 1, warmup: 2, concurrency: 8, timeout_s: 60, attempts: 3, seed: 7, max_calls: 5000, max_cost_usd: 2.0}
gates:
  - {metric: regressions, max: 0}        # counted
  - {metric: pass_rate, max_drop: 0.02}  # inferred
  - {metric: agreement, min: 0.95}
  - {metric: latency_p95, max_ratio: 1.15, min_effect_ms: 20}
  - {metric: error_rate, max: 0.01}
  - {metric: cost, max_ratio: 1.2, level: warn}
  - {metric: pass_rate, each: tag, max_drop: 0.05}
"""  # noqa: E501 - as the design has it
ROWS = "".join(
    f'{{"id": "r{n}", "text": "text {n}", "label": "NEGATIVE", "lang": "de"}}\n' for n in range(600)
)


@pytest.fixture
def sample(load):
    return load(SAMPLE, files={"reviews.jsonl": ROWS})


def test_sample_head(sample, tmp_path):
    suite = sample.suite
    assert (suite.name, suite.task) == ("sst2-upgrade", "text-classification")
    assert [t.name for t in suite.targets] == ["baseline", "candidate"]
    assert suite.baseline.model == "distilbert/distilbert-base-uncased-finetuned-sst-2-english"
    assert suite.baseline.revision == "714eb0fa89d2f80546fda750413ed43d93601a13"
    assert suite.baseline.options == {"url": "https://a.example"}
    assert suite.run == RunSettings(warmup=2, max_calls=5000, max_cost_usd=2.0)
    assert [t.price for t in suite.targets] == [Price(per_call=0.001)] * 2
    assert suite.path == tmp_path / "suite.yaml"
    assert len(suite.source_sha256) == 64
    assert suite.warnings == ()


def test_sample_gates(sample):
    assert sample.suite.gates[0] == Gate(metric="regressions", max=0)
    assert sample.suite.gates[3] == Gate(metric="latency_p95", max_ratio=1.15, min_effect_ms=20)
    assert sample.suite.gates[5].level == "warn"
    assert sample.suite.gates[6].each == "tag"


def test_sample_cases(sample):
    cases = list(sample.cases())
    assert len(cases) == 501
    everywhere = CheckUse(check="label_in", arguments={"labels": ["POSITIVE", "NEGATIVE"]})
    own = CheckUse(check="score_at_least", arguments={"min": 0.9})
    assert cases[0].checks == (everywhere, own)
    assert (cases[0].id, cases[0].tags, cases[0].place) == (
        "praise", ("short", "en"), "suite.yaml:12",
    )  # fmt: skip
    assert cases[1].checks == (everywhere,)
    assert (cases[1].id, cases[1].inputs, cases[1].expect) == ("r0", "text 0", "NEGATIVE")
    assert (cases[1].tags, cases[1].place) == (("de",), "reviews.jsonl:1")
    assert cases[1].parameters == {"top_k": 2}


def test_cases_may_be_read_again(sample):
    assert list(sample.cases()) == list(sample.cases())


def test_score_is_another_name_of_mean_score(load, head):
    loaded = load(head + "cases: [{inputs: x}]\ngates: [{metric: score, max_drop: 0.1}]\n")
    assert loaded.suite.gates == (Gate(metric="mean_score", max_drop=0.1),)
    assert [case.id for case in loaded.cases()] == ["case-1"]


def test_own_parameters_lie_over_shared_ones(load, head):
    text = head + "parameters: {a: 1, b: 1}\ncases: [{inputs: x, parameters: {b: 2}}]\n"
    assert next(load(text).cases()).parameters == {"a": 1, "b": 2}


def test_inputs_of_cases_are_literal(load, head):
    text = head + 'cases:\n  - {id: one, inputs: "{{ 7*7 }} {% raw %} {{ x"}\n'
    assert next(load(text).cases()).inputs == "{{ 7*7 }} {% raw %} {{ x"


def test_media(load, head, wrong):
    text = head.replace("text-class", "image-class") + "cases:\n  - {inputs: {file: i/cat.PNG}}\n"
    case = next(load(text, files={"i/cat.PNG": b"\x89PNG"}).cases())
    assert case.inputs is None
    assert case.media is not None
    assert (case.media.path, case.media.body) == ("i/cat.PNG", b"\x89PNG")
    assert (case.media.media_type, case.media.body_bytes) == ("image/png", 4)
    assert case.media.sha256 == "0f4636c78f65d3639ece5a064b5ae753e3408614a14fb18ab4d7540d2c248543"
    for inputs in ("x", "{path: a}", "{file: 3}"):
        suite = head.replace("text-class", "image-class") + f"cases:\n  - inputs: {inputs}\n"
        assert wrong(suite) == [("E124", 8, 13)]


def test_media_that_vanished(load, head, tmp_path):
    text = head.replace("text-class", "image-class") + "cases:\n  - {inputs: {file: cat.png}}\n"
    loaded = load(text, files={"cat.png": b"x"})
    (tmp_path / "cat.png").unlink()
    with pytest.raises(SuiteError, match="E117"):
        list(loaded.cases())


def test_media_through_a_dataset(load, head):
    text = head.replace("text-class", "image-class")
    text += 'dataset: {file: d.csv, inputs: {file: "{{ path }}"}}\n'
    loaded = load(text, files={"d.csv": "path\ncat.png\n../cat.png\nno.png\n", "cat.png": b"x"})
    cases = loaded.cases()
    assert next(cases).media.body == b"x"
    with pytest.raises(SuiteError) as caught:
        next(cases)
    assert [(p.code, p.line) for p in caught.value.problems] == [("E118", 3), ("E117", 4)]


def test_provider_options_are_typed(wrong, head):
    text = head.replace("hf-endpoint", "router").replace("url:", "base_url:")
    text = text.replace("714e", "v14e").replace("9f2c", "vf2c") + "cases: [{inputs: x}]\n"
    assert wrong(text.replace("model: m", "model: m, retries: x")) == [("E124", 3, 47)]
    assert wrong(text.replace("model: m", "model: m, base_ulr: x")) == [("E102", 3, 38)]


def test_missing_option(refused, head):
    [problem] = refused(
        head.replace('url: "https://a.example", ', "") + "cases: [{inputs: x}]\n"
    ).problems
    assert (problem.code, problem.line, problem.column) == ("E123", 5, 3)
    assert problem.message == "a target of provider 'hf-endpoint' has no 'url'"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("- {check: label_in, labels: POSITIVE}", [("E124", 9, 31)]),
        ("- {check: label_in, labels: [1]}", [("E109", 9, 32)]),
        ("- {check: label_in, label: [a]}", [("E123", 9, 5), ("E102", 9, 23)]),
        ("- {check: score_at_least, min: high}", [("E124", 9, 34)]),
        ("- {check: contains, pattern: x, copy: 1}", [("E124", 9, 41)]),
        ("- {check: contains, pattern: x, required: 1}", [("E124", 9, 45)]),
        ("- {labels: [a]}", [("E123", 9, 5)]),
        ("- label_in", [("E124", 9, 5)]),
        ("label_in", [("E124", 9, 3)]),
    ],
)
def test_check_arguments(wrong, head, line, expected):
    assert wrong(head + f"cases: [{{inputs: x}}]\nchecks:\n  {line}\n") == expected


def test_check_arguments_of_any_name_and_json(load, head):
    text = head + "checks: [{check: json_schema, schema: {type: [a, 1]}, value: [1, {a: b}]}]\n"
    text += "cases: [{inputs: x}]\n"
    [use] = next(load(text).cases()).checks
    assert use.arguments == {"schema": {"type": ["a", 1]}, "value": [1, {"a": "b"}]}


def test_build_arguments(registry):
    labels = registry.checks["label_in"].arguments
    assert build_arguments(labels, {"labels": ["a"]}) == labels(labels=("a",))
    with pytest.raises(ValueError, match="labels"):
        build_arguments(labels, {"labels": "a"})


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("suite: s\n", ""), "E123"),
        (("suite: s", "suite: [s]"), "E124"),
        (("task: text-classification\n", ""), "E123"),
        (("target: {provider: hf-endpoint, model: m}", "target: x"), "E124"),
        (("{provider: hf-endpoint, model: m}", "{provider: hf-endpoint}"), "E123"),
        (("  b: ", "  ö b: "), "E124"),
        (("targets:", "target_s:"), "E102"),
    ],
)
def test_heads_that_are_wrong(wrong, head, change, code):
    assert code in {
        found for found, _, _ in wrong(head.replace(*change) + "cases: [{inputs: x}]\n")
    }


@pytest.mark.parametrize("text", ["- a\n", "just text\n", "7\n"])
def test_root_that_is_no_mapping(wrong, text):
    assert wrong(text) == [("E124", 1, 1)]


@pytest.mark.parametrize(
    "part",
    ["targets", "checks", "cases", "dataset", "run", "gates", "parameters", "target"],
)
@pytest.mark.parametrize(
    "value", ["7", "text", "null", "[7]", "{a: 7}", "[[]]", "[null]", "{a: null}"]
)
def test_parts_of_the_wrong_shape_never_crash(wrong, head, part, value):
    lines = [line for line in head.splitlines() if not line.startswith((f"{part}:", "  "))]
    assert wrong("\n".join([*lines, f"{part}: {value}", ""]))


def test_syntax(refused, head):
    [problem] = refused(head + "cases:\n  - inputs: Note: this\n").problems
    assert (problem.code, problem.line, problem.column) == ("E100", 8, 17)
    assert "quote" in problem.help


def test_plugin_that_raises_is_named(registry, tmp_path, head):
    from harness.data.noun import replace
    from harness.suitefile import load_suite

    def explode(_value: object) -> bool:
        raise RuntimeError("boom")

    checks = {"contains": replace(registry.checks["contains"], problem=explode)}
    providers = {"hf-endpoint": replace(registry.providers["hf-endpoint"], is_pin=explode)}
    broken = replace(registry, checks=checks, providers=providers)
    path = tmp_path / "suite.yaml"
    path.write_text(head + "cases: [{inputs: x}]\nchecks: [{check: contains, pattern: x}]\n")
    with pytest.raises(SuiteError) as caught:
        load_suite(path, broken, environ={})
    assert [p.code for p in caught.value.problems] == ["E129"] * 3
    assert "boom" in str(caught.value)


def test_provider_that_does_not_answer_the_task_is_refused(registry, tmp_path, head):
    from harness.data.noun import replace
    from harness.suitefile import load_suite

    narrow = replace(registry.providers["hf-endpoint"], tasks=("chat-completion",))
    fitting = replace(narrow, tasks=(*narrow.tasks, "text-classification"))
    path = tmp_path / "suite.yaml"
    path.write_text(head + "cases: [{inputs: x}]\n")
    with pytest.raises(SuiteError) as caught:
        load_suite(path, replace(registry, providers={"hf-endpoint": narrow}), environ={})
    assert {p.code for p in caught.value.problems} == {"E130"}
    assert "it answers chat-completion" in str(caught.value)
    assert load_suite(path, replace(registry, providers={"hf-endpoint": fitting}), environ={})


def test_import_is_light():
    heavy = ["numpy", "scipy", "rich", "jinja2", "requests", "jsonschema", "rapidfuzz", "click"]
    code = f"import sys, harness.suitefile; print([m for m in {heavy} if m in sys.modules])"
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root
    )
    assert done.stdout.strip() == "[]"
