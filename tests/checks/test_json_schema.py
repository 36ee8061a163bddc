"""json_schema: fits, misfits with a pointer, and schemas that are refused."""

from typing import Any

import pytest

from harness.api import Case, Json, Output
from harness_checks.json_schema import Arguments, judge, problem

CASE = Case(id="a", inputs="x")
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["name", "sizes"],
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z]+$"},
        "sizes": {"type": "array", "items": {"$ref": "#/$defs/size"}},
    },
    "additionalProperties": False,
    "$defs": {"size": {"type": "integer", "minimum": 1}},
}


def judged(text: str, schema: dict[str, Any] = SCHEMA) -> tuple[bool, str, str]:
    finding = judge(CASE, Output(value=text, text=text), Arguments(schema))
    return finding.ok, finding.message, finding.where


@pytest.mark.parametrize(
    ("text", "ok", "message", "where"),
    [
        ('{"name": "bolt", "sizes": [3, 4]}', True, "the answer fits the schema", ""),
        (
            '{"name": "bolt", "sizes": [3, 0]}',
            False,
            "0 is less than the minimum of 1 at /sizes/1",
            "/sizes/1",
        ),
        ('{"name": "bolt"}', False, "'sizes' is a required property", ""),
        (
            '{"name": "Bolt", "sizes": []}',
            False,
            "the string does not match '^[a-z]+$' at /name",
            "/name",
        ),
    ],
)
def test_a_text_is_read_as_json(text: str, ok: bool, message: str, where: str) -> None:
    assert judged(text) == (ok, message, where)


@pytest.mark.parametrize(
    "text", ["", "no", "{'a': 1}", "NaN", '```json\n{"a": 1}\n```', '{"a": 1} and more', "\ud800"]
)
def test_a_text_that_is_not_strict_json_fails(text: str) -> None:
    ok, message, _ = judged(text, {})
    assert not ok
    assert message.startswith("not JSON: ")


def test_another_canonical_value_is_taken_as_it_is() -> None:
    value: Json = [{"label": "calm", "score": 0.75}]
    output = Output(value=value, text="calm")
    assert judge(CASE, output, Arguments({"type": "array", "maxItems": 1})).ok
    assert not judge(CASE, output, Arguments({"type": "array", "minItems": 2})).ok


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"type": "strnig"}, "not a JSON Schema: 'strnig' is not valid"),
        ({"properties": {"a": {"minimum": "3"}}}, "at /properties/a/minimum"),
        ({"$ref": "https://example.com/a.json"}, "nothing is ever fetched"),
        ({"$ref": "file:///etc/passwd"}, "nothing is ever fetched"),
        ({"properties": {"a": {"$ref": "#/$defs/none"}}}, "is not inside the schema"),
        ({"pattern": "(?=a)"}, "look-ahead"),
        ({"patternProperties": {"^a": {}}}, "`patternProperties` is not supported"),
    ],
)
def test_a_schema_that_cannot_be_used_is_a_problem(schema: dict[str, Any], reason: str) -> None:
    assert reason in str(problem(Arguments(schema)))


def test_a_good_schema_is_none() -> None:
    assert problem(Arguments(SCHEMA)) is None
    assert problem(Arguments({})) is None
    assert (
        problem(Arguments({"$id": "https://a.example/s", "$ref": "#/$defs/a", "$defs": {"a": {}}}))
        is None
    )


@pytest.mark.parametrize("schema", [{"$ref": "https://127.0.0.1:9/a.json"}, {"$ref": "#"}])
def test_judging_never_fetches_and_never_recurses_for_ever(schema: dict[str, Any]) -> None:
    ok, message, _ = judged("{}", schema)
    assert not ok
    assert message.startswith("the schema cannot be applied: ")


def test_an_ambiguous_pattern_in_a_schema_is_quick() -> None:
    ok, _, _ = judged('"' + "a" * 100_000 + '!"', {"type": "string", "pattern": "^(a+)+$"})
    assert not ok


def test_a_deep_answer_is_judged() -> None:
    tree = {"type": "array", "items": {"$ref": "#"}}
    ok, _, _ = judged("[" * 900 + "]" * 900, tree)
    assert isinstance(ok, bool)


def test_messages_are_short() -> None:
    _, message, _ = judged('"' + "x" * 100_000 + '"', {"type": "integer"})
    assert len(message) < 300
