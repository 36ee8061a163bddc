"""How files travel in questions."""

import base64

import pytest

from harness.api import Json
from harness.data.noun import replace
from harness_tasks import document_question_answering, visual_question_answering
from harness_tasks._samples import CHIME, DOT, SLOPE
from harness_tasks.zero_shot_image_classification import TASK as ZERO_SHOT
from tests.tasks.media.test_contract import FILES, PROMPTS, task_of

DOT_TEXT = base64.b64encode(DOT).decode()
NEVER_BARE = {
    "zero-shot-image-classification", "visual-question-answering", "document-question-answering",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(FILES) - NEVER_BARE))
def test_the_bytes_travel_as_they_are_when_there_are_no_parameters(name: str) -> None:
    task = task_of(name)
    payload = task.build(replace(task.sample, parameters={"top_k": None}))
    assert task.sample.media is not None
    assert payload.encoded() == task.sample.media.body
    assert payload.media_type == task.sample.media.media_type


@pytest.mark.parametrize("name", sorted(set(FILES) - NEVER_BARE))
def test_parameters_put_the_file_into_json(name: str) -> None:
    task = task_of(name)
    payload = task.build(replace(task.sample, parameters={"threshold": 0.3, "top_k": None}))
    body = CHIME if "audio" in name or "speech" in name else task.sample.media.body  # type: ignore[union-attr]  # a file task has one
    text = base64.b64encode(body).decode()
    assert payload.value == {"inputs": text, "parameters": {"threshold": 0.3}}
    assert (payload.media, payload.media_type) == (None, "application/json")


@pytest.mark.parametrize("name", PROMPTS)
def test_a_prompt_is_json(name: str) -> None:
    task = task_of(name)
    payload = task.build(replace(task.sample, inputs="a boat", parameters={"seed": 7, "x": None}))
    assert payload.value == {"inputs": "a boat", "parameters": {"seed": 7}}


def test_candidate_labels_travel_beside_the_image() -> None:
    assert ZERO_SHOT.build(ZERO_SHOT.sample).value == {
        "inputs": DOT_TEXT,
        "parameters": {"candidate_labels": ["something red", "something blue"]},
    }
    with pytest.raises(ValueError, match="candidate_labels"):
        ZERO_SHOT.build(replace(ZERO_SHOT.sample, parameters={}))


@pytest.mark.parametrize(
    ("task", "body"),
    [(visual_question_answering.TASK, DOT), (document_question_answering.TASK, SLOPE)],
    ids=["visual", "document"],
)
def test_the_question_is_an_input_and_the_rest_are_parameters(task: object, body: bytes) -> None:
    asked: dict[str, Json] = {"question": "What is it?", "top_k": 3, "lang": None}
    inputs = {"image": base64.b64encode(body).decode(), "question": "What is it?"}
    build, sample = task.build, task.sample  # type: ignore[attr-defined]  # both are tasks
    payload = build(replace(sample, inputs=None, parameters=asked))
    assert payload.value == {"inputs": inputs, "parameters": {"top_k": 3}}
    payload = build(replace(sample, inputs=None, parameters={"question": "What is it?"}))
    assert payload.value == {"inputs": inputs}
    beside: dict[str, Json] = {"question": "What is it?", "word_boxes": [["a", [1, 2, 3, 4]]]}
    payload = build(replace(sample, inputs=beside, parameters={"question": "?", "top_k": 3}))
    assert payload.value == {"inputs": {**beside, **inputs}, "parameters": {"top_k": 3}}
    for question in (None, "", " ", 3):
        for where in ({"parameters": {"question": question}}, {"inputs": {"question": question}}):
            with pytest.raises(ValueError, match=r'needs inputs: \{file: page.png, question: "'):
                build(replace(sample, **{"inputs": None, "parameters": {}, **where}))
