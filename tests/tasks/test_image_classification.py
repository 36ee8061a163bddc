"""The question of image classification."""

import base64

import pytest

from harness.api import Case
from harness.data.noun import replace
from harness_tasks.image_classification import DOT, TASK


def test_sends_the_bytes_of_the_file_with_their_type() -> None:
    payload = TASK.build(TASK.sample)
    assert payload.encoded() == DOT
    assert payload.media_type == "image/png"


def test_parameters_put_the_file_into_json() -> None:
    payload = TASK.build(replace(TASK.sample, parameters={"top_k": 3}))
    assert payload.media is None
    assert payload.media_type == "application/json"
    assert payload.value == {
        "inputs": base64.b64encode(DOT).decode(),
        "parameters": {"top_k": 3},
    }


def test_a_null_parameter_is_none() -> None:
    assert TASK.build(replace(TASK.sample, parameters={"top_k": None})).media == DOT


def test_a_case_without_a_file_is_an_error() -> None:
    with pytest.raises(ValueError, match="needs a file"):
        TASK.build(Case(id="a", inputs="cat.png"))


def test_wants_a_file() -> None:
    assert (TASK.show, TASK.wants) == ("labels", "file")
