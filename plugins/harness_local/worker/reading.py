"""Takes a request apart: JSON of the inference protocol, or the bytes of a file."""

import binascii
import io
import json
from base64 import b64decode
from typing import Any

from harness_local.worker.nouns import Question, QuestionError


def read_question(body: bytes, content_type: str) -> Question:
    """Give the question of a body; raises QuestionError."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in ("", "application/json"):
        if not body:
            raise QuestionError("the body is empty")
        return Question(media=body)
    try:
        value = json.loads(body)
    except ValueError as error:
        raise QuestionError(f"the body is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise QuestionError("the body must be a JSON object")
    parameters = value.pop("parameters", None) or {}
    if not isinstance(parameters, dict):
        raise QuestionError("`parameters` must be an object")
    return Question(inputs=value.pop("inputs", None), parameters=parameters, root=value)


def text_of(question: Question) -> str:
    """Give the one text that is asked about; raises QuestionError."""
    if not isinstance(question.inputs, str):
        raise QuestionError("`inputs` must be a text")
    return question.inputs


def texts_of(value: Any, name: str) -> list[str]:
    """Give one or several texts as a list; raises QuestionError."""
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not texts or not all(isinstance(t, str) for t in texts):
        raise QuestionError(f"`{name}` must be a text or a list of texts")
    return texts


def object_of(question: Question, *names: str) -> list[Any]:
    """Give the members of an object in `inputs` by name; raises QuestionError."""
    given = question.inputs if isinstance(question.inputs, dict) else {}
    missing = [name for name in names if name not in given]
    if missing:
        raise QuestionError(f"`inputs` must hold {', '.join(names)}; {missing[0]} is missing")
    return [given[name] for name in names]


def file_of(question: Question, value: Any = None) -> bytes:
    """Give the file that is asked about: the body itself, or base64; raises QuestionError."""
    if question.media is not None:
        return question.media
    text = question.inputs if value is None else value
    if not isinstance(text, str):
        raise QuestionError("a file is needed: as the body, or in base64 as `inputs`")
    try:
        return b64decode(text.partition(";base64,")[2] or text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise QuestionError(f"the file is not base64: {error}") from error


def picture_of(question: Question, value: Any = None) -> Any:
    """Give the picture that is asked about, as an RGB Pillow image; raises QuestionError."""
    from PIL import Image, UnidentifiedImageError

    try:
        return Image.open(io.BytesIO(file_of(question, value))).convert("RGB")
    except (UnidentifiedImageError, OSError) as error:
        raise QuestionError(f"the file is no picture that can be read: {error}") from error
