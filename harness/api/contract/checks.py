"""What a check must hold to."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from harness.api.contract.claims import claim, claim_name, finding_of, run
from harness.api.contract.junk import junk_outputs
from harness.api.kinds import Check
from harness.data.suite import Case


def check_check(check: Check, arguments: object = None) -> None:
    """Arguments can be read from a suite; judge is pure and gives a finding for any output.

    `arguments` are sample ones; by default they are made up from the types of the fields.
    """
    from pydantic import TypeAdapter

    claim_name(check.name)
    claim(is_dataclass(check.arguments), "arguments must be a dataclass")
    run("the JSON Schema of arguments", lambda: TypeAdapter(check.arguments).json_schema())
    if arguments is None:
        hints = get_type_hints(check.arguments)
        sample = {key.name: _example(hints[key.name]) for key in fields(check.arguments)}
        arguments = check.arguments(**sample)
    problem = run("problem(arguments)", check.problem, arguments)
    claim(problem is None, f"give other arguments, {arguments!r:.99} are refused: {problem}")
    case = Case(id="a", inputs="a", expect="a")
    for output in junk_outputs():
        what = f"judge of text {output.text!r:.20}"
        finding = finding_of(what, check.judge, case, output, arguments)
        again = finding_of(what, check.judge, case, output, arguments)
        claim(finding == again, f"{what} gave two different findings: it must be pure")
        claim(finding.check == check.name, f"{what} calls itself {finding.check!r}")


def _example(hint: Any) -> Any:
    """Give a value of a plain type; AssertionError for a type it knows none of."""
    plain = {str: "a", bool: False, int: 1, float: 0.5, Any: "a"}
    if hint in plain:
        return plain[hint]
    parts = [part for part in get_args(hint) if part is not NoneType]
    origin = get_origin(hint) or hint
    if origin is Literal:
        return parts[0]
    if origin in (list, tuple):
        return origin([_example(parts[0])] if parts else [])
    if origin in (dict, Mapping):
        return {}
    if not parts:
        raise AssertionError(f"give sample arguments: none can be made up for {hint}")
    return _example(parts[0])
