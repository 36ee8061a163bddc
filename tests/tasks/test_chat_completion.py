"""Chat completion: messages asked, every kind of message read, checked, compared, expected."""

from typing import Any

import pytest

from harness.api import Case, Json, Output, ShapeError
from harness_tasks.chat_completion import TASK


def chat(content: Any = None, *, reason: str | None = "stop", **message: Any) -> dict[str, Any]:
    said = {"role": "assistant", "content": content, **message}
    choice = {"index": 0, "message": said, "finish_reason": reason, "logprobs": None}
    return {"id": "", "object": "chat.completion", "model": "m", "choices": [choice], "usage": None}


def call(name: str, arguments: Any) -> dict[str, Any]:
    return {"id": "c1", "type": "function", "function": {"name": name, "arguments": arguments}}


def case(expect: Json = None) -> Case:
    return Case(id="tide", inputs="When is high tide?", expect=expect)


def output(content: Any = None, **message: Any) -> Output:
    return TASK.parse(chat(content, **message))


ASKS = [call("tide", '{"port": "Lund", "day": 3}')]
ASKED: Any = [{"name": "tide", "arguments": {"port": "Lund", "day": 3}}]
SPOKEN = 'tide({"day":3,"port":"Lund"})'


@pytest.mark.parametrize(
    ("answer", "more", "text", "variant"),
    [
        (chat("At six."), {"content": "At six."}, "At six.", "choices"),
        (chat("At six.", tool_calls=None), {"content": "At six."}, "At six.", "choices"),
        (chat("At six.", tool_calls=[]), {"content": "At six."}, "At six.", "choices"),
        (
            chat([{"type": "text", "text": "At "}, {"type": "text", "text": "six."}]),
            {"content": "At six."},
            "At six.",
            "choices, content in parts",
        ),
        (
            chat([{"type": "thinking", "thinking": [{"type": "text", "text": "Tides."}]},
                  {"type": "text", "text": "At six."}]),
            {"content": "At six.", "reasoning": "Tides."},
            "At six.",
            "choices, content in parts",
        ),
        (
            chat("At six.", reasoning_content="Tides."),
            {"content": "At six.", "reasoning": "Tides."},
            "At six.",
            "choices, reasoning_content",
        ),
        (
            chat("At six.", reasoning="Tides.", refusal=None),
            {"content": "At six.", "reasoning": "Tides."},
            "At six.",
            "choices, reasoning",
        ),
        (
            chat(reason="tool_calls", tool_calls=ASKS),
            {"tool_calls": ASKED, "finish_reason": "tool_calls"},
            SPOKEN,
            "choices",
        ),
        (
            chat(reason="eos", tool_calls=[call("tide", {"port": "Lund", "day": 3})]),
            {"tool_calls": ASKED},
            SPOKEN,
            "choices, arguments as object",
        ),
        (
            chat(tool_calls=[{"function": {"name": "tide", "parameters": ASKED[0]["arguments"]}}]),
            {"tool_calls": ASKED},
            SPOKEN,
            "choices, arguments as parameters",
        ),
        (
            chat(reason="function_call", function_call={"name": "tide", "arguments": "{}"}),
            {"tool_calls": [{"name": "tide", "arguments": {}}], "finish_reason": "tool_calls"},
            "tide({})",
            "choices, function_call",
        ),
        (
            chat(refusal="I cannot say."),
            {"refusal": "I cannot say."},
            "I cannot say.",
            "choices",
        ),
        (chat("At six.", reason="eos_token"), {"content": "At six."}, "At six.", "choices"),
        (
            chat("At six.", reason=None),
            {"content": "At six.", "finish_reason": None},
            "At six.",
            "choices",
        ),
        (
            {"choices": [*chat("At six.")["choices"], *chat("At ten.")["choices"]]},
            {"content": "At six."},
            "At six.",
            "choices, first of several choices",
        ),
        (
            {**chat("At six."), "generated_text": "At six."},
            {"content": "At six."},
            "At six.",
            "choices",
        ),
    ],
)  # fmt: skip
def test_every_shape_has_one_canonical_form(
    answer: Any, more: dict[str, Any], text: str, variant: str
) -> None:
    parsed = TASK.parse(answer)
    empty = {"content": None, "role": "assistant", "finish_reason": "stop", "tool_calls": []}
    assert parsed.value == {**empty, **more}
    assert (parsed.text, parsed.variant) == (text, variant)
    assert all(finding.ok for finding in TASK.validate(case(), parsed) if finding.required)


def test_a_message_without_content_may_call_tools() -> None:
    answer = chat(reason="tool_calls", tool_calls=ASKS)
    del answer["choices"][0]["message"]["content"]
    assert TASK.parse(answer).value == {
        "content": None, "role": "assistant", "finish_reason": "tool_calls", "tool_calls": ASKED,
    }  # fmt: skip


def test_arguments_that_are_no_json_stay_a_text_and_are_not_valid() -> None:
    for arguments in ('{"port": "Lu', "3", "[1]", "\ud800"):
        parsed = output(tool_calls=[call("tide", arguments)])
        (finding,) = [finding for finding in TASK.validate(case(), parsed) if not finding.ok]
        assert (finding.check, finding.where) == ("valid_tool_calls", "/tool_calls/0")
        assert finding.required


def test_arguments_too_deep_to_be_written_again_stay_a_text_or_are_refused() -> None:
    deep: Any = {}
    for _ in range(500):
        deep = {"a": deep}
    text = '{"a":' * 500 + "{}" + "}" * 500
    parsed = output(tool_calls=[call("tide", text)])
    assert not all(finding.ok for finding in TASK.validate(case(), parsed))
    with pytest.raises(ShapeError):
        output(tool_calls=[call("tide", deep)])


@pytest.mark.parametrize(
    "answer",
    [
        {"choices": []},
        {"choices": [None]},
        {"choices": [{"text": "a"}]},
        {"choices": [{"message": None, "finish_reason": "stop"}]},
        {"choices": [{"message": {"role": "assistant"}, "finish_reason": "stop"}]},
        {"choices": [{"delta": {"content": "a"}}]},
        [chat("a")],
        chat(3),
        chat({"text": "a"}),
        chat([{"type": "image_url", "image_url": {}}]),
        chat(["a"]),
        chat("a", role=3),
        chat("a", refusal=3),
        chat("a", reason=3),  # type: ignore[arg-type]
        chat(tool_calls={"name": "tide"}),
        chat(tool_calls=[{"name": "tide"}]),
        chat(tool_calls=[call("tide", 3)]),
        chat(tool_calls=[call(3, "{}")]),  # type: ignore[arg-type]
        {**chat("a"), "error": {"message": "overloaded"}},
    ],
)
def test_other_shapes_are_refused(answer: Any) -> None:
    with pytest.raises(ShapeError):
        TASK.parse(answer)


@pytest.mark.parametrize("answer", [chat(""), chat(None), chat(" \n"), chat("", reasoning="Hm.")])
def test_no_text_and_no_tool_call_is_not_valid(answer: Any) -> None:
    findings = [f for f in TASK.validate(case(), TASK.parse(answer)) if not f.ok]
    assert [(f.check, f.message) for f in findings] == [
        ("valid_answer", "no text and no tool call")
    ]


@pytest.mark.parametrize(
    ("answer", "check", "message"),
    [
        (chat("At s", reason="length"), "truncated", "cut off at the limit of its length"),
        (chat("At", reason="content_filter"), "filtered", "held back by a content filter"),
        (chat(refusal="No."), "refused", "refused: 'No.'"),
    ],
)
def test_what_was_cut_filtered_or_refused_is_told_without_failing(
    answer: Any, check: str, message: str
) -> None:
    (finding,) = [f for f in TASK.validate(case(), TASK.parse(answer)) if not f.ok]
    assert (finding.check, finding.message) == (check, message)
    assert (finding.required, finding.weight) == (False, 0)


def test_a_filtered_choice_without_a_message_is_read_and_not_valid() -> None:
    parsed = TASK.parse({"choices": [{"index": 0, "finish_reason": "content_filter"}]})
    failed = [f.check for f in TASK.validate(case(), parsed) if not f.ok]
    assert failed == ["valid_answer", "filtered"]


def measures(before: Output, after: Output) -> dict[str, Any]:
    found = TASK.compare(case(), before, after)
    left_out = ("chrf", "rouge_l", "new_refusal_phrase")
    return {m.name: pytest.approx(m.value) for m in found if m.name not in left_out}


def test_texts_are_compared_as_texts() -> None:
    assert measures(output("At six."), output("At  six.")) == {
        "agreement": 1.0, "similarity": 1.0, "length_ratio": 1.0,
    }  # fmt: skip
    changed = measures(output("abcd"), output("abce"))  # 3 of 4 characters in common
    assert changed == {"agreement": 0.0, "similarity": 0.75, "length_ratio": 1.0}


def test_json_is_compared_value_by_value() -> None:
    before = output('{"port": "Lund", "hours": [6, 18]}')
    same = measures(before, output('```json\n{"hours":[6,18],"port":"Lund"}\n```'))
    assert (same["json_agreement"], same["agreement"]) == (1.0, 0.0)
    one_off = measures(before, output('{"port": "Lund", "hours": [6, 19]}'))
    assert one_off["json_agreement"] == 2 / 3
    more = measures(before, output('{"port": "Lund", "hours": [6, 18], "ok": true}'))
    assert more["json_agreement"] == 2 * 3 / (3 + 4)
    assert measures(before, output("At six."))["json_agreement"] == 0.0
    assert "json_agreement" not in measures(output("3"), output("true"))


def test_tool_calls_are_compared_by_name_and_arguments() -> None:
    before = output(tool_calls=[call("tide", '{"a": 1, "b": 2}'), call("wind", "{}")])
    turned = output(tool_calls=[call("wind", "{}"), call("tide", '{"b": 2, "a": 1}')])
    assert measures(before, turned) == {
        "agreement": 1.0, "tool_call_agreement": 1.0, "tool_name_agreement": 1.0,
        "tool_argument_agreement": 1.0,
    }  # fmt: skip
    other = output(tool_calls=[call("tide", '{"a": 3}'), call("wind", "{}")])
    assert measures(before, other) == {
        "agreement": 0.0, "tool_call_agreement": 0.5, "tool_name_agreement": 1.0,
        "tool_argument_agreement": 2 / 5,
    }  # fmt: skip
    found = TASK.compare(TASK.sample, before, other)
    notes = {measure.name: measure.note for measure in found}
    assert notes["tool_call_agreement"] == (
        """vanished: 'tide({"a":1,"b":2})'; appeared: 'tide({"a":3})'"""
    )
    near = output(tool_calls=[call("tide", '{"a": 1, "b": 3}'), call("wind", "{}")])
    assert measures(before, near)["tool_argument_agreement"] == 2 / 3
    one = output(tool_calls=[call("wind", "{}")])
    assert measures(before, one)["tool_call_agreement"] == 2 * 1 / (2 + 1)


def test_a_text_instead_of_a_call_is_no_agreement() -> None:
    found = measures(output(tool_calls=ASKS), output("At six."))
    assert found == {
        "agreement": 0.0, "similarity": 0.0, "tool_call_agreement": 0.0, "tool_name_agreement": 0.0,
        "tool_argument_agreement": 0.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "expect", "ok", "score", "message"),
    [
        (chat("Six"), "Six", True, None, "expected 'Six', got 'Six'"),
        (chat("Six"), ["Ten", "Six"], True, None, "expected 'Ten' or 'Six', got 'Six'"),
        (chat("Six"), "Ten", False, None, "expected 'Ten', got 'Six'"),
        (
            chat('{"hour": 6, "port": "Lund"}'), {"json": {"port": "Lund", "hour": 6}},
            True, 1.0, "100% of the values as expected",
        ),
        (
            chat('{"hour": 7, "port": "Lund"}'), {"json": {"port": "Lund", "hour": 6}},
            False, 0.5, "50% of the values as expected",
        ),
        (chat("Six"), {"json": {"hour": 6}}, False, 0.0, "no value as expected"),
        (
            chat(tool_calls=ASKS), {"tool_calls": ASKED}, True, 1.0,
            f"expected '{SPOKEN}', got '{SPOKEN}'",
        ),
        (
            chat("Six"), {"tool_calls": [{"name": "wind", "arguments": {}}]}, False, 0.0,
            "expected 'wind({})', got 'Six'",
        ),
        (chat("Six"), {"tool_calls": []}, True, 1.0, "expected no tool call, got 'Six'"),
    ],
)  # fmt: skip
def test_expectations(
    answer: Any, expect: Json, ok: bool, score: float | None, message: str
) -> None:
    finding = TASK.expect(case(expect), TASK.parse(answer))
    assert (finding.ok, finding.score, finding.message) == (ok, score, message)


@pytest.mark.parametrize(
    "expect", [3, True, [], {}, [3], {"text": "a"}, {"tool_calls": "a"}, {"tool_calls": [{}]}]
)
def test_an_expectation_of_another_type_is_never_met(expect: Json) -> None:
    finding = TASK.expect(case(expect), output("Six"))
    assert not finding.ok
    assert finding.message.startswith("`expect` must be a text, a list of texts, {json: ...}")


MESSAGES: Json = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "When is high tide?"},
]


@pytest.mark.parametrize(
    ("inputs", "body"),
    [
        ("When?", {"messages": [{"role": "user", "content": "When?"}], "seed": 3}),
        ({"messages": MESSAGES}, {"messages": MESSAGES, "seed": 3}),
        (MESSAGES, {"messages": MESSAGES, "seed": 3}),
        (
            {"messages": MESSAGES, "tools": [], "seed": 4},
            {"messages": MESSAGES, "tools": [], "seed": 4},
        ),
    ],
)
def test_messages_and_parameters_travel_at_the_root(inputs: Json, body: Json) -> None:
    asked = Case(id="a", inputs=inputs, parameters={"seed": 3, "stop": None})
    assert TASK.build(asked).value == body


@pytest.mark.parametrize(
    "inputs", [None, 3, [], {}, {"messages": []}, {"messages": "a"}, ["a"], [{"content": "a"}]]
)
def test_no_question_without_messages(inputs: Json) -> None:
    with pytest.raises(ValueError, match=r"needs inputs: a text, or \{messages"):
        TASK.build(Case(id="a", inputs=inputs))


def test_a_canonical_value_of_another_kind_is_not_valid_and_compares() -> None:
    for value in (None, "a", [1], {"tool_calls": 3}, {"tool_calls": [{"name": 3}]}):
        strange = Output(value=value)
        assert not all(finding.ok for finding in TASK.validate(case(), strange))
        assert "agreement" in {m.name for m in TASK.compare(case(), strange, output("a"))}
