"""What a suite may expect of a chat message: a text, the JSON it is, or tool calls."""

from harness.api import Case, Finding, Json, Output
from harness_tasks._message import call_in_words, calls_of, said, shared_counts
from harness_tasks._squad import accepted_answers
from harness_tasks._structure import json_in, shared_leaves
from harness_tasks._text import expect_text
from harness_tasks._wire import in_words, quoted

FORMS = "a text, a list of texts, {json: ...} or {tool_calls: [{name, arguments}]}"


def expect_message(case: Case, output: Output) -> Finding:
    """Hold the text, the JSON it is, or the tool calls against `case.expect`."""
    if accepted_answers(case.expect) is not None:
        return expect_text(case, said(output))
    match case.expect:
        case {"json": wanted, **rest} if not rest:
            found = json_in(output.text)
            share = shared_leaves(wanted, found) if found is not None else 0.0
            message = f"{share:.0%} of the values as expected" if share else "no value as expected"
            return Finding(check="expect", ok=share == 1, message=message, score=share)
        case {"tool_calls": [*calls], **rest} if not rest and all(map(_is_call, calls)):
            asked = calls_of(Output(value={"tool_calls": calls}))
            got = calls_of(output)
            shown = [quoted(call_in_words(call)) for call in calls[:3]]
            message = f"expected {', '.join(shown) or 'no tool call'}, got {quoted(output.text)}"
            score = shared_counts(asked, got)
            return Finding(check="expect", ok=asked == got, message=message, score=score)
    message = f"`expect` must be {FORMS}, not {in_words(case.expect)}"
    return Finding(check="expect", ok=False, message=message)


def _is_call(call: Json) -> bool:
    return isinstance(call, dict) and call.keys() == {"name", "arguments"}
