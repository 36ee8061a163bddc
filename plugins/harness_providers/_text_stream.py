"""A streamed text put together again: of text-generation-inference, or of OpenAI completions."""

from typing import Any

from harness.api import Json
from harness_providers._events import json_events
from harness_providers._reading import at, count_of


def assemble_tokens(body: bytes) -> Json:
    """Give `{generated_text, details}` of a stream of `{token, generated_text, details}`.

    Raises ValueError for an error inside, or a stream without its last event: the one that holds
    the whole text.
    """
    tokens = 0
    for value, _ in json_events(body):
        tokens += isinstance(at(value, "token"), dict)
        text = at(value, "generated_text")
        if isinstance(text, str):
            details = at(value, "details")
            known = {"details": details} if isinstance(details, dict) else {}
            return {"generated_text": text, **known}
    raise ValueError(f"the stream ended after {tokens} tokens, before the answer was finished")


def assemble_completion(body: bytes) -> Json:
    """Give the text completion a stream of `text_completion` chunks stands for.

    Raises ValueError for an error inside, or an end before any `finish_reason`.
    """
    head: dict[str, Any] = {}
    texts: dict[int, str] = {}
    finished: dict[int, str] = {}
    usage: Any = None
    for value, _ in json_events(body):
        if not isinstance(value, dict):
            raise ValueError("an event of the stream is not a JSON object")
        head = {k: v for k, v in value.items() if k != "choices"} | head
        usage = value.get("usage") or usage
        given = value.get("choices")
        for choice in given if isinstance(given, list) else ():
            index = count_of(at(choice, "index")) or 0
            texts[index] = texts.get(index, "") + str(at(choice, "text") or "")
            if reason := at(choice, "finish_reason"):
                finished[index] = str(reason)
    if not finished:
        raise ValueError("the stream ended before the answer was finished")
    choices: list[Json] = [
        {"index": index, "text": text, "finish_reason": finished.get(index)}
        for index, text in sorted(texts.items())
    ]
    return {**head, "object": "text_completion", "choices": choices, "usage": usage}
