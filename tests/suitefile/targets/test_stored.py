"""Targets whose answers are those of an earlier run."""

from contextlib import closing

import pytest

from harness.data.noun import replace
from harness.data.suite import Price
from harness.errors import HarnessError
from harness.store import RunWriter, codec
from harness.suitefile import stored_run_folder
from tests.store import nouns

CASES = 'cases: [{id: one, inputs: "x"}]\n'


@pytest.fixture
def kept(tmp_path):
    """Writes a run that was planned, and never called, into a folder below the suite's."""

    def run(name="runs/one", **more):
        folder = tmp_path / name
        folder.mkdir(parents=True, exist_ok=True)
        with closing(RunWriter(folder, create=True)) as writer:
            writer.put_header(nouns.header(suite=codec.suite_to_json(nouns.suite(**more))))
            writer.put_plan([])
        return folder

    return run


def stored(head: str, keys: str, name: str = "baseline") -> str:
    """Give a suite whose first target is stored."""
    line = head.split("\n")[4]
    return head.replace(line, f"  {name}: {{{keys}}}") + CASES


@pytest.mark.parametrize("provider", ["", "provider: stored, "])
def test_a_stored_target_is_as_it_was_in_its_run(load, kept, head, provider):
    before = nouns.targets()[0]
    kept(targets=(replace(before, price=Price(per_call=1.0)), nouns.targets()[1]))
    suite = load(stored(head, f'{provider}run: "runs/one"')).suite
    assert suite.baseline == replace(
        before, price=Price(per_call=1.0), run="runs/one#baseline", name="baseline"
    )
    (warning,) = suite.warnings
    assert warning == (
        f"target 'baseline' is stored: it answered in run {nouns.header().run_id} at "
        "1970-01-01T00:00:01Z, not side by side with the others"
    )
    assert suite.targets[1].run is None


@pytest.mark.parametrize("written", ["runs/one#candidate", "runs/one/run.sqlite#candidate"])
def test_a_target_of_another_name_is_named_after_the_hash(load, kept, head, written):
    kept()
    baseline = load(stored(head, f'run: "{written}"')).suite.baseline
    assert (baseline.name, baseline.revision, baseline.run) == ("baseline", "b" * 40, written)


def test_the_keys_all_share_are_not_those_of_a_stored_target(load, kept, head):
    kept()
    text = stored(head, 'run: "runs/one"').replace("model: m}", "model: m, allow_insecure: true}")
    assert load(text).suite.baseline.model == "lab/labels"
    assert load(text).suite.targets[1].model == "m"


def test_a_run_is_looked_for_beside_the_suite_then_where_one_stands(
    load, kept, head, tmp_path, monkeypatch
):
    elsewhere = tmp_path / "elsewhere"
    kept("elsewhere/runs/one")
    monkeypatch.chdir(elsewhere)
    assert load(stored(head, 'run: "runs/one"')).suite.baseline.run == "runs/one#baseline"
    here = kept()
    assert stored_run_folder(tmp_path, "runs/one#baseline") == here


@pytest.mark.parametrize(
    ("keys", "code", "at"),
    [
        ('run: "runs/none"', "E133", '"runs'),
        ('run: "runs/none#baseline"', "E133", '"runs'),
        ('run: "../runs/one"', "E118", '"..'),
        ('run: "/runs/one"', "E118", '"/'),
        ('run: "runs/one#nobody"', "E133", '"runs'),
        ("run: 3", "E109", "3"),
        ("run: [x]", "E124", "["),
        ('run: "runs/one", url: "https://a.example"', "E134", "url"),
        ('run: "runs/one", model: m', "E134", "model"),
        ('run: "runs/one", revision: "v1"', "E134", "revision"),
        ('run: "runs/one", price: {per_call: 1}', "E134", "price"),
        ('run: "runs/one", urls: ["https://a.example", "https://b.example"]', "E134", "urls"),
        ('run: "runs/one", api_key: x', "E116", "api_key"),
        ('run: "runs/one", provider: hf-endpoint', "E134", "hf-"),
        ("provider: stored", "E123", "baseline"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(wrong, kept, head, keys, code, at):
    kept()
    text = stored(head, keys)
    assert wrong(text) == [(code, 5, text.split("\n")[4].index(at) + 1)]


def test_a_run_without_a_target_of_this_name_says_which_it_has(refused, kept, head):
    kept()
    [problem] = refused(stored(head, 'run: "runs/one"', name="yesterday")).problems
    assert problem.message == "the run has no target 'yesterday'"
    assert problem.help == 'it has: baseline, candidate; write `run: "runs/one#candidate"`'


def test_run_belongs_to_one_target(wrong, kept, head):
    kept()
    text = head.replace("model: m}", 'model: m, run: "runs/one"}') + CASES
    assert wrong(text) == [("E134", 3, 43)]


def test_a_file_that_is_no_run_is_refused(refused, head, tmp_path):
    (tmp_path / "runs" / "one").mkdir(parents=True)
    (tmp_path / "runs" / "one" / "run.sqlite").write_bytes(b"x" * 200)
    [problem] = refused(stored(head, 'run: "runs/one"')).problems
    assert (problem.code, problem.line) == ("E133", 5)
    assert "is not a run file of revgate" in problem.message


def test_a_run_of_another_task_or_of_a_provider_that_is_gone_is_refused(refused, kept, head):
    kept(task="summarization")
    kept("runs/two", targets=(replace(nouns.targets()[0], provider="gone"),))
    [problem] = refused(stored(head, 'run: "runs/one"')).problems
    assert (
        problem.message == "the run is of task 'summarization', the suite of 'text-classification'"
    )
    [problem] = refused(stored(head, 'run: "runs/two"')).problems
    assert problem.message == "the run asked provider 'gone', which is not installed"


def test_a_damaged_suite_in_a_run_is_a_problem_and_no_traceback(refused, kept, head, tmp_path):
    folder = tmp_path / "runs" / "one"
    folder.mkdir(parents=True)
    with closing(RunWriter(folder, create=True)) as writer:
        writer.put_header(nouns.header(suite={"targets": 3, "path": "x"}))
        writer.put_plan([])
    [problem] = refused(stored(head, 'run: "runs/one"')).problems
    assert problem.code == "E133"
    assert "is damaged" in problem.message


def test_required_pins_are_required_of_stored_targets_too(refused, load, kept, head):
    kept(targets=(replace(nouns.targets()[0], revision=None),))
    text = stored(head, 'run: "runs/one"')
    assert load(text).suite.baseline.revision is None
    [problem] = refused(text + "require_pins: true\n").problems
    assert (problem.code, problem.line) == ("E202", 5)


def test_what_is_not_called_needs_no_price_and_no_batches(load, kept, head):
    kept()
    kept("runs/two")
    text = stored(head, 'run: "runs/one"')
    text = text.replace(text.split("\n")[5], '  b: {run: "runs/two#candidate"}')
    run = load(text + "run: {max_cost_usd: 1, batch: 4}\n").suite.run
    assert (run.max_cost_usd, run.batch) == (1.0, 4)


def test_a_symbolic_link_is_not_followed(kept, tmp_path):
    kept("elsewhere")
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "latest").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(HarnessError, match="symbolic link"):
        stored_run_folder(tmp_path, "runs/latest")
