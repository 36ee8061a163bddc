"""The JSON question most tasks send, and the words for an answer that none of them knows."""

from harness.api import Case, Json, Payload, ShapeError

SHORT = 60
"""Characters of an answer that a message quotes."""


def build_json(case: Case) -> Payload:
    """Give `{"inputs": ..., "parameters": {...}}`; `parameters` is left out when it is empty.

    A parameter whose value is null is not sent: so a case takes out what the suite sets for all.
    """
    return Payload(value={"inputs": case.inputs, **sent_parameters(case)})


def sent_parameters(case: Case) -> dict[str, Json]:
    """Give `{"parameters": {...}}` without nulls, or `{}` when nothing is left."""
    parameters: dict[str, Json] = {
        name: value for name, value in case.parameters.items() if value is not None
    }
    return {"parameters": parameters} if parameters else {}


def refused(answer: object, expected: str) -> ShapeError:
    """Give the error that says what came and what was expected; safe for answers of any size."""
    if isinstance(answer, dict) and (error := answer.get("error")) is not None:
        return ShapeError(f"the answer is an error: {in_words(error)}; expected {expected}")
    return ShapeError(f"got {in_words(answer)}; expected {expected}")


def in_words(value: object) -> str:
    """Give what a value is, in at most a few words, control characters escaped."""
    match value:
        case dict():
            names = ", ".join(quoted(str(name)[:SHORT], 24) for name in list(value)[:5])
            more = ", …" if len(value) > 5 else ""
            return f"an object with {names}{more}" if value else "an empty object"
        case []:
            return "an empty list"
        case [list() as first, *_]:
            return f"a list of {len(value)}, the first a list of {len(first)}"
        case [first, *_]:
            return f"a list of {len(value)}, the first {in_words(first)}"
        case str():
            return f"the string {quoted(value)}"
        case bytes():
            return f"{len(value)} bytes that are not JSON"
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case float():
            return f"the number {value!r}"
        case int():
            return f"the number {value}" if abs(value) < 1 << 64 else "a number beyond 64 bits"
    return f"a {type(value).__name__}"


def quoted(text: str, length: int = SHORT) -> str:
    """Give the text in quotes, shortened, control characters escaped."""
    return repr(text) if len(text) <= length else f"{text[:length]!r}…"
