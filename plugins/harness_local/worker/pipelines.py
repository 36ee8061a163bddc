"""Tasks that transformers has a pipeline for: a question becomes its arguments."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from harness_local.worker.nouns import Ask, Question, QuestionError
from harness_local.worker.reading import file_of, object_of, picture_of, text_of
from harness_local.worker.sampling import asked_for
from harness_local.worker.sounds import samples_of, wav
from harness_local.worker.sources import Parts, Source

PIPELINES = {"chat-completion": "text-generation", "text-to-speech": "text-to-audio"}
"""Where the pipeline has another name."""

DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "text-classification": {"top_k": None},
    "token-classification": {"aggregation_strategy": "simple"},
    "text-generation": {"return_full_text": False},
}
"""Where the hosted API answers otherwise than a pipeline does by itself."""

_PARTS = ("model", "tokenizer", "image_processor", "feature_extractor", "processor")


def load_pipeline(source: Source) -> tuple[Ask, Parts]:
    """Give what answers a task, and the parts it was made of."""
    pipe = _open(source)
    arguments = _ARGUMENTS.get(source.task, _of_text)
    defaults = DEFAULTS.get(source.task, {})

    def ask(question: Question) -> Any:
        positional, named = arguments(pipe, question)
        given = {**defaults, **question.parameters}
        if source.task == "text-generation":
            given = {
                **asked_for(given, pipe.tokenizer),
                "return_full_text": given["return_full_text"],
            }
        answer = pipe(*positional, **named, **given)
        if source.task == "text-to-speech":
            return wav(answer["audio"], answer["sampling_rate"])
        if source.task == "text-classification" and isinstance(answer, list):
            return answer if isinstance(answer[0], list) else [answer]
        return answer

    return ask, _parts(pipe)


def load_chat(source: Source) -> tuple[Ask, Parts]:
    """Give what answers a chat in the shape of a chat completion."""
    pipe = _open(source)

    def ask(question: Question) -> Any:
        root = dict(question.root)
        messages = root.pop("messages", None)
        if not isinstance(messages, list) or not messages:
            raise QuestionError("`messages` must be a list of messages")
        if root.get("tools") or root.pop("stream", False):
            raise QuestionError("tools and streams are not answered here: use a server of its own")
        parameters = asked_for({**question.parameters, **root}, pipe.tokenizer)
        told = pipe.tokenizer.apply_chat_template(
            messages, add_generation_prompt=True, tokenize=False
        )
        (answer,) = pipe(told, add_special_tokens=False, return_full_text=False, **parameters)
        text = answer["generated_text"]
        used = len(pipe.tokenizer(told, add_special_tokens=False)["input_ids"])
        made = len(pipe.tokenizer(text, add_special_tokens=False)["input_ids"])
        is_cut = made >= parameters["max_new_tokens"]
        return {
            "object": "chat.completion",
            "created": int(time.time()),
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": text},
                    "finish_reason": "length" if is_cut else "stop",
                }
            ],
            "usage": {
                "prompt_tokens": used, "completion_tokens": made, "total_tokens": used + made
            },
        }  # fmt: skip

    return ask, _parts(pipe)


def _open(source: Source) -> Any:
    import transformers

    return transformers.pipeline(
        PIPELINES.get(source.task, source.task),
        model=source.folder,
        device=source.device,
        dtype=source.dtype,
        trust_remote_code=source.trust_remote_code,
    )


def _parts(pipe: Any) -> Parts:
    return {name: getattr(pipe, name, None) for name in _PARTS}


Arguments = tuple[tuple[Any, ...], dict[str, Any]]


def _of_text(_pipe: Any, question: Question) -> Arguments:
    return (text_of(question),), {}


def _of_table(_pipe: Any, question: Question) -> Arguments:
    table, query = object_of(question, "table", "query")
    return (), {"table": table, "query": query}


def _of_picture(_pipe: Any, question: Question) -> Arguments:
    return (picture_of(question),), {}


def _of_page(_pipe: Any, question: Question) -> Arguments:
    image, words = object_of(question, "image", "question")
    return (), {"image": picture_of(question, image), "question": words}


def _of_sound(pipe: Any, question: Question) -> Arguments:
    rate_hz = int(pipe.feature_extractor.sampling_rate)
    sound = {"raw": samples_of(file_of(question), rate_hz), "sampling_rate": rate_hz}
    return (sound,), {}


_ARGUMENTS: Mapping[str, Callable[[Any, Question], Arguments]] = {
    "table-question-answering": _of_table,
    "document-question-answering": _of_page,
    "image-classification": _of_picture,
    "image-segmentation": _of_picture,
    "object-detection": _of_picture,
    "zero-shot-image-classification": _of_picture,
    "audio-classification": _of_sound,
    "automatic-speech-recognition": _of_sound,
}
