"""Chat completion: messages in, the next message or tool calls out."""

from collections import Counter
from collections.abc import Iterator

from harness.api import Case, Finding, Json, Measure, Output, Payload, Task, hookimpl, plural
from harness_tasks._chat import parse_chat
from harness_tasks._chat_expectation import expect_message
from harness_tasks._directions import directions
from harness_tasks._labels import legal
from harness_tasks._message import (
    arguments_by_name,
    calls_of,
    changed_calls,
    field_of,
    named_calls,
    said,
    shared_counts,
)
from harness_tasks._refusal_phrases import PHRASE_MEASURES, compare_phrases, told_phrases
from harness_tasks._structure import shared_leaves
from harness_tasks._wire import in_words, quoted
from harness_tasks._written import WRITTEN_MEASURES, compare_written


def build(case: Case) -> Payload:
    """Give messages with the parameters beside them; who is asked, `model`, the provider adds.

    A text is one message of the user; an object may hold `tools` beside `messages`. Raises
    ValueError where there is no message.
    """
    body: dict[str, Json] = {k: v for k, v in case.parameters.items() if v is not None}
    match case.inputs:
        case str(text):
            messages: Json = [{"role": "user", "content": text}]
        case dict() as inputs:
            messages = inputs.get("messages")
            body |= inputs
        case _:
            messages = case.inputs
    if isinstance(messages, list) and messages and all(map(_is_message, messages)):
        return Payload(value={**body, "messages": messages})
    raise ValueError("chat-completion needs inputs: a text, or {messages: [{role, content}]}")


def validate(_case: Case, output: Output) -> Iterator[Finding]:
    """Say whether there is text or a tool call, and arguments are objects.

    A message that was cut off, filtered or refused is told too, without failing the answer.
    """
    calls = list(named_calls(output))
    has_answer = bool(output.text.strip())
    reason, refusal = field_of(output, "finish_reason"), field_of(output, "refusal")
    message = f"{plural(len(output.text), 'character')}, {plural(len(calls), 'tool call')}"
    yield legal("answer", message if has_answer else "no text and no tool call", ok=has_answer)
    for place, (name, arguments) in enumerate(calls):
        if not name or not isinstance(arguments, dict):
            message = f"call of {quoted(name)} has {in_words(arguments)}, expected an object"
            yield legal("tool_calls", message, where=f"/tool_calls/{place}")
    if output.finish == "length":
        yield _told("truncated", "cut off at the limit of its length")
    elif reason == "content_filter":
        yield _told("filtered", "held back by a content filter")
    elif output.finish == "refused":
        yield _told("refused", f"refused: {quoted(str(refusal))}" if refusal else "refused")
    else:
        yield from told_phrases(output.text)


def compare(case: Case, before: Output, after: Output) -> Iterator[Measure]:
    """Give agreement of text and tool calls, similarity of the texts, and of their structure.

    `json_agreement` where a side is a JSON object or list: the share of values both have at the
    same place, 0 where only one side is JSON. Where a side calls tools: `tool_call_agreement` and
    `tool_name_agreement`, F1 of the calls in any order, with and without arguments, and
    `tool_argument_agreement`, the share of the arguments' values both have at the same place.
    `new_refusal_phrase` is a guess: 1 where only the candidate begins like a refusal.
    """
    old_calls, new_calls = calls_of(before), calls_of(after)
    old, new = said(before), said(after)
    for measure in compare_written(case, old, new):
        if measure.name == "agreement":
            same = measure.value if old_calls == new_calls else 0.0
            yield Measure(name="agreement", value=same)
        elif old.text or new.text:
            yield measure
    if old_calls or new_calls:
        value = shared_counts(old_calls, new_calls)
        yield Measure(name="tool_call_agreement", value=value, note=changed_calls(before, after))
        old_names = Counter(name for name, _ in old_calls.elements())
        new_names = Counter(name for name, _ in new_calls.elements())
        yield Measure(name="tool_name_agreement", value=shared_counts(old_names, new_names))
        value = shared_leaves(arguments_by_name(before), arguments_by_name(after))
        yield Measure(name="tool_argument_agreement", value=value)
    yield from compare_phrases(before, after)


def _told(aspect: str, message: str) -> Finding:
    return Finding(check=aspect, ok=False, message=message, weight=0, required=False)


def _is_message(message: Json) -> bool:
    return isinstance(message, dict) and isinstance(message.get("role"), str)


TASK = Task(
    name="chat-completion",
    build=build,
    parse=parse_chat,
    validate=validate,
    compare=compare,
    measures={
        **WRITTEN_MEASURES,
        **PHRASE_MEASURES,
        **directions("tool_call_agreement", "tool_name_agreement", "tool_argument_agreement"),
    },
    expect=expect_message,
    show="text",
    sample=Case(
        id="island",
        inputs="Name the largest island of Greece, one word.",
        parameters={"max_tokens": 8, "temperature": 0},
        expect=["Crete", "Crete."],
    ),
    sample_output={
        "object": "chat.completion",
        "choices": [
            {"message": {"role": "assistant", "content": "Crete"}, "finish_reason": "stop"},
        ],
    },
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
