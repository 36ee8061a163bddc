"""The media of an answer are found whatever JSON they travel in, and nothing else is taken."""

import json
from base64 import b64encode, encodebytes

import pytest

from harness.media import media_in
from harness.media.found import MOST_FOUND
from tests.reports.media_files import landscape, mask, wav

PICTURE = landscape(0.4, 24, 16)
TEXT = b64encode(PICTURE).decode()


@pytest.mark.parametrize(
    "answer",
    [
        TEXT,
        encodebytes(PICTURE).decode(),
        f"data:image/png;base64,{TEXT}",
        {"image": TEXT},
        {"created": 1, "data": [{"b64_json": TEXT, "revised_prompt": "a sun" * 40}]},
        {"candidates": [{"content": {"parts": [{"inlineData": {"data": TEXT}}]}}]},
    ],
)
def test_a_picture_is_found_in_any_answer(answer: object) -> None:
    (found,) = media_in(json.dumps(answer).encode())
    assert found.body == PICTURE
    assert found.kind.media_type == "image/png"


def test_bytes_are_taken_as_they_are() -> None:
    (found,) = media_in(wav(440, 0.01))
    assert found.body == wav(440, 0.01)


def test_order_labels_and_scores_are_those_of_the_answer() -> None:
    rows = [
        {"score": 0.9, "label": "cat", "mask": b64encode(mask(0.1, 0.4)).decode()},
        {"label": "dog", "mask": b64encode(mask(0.5, 0.8)).decode(), "score": None},
    ]
    found = media_in(json.dumps([rows]).encode())
    assert [(one.label, one.score) for one in found] == [("cat", 0.9), ("dog", None)]
    assert [one.body for one in found] == [mask(0.1, 0.4), mask(0.5, 0.8)]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no json",
        b'{"generated_text": "a sentence of some words, long enough to be looked at"}',
        json.dumps(b64encode(b"<svg onload=alert(1)></svg>" * 3).decode()).encode(),
        json.dumps(f"data:text/html;base64,{b64encode(b'<b>' * 30).decode()}").encode(),
        json.dumps(TEXT[:-3] + "!!!").encode(),
        json.dumps([0.25] * 900).encode(),
    ],
)
def test_what_is_no_media_is_not_found(body: bytes) -> None:
    assert media_in(body) == ()


def test_an_answer_of_countless_files_is_cut() -> None:
    assert len(media_in(json.dumps([TEXT] * (MOST_FOUND + 5)).encode())) == MOST_FOUND


def test_an_answer_nested_a_thousand_deep_is_read() -> None:
    (found,) = media_in(b"[" * 1000 + json.dumps(TEXT).encode() + b"]" * 1000)
    assert found.body == PICTURE
