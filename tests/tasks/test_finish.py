"""How a generated answer ended is read from the wire's words, never from the text."""

from typing import Any

import pytest

from harness.api import Json
from harness_tasks import chat_completion, summarization, text_generation
from harness_tasks._finish import finish_of

TEXT = text_generation.TASK
CHAT = chat_completion.TASK


@pytest.mark.parametrize(
    ("reason", "finish"),
    [
        ("stop", "stop"), ("eos_token", "stop"), ("stop_sequence", "stop"), ("eos", "stop"),
        ("tool_calls", "stop"), ("function_call", "stop"), ("end_turn", "stop"), ("STOP", "stop"),
        ("length", "length"), ("max_tokens", "length"), ("model_length", "length"),
        ("content_filter", "refused"), ("refusal", "refused"),
        (None, ""), ("", ""), ("error", ""), ("whatever", ""), (3, ""),
    ],
)  # fmt: skip
def test_every_word_of_the_wire_has_its_meaning(reason: Json, finish: str) -> None:
    assert finish_of(reason) == finish
    assert (
        TEXT.parse({"generated_text": "a", "details": {"finish_reason": reason}}).finish == finish
    )
    assert TEXT.parse([{"generated_text": "a", "finish_reason": reason}]).finish == finish
    choice = {"text": "a", "finish_reason": reason}
    assert TEXT.parse({"generated_text": "a", "choices": [choice]}).finish == finish
    if not isinstance(reason, int):
        message = {"role": "assistant", "content": "a"}
        choices: Any = {"choices": [{"message": message, "finish_reason": reason}]}
        assert CHAT.parse(choices).finish == finish


def test_a_refusal_of_the_message_counts_whatever_the_reason_says() -> None:
    message = {"role": "assistant", "content": None, "refusal": "No."}
    answer: Any = {"choices": [{"message": message, "finish_reason": "stop"}]}
    assert CHAT.parse(answer).finish == "refused"
    assert TEXT.parse({**answer, "generated_text": "No."}).finish == "refused"
    message["refusal"] = None
    message["content"] = "No."
    assert CHAT.parse(answer).finish == "stop"


def test_what_looks_like_a_refusal_is_none_for_the_wire() -> None:
    said = "I'm sorry, but I can't help with that."
    assert TEXT.parse({"generated_text": said}).finish == ""
    assert summarization.TASK.parse([{"summary_text": said}]).finish == ""


def test_only_a_continuation_has_no_end_of_its_own() -> None:
    assert TEXT.is_open_ended
    assert not CHAT.is_open_ended
    assert not summarization.TASK.is_open_ended
