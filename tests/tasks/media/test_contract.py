"""Every task of images, sound and video holds to the contract, whatever is installed."""

import importlib
import json
from typing import Any

import pytest

from harness.api import Case, Json, Output, ShapeError, Task, parse_json
from harness.api.contract import check_task
from harness.data.noun import replace

FILES = [
    "zero-shot-image-classification", "object-detection", "image-segmentation", "image-to-text",
    "visual-question-answering", "document-question-answering", "image-to-image",
    "image-to-video", "automatic-speech-recognition", "audio-classification", "audio-to-audio",
]  # fmt: skip
PROMPTS = ["text-to-image", "text-to-video", "text-to-speech"]


def task_of(name: str) -> Task:
    module: Any = importlib.import_module(f"harness_tasks.{name.replace('-', '_')}")
    (task,) = module.harness_tasks()
    assert isinstance(task, Task)
    return task


TASKS = [task_of(name) for name in FILES + PROMPTS]
every_task = pytest.mark.parametrize("task", TASKS, ids=FILES + PROMPTS)


@every_task
def test_holds_to_the_contract(task: Task, either_way: None) -> None:
    check_task(task)


@every_task
def test_findings_on_legality_have_no_weight_and_are_required(task: Task, either_way: None) -> None:
    findings = list(task.validate(task.sample, task.parse(task.sample_output)))
    assert all(finding.weight == 0 and finding.required and finding.ok for finding in findings)


@every_task
def test_has_its_name_and_wants_a_file_or_a_prompt(task: Task) -> None:
    assert task.wants == ("file" if task.name in FILES else "json")
    assert (task.sample.media is not None) == (task.wants == "file")


@every_task
def test_its_sample_travels_as_strict_json_or_is_a_file(task: Task) -> None:
    if isinstance(task.sample_output, bytes):
        assert task.show in ("image", "audio", "video")
        return
    assert parse_json(json.dumps(task.sample_output).encode()) == task.sample_output


@every_task
@pytest.mark.parametrize(
    "answer",
    [
        None, True, 3, 3.5, -1, "", "text", "AAAA", "====", "data:image/png;base64,", "caf\u00e9",
        b"", b"\xff", b"<html>", b"\x00" * 64, [[]], [[[]]], {}, [{}], [None], [["a"]], ["a"],
        {"error": "Model x is currently loading", "estimated_time": 20.0}, [{"error": "unknown"}],
        {"error": ["Error in `inputs`: Malformed soundfile"]}, {"image": None}, {"audio": 3},
        {"audio": [], "sampling_rate": 16000}, {"audio": [[]], "sampling_rate": 16000},
        {"audio": ["x"], "sampling_rate": 16000}, {"audio": [True], "sampling_rate": 16000},
        {"audio": [10**400], "sampling_rate": 16000}, {"audio": [0.1], "sampling_rate": 0},
        {"audio": [0.1], "sampling_rate": "16000"}, {"audio": [[0.1], [0.1, 0.2]],
        "sampling_rate": 8000}, {"video": {"url": "https://x.example/clip.mp4"}},
        {"text": None}, {"text": "a", "error": "cut off"}, {"text": "a", "chunks": ["b"]},
        {"text": "a", "chunks": [{"text": "a", "timestamp": ["0", 1]}]},
        {"text": "a", "chunks": [{"text": "a", "timestamp": [10**400, 1]}]},
        [{"label": "a"}], [{"score": 0.5}], [{"label": 3, "score": 0.5}],
        [{"label": "a", "score": 0.5, "box": [1, 2, 3, 4], "mask": "AAAA", "blob": "AAAA"}, None],
        [{"answer": None}], [{"answer": 3, "score": 0.5}], [{"answer": "a", "score": "0.5"}],
        [{"answer": "a", "error": "x"}], [{"label": "a", "mask": "not base64!"}],
        [{"generated_text": 3}], [{"label": "a", "blob": "iVBORw0KGgo="}],
    ],
    ids=lambda answer: repr(answer)[:50],
)  # fmt: skip
def test_refuses_junk_in_words(task: Task, answer: Json | bytes) -> None:
    with pytest.raises(ShapeError, match=r"(got|is an error:) .*; expected ") as caught:
        task.parse(answer)
    assert len(str(caught.value)) < 300


@every_task
def test_its_messages_hold_no_control_character_and_are_short(task: Task) -> None:
    hostile = "\x1b[2J\u202e::error::\r\n" + "x" * 1_000_000
    for answer in (hostile, {hostile: 1}, [hostile], {"error": hostile}, [{hostile: hostile}] * 9):
        with pytest.raises(ShapeError) as caught:
            task.parse(answer)
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 400


@every_task
def test_a_canonical_value_of_another_kind_is_not_valid_and_compares(task: Task) -> None:
    good = task.parse(task.sample_output)
    odd: list[Json] = [None, 3, {}, [3], [{"label": 3}], [{"sha256": "x"}], {"bytes": 0}]
    for value in odd:
        strange = Output(value=value)
        assert not all(finding.ok for finding in task.validate(task.sample, strange))
        for pair in ((strange, good), (good, strange)):
            names = [measure.name for measure in task.compare(task.sample, *pair)]
            assert names[0] == "agreement"


@every_task
@pytest.mark.parametrize("expect", [3, True, {}, [1], ["a", None], {"a": [1]}, {"a": {"b": 1}}])
def test_an_expectation_of_another_type_is_never_met_and_says_what_it_may_be(
    task: Task, expect: Json
) -> None:
    case = replace(task.sample, expect=expect)
    finding = task.expect(case, task.parse(task.sample_output))
    assert not finding.ok
    assert "`expect` must be" in finding.message


@pytest.mark.parametrize("name", FILES)
def test_a_case_without_a_file_is_an_error(name: str) -> None:
    parameters: dict[str, Json] = {"candidate_labels": ["a"], "question": "What?"}
    with pytest.raises(ValueError, match=f"{name} needs a file: inputs: {{file: "):
        task_of(name).build(Case(id="a", inputs="cat.png", parameters=parameters))
