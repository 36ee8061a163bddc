"""A canonical chat message: its text, its tool calls, and what two messages share."""

from collections import Counter
from collections.abc import Hashable, Iterator
from typing import TypeVar

from harness.api import Json, Output, canonical
from harness_tasks._spans import f1
from harness_tasks._wire import quoted

Counted = TypeVar("Counted", bound=Hashable)


def shared_counts(old: Counter[Counted], new: Counter[Counted]) -> float:
    """Give the share of things counted on both sides, 0..1 (F1)."""
    return f1((old & new).total(), old.total(), new.total())


def said(output: Output) -> Output:
    """Give the text of a canonical message, or its refusal, as a text of its own."""
    content = field_of(output, "content") or field_of(output, "refusal")
    return Output(value=content, text=content if isinstance(content, str) else "")


def field_of(output: Output, name: str) -> Json:
    """Give one field of a canonical message, null where it has none."""
    return output.value.get(name) if isinstance(output.value, dict) else None


def calls_of(output: Output) -> Counter[tuple[str, bytes]]:
    """Give how often each (name, canonical arguments) is called."""
    return Counter((name, canonical(arguments)) for name, arguments in named_calls(output))


def named_calls(output: Output) -> Iterator[tuple[str, Json]]:
    """Give name and arguments of the tool calls of a canonical value."""
    calls = output.value.get("tool_calls") if isinstance(output.value, dict) else None
    for call in calls if isinstance(calls, list) else ():
        match call:
            case {"name": str(name), "arguments": arguments}:
                yield name, arguments


def call_in_words(call: Json) -> str:
    """Give a tool call as `name(arguments)`."""
    match call:
        case {"name": name, "arguments": str(arguments)}:
            return f"{name}({arguments})"
        case {"name": name, "arguments": arguments}:
            return f"{name}({canonical(arguments).decode()})"
    return ""


def arguments_by_name(output: Output) -> Json:
    """Give `{name: [arguments]}` of the tool calls, those of one name in the order of the calls."""
    found: dict[str, Json] = {}
    for name, arguments in named_calls(output):
        of_name = found.setdefault(name, [])
        if isinstance(of_name, list):
            of_name.append(arguments)
    return found


def changed_calls(before: Output, after: Output) -> str:
    """Give the calls only one side makes, in words: `vanished: f({}); appeared: g({})`."""
    old, new = calls_of(before), calls_of(after)
    parts = []
    for word, calls in (("vanished", old - new), ("appeared", new - old)):
        shown = [quoted(f"{name}({arguments.decode()})") for name, arguments in calls.elements()]
        more = f" and {len(shown) - 3} more" if len(shown) > 3 else ""
        parts += [f"{word}: {', '.join(shown[:3])}{more}"] if shown else []
    return "; ".join(parts)
