"""A file with what is asked beside it."""

import pytest

from harness.data.noun import replace
from harness.suitefile import SuiteError


@pytest.fixture
def asking(registry):
    """A registry whose file task takes a question beside the file."""
    task = replace(registry.tasks["image-classification"], parts=("question",))
    return replace(registry, tasks={**registry.tasks, task.name: task})


@pytest.fixture
def file_head(head):
    return head.replace("text-class", "image-class")


def test_inputs_hold_what_is_asked_beside_the_file(load, asking, file_head):
    text = file_head + 'cases:\n  - inputs: {file: cat.png, question: "what is this?"}\n'
    case = next(load(text, files={"cat.png": b"x"}, plugged=asking).cases())
    assert case.inputs == {"question": "what is this?"}
    assert case.media is not None
    assert (case.media.path, case.media.body) == ("cat.png", b"x")


def test_a_file_alone_leaves_no_inputs(load, asking, file_head):
    text = file_head + "cases:\n  - inputs: {file: cat.png}\n"
    assert next(load(text, files={"cat.png": b"x"}, plugged=asking).cases()).inputs is None


def test_a_key_the_task_does_not_take_is_refused_with_a_guess(refused, asking, file_head):
    text = file_head + "cases:\n  - inputs: {file: cat.png, qestion: x}\n"
    [problem] = refused(text, files={"cat.png": b"x"}, plugged=asking).problems
    assert (problem.code, problem.line, problem.column) == ("E102", 8, 29)
    assert problem.help.startswith("did you mean 'question'?")


def test_a_file_task_without_a_file_says_what_it_takes(refused, asking, file_head):
    text = file_head + 'cases:\n  - inputs: {question: "x"}\n'
    [problem] = refused(text, plugged=asking).problems
    assert (problem.code, problem.line) == ("E124", 8)
    assert "`inputs: {file: cat.png, question: ...}`" in problem.help


def test_a_dataset_fills_both(load, asking, file_head):
    text = file_head + (
        'dataset: {file: d.jsonl, inputs: {file: "{{ path }}", question: "{{ q }}"}}\n'
    )
    rows = '{"path": "cat.png", "q": "who?"}\n{"path": "cat.png", "q": "where?"}\n'
    loaded = load(text, files={"cat.png": b"x", "d.jsonl": rows}, plugged=asking)
    assert [case.inputs for case in loaded.cases()] == [
        {"question": "who?"},
        {"question": "where?"},
    ]
    assert {case.media.path for case in loaded.cases() if case.media} == {"cat.png"}


def test_a_dataset_with_a_key_the_task_does_not_take_is_refused(load, registry, file_head):
    text = file_head + (
        'dataset: {file: d.jsonl, inputs: {file: "{{ path }}", question: "{{ q }}"}}\n'
    )
    files = {"cat.png": b"x", "d.jsonl": '{"path": "cat.png", "q": "who?"}\n'}
    with pytest.raises(SuiteError, match="unknown key 'question' in the inputs"):
        list(load(text, files=files, plugged=registry).cases())
