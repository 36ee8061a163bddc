"""Is the answer JSON of the wanted structure?"""

from dataclasses import dataclass
from typing import Any

from harness.api import Case, Check, Finding, Output, hookimpl, parse_json
from harness_checks._schema import first_error, schema_problem
from harness_checks._text import quoted


@dataclass(frozen=True, slots=True)
class Arguments:
    """A JSON Schema, draft 2020-12; its patterns are RE2, and it refers to nothing outside."""

    schema: dict[str, Any]


def judge(_case: Case, output: Output, arguments: Arguments) -> Finding:
    """Hold a text, read as strict JSON, or any other canonical value against the schema."""
    value = output.value
    if isinstance(value, str):
        try:
            value = parse_json(value.encode())
        except ValueError as error:
            message = f"not JSON: {str(error)[:80]} in {quoted(output.text)}"
            return Finding(check="json_schema", ok=False, message=message)
    misfit = first_error(arguments.schema, value)
    if misfit is None:
        return Finding(check="json_schema", ok=True, message="the answer fits the schema")
    message, where = misfit
    place = f" at {where}" if where else ""
    return Finding(check="json_schema", ok=False, message=message + place, where=where)


def problem(arguments: Arguments) -> str | None:
    """Say what makes the schema unusable."""
    return schema_problem(arguments.schema)


@hookimpl
def harness_checks() -> list[Check]:
    """Give the check."""
    return [
        Check(
            name="json_schema",
            judge=judge,
            arguments=Arguments,
            summary="the answer is JSON that fits `schema`",
            problem=problem,
        )
    ]
