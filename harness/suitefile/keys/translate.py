"""Puts pydantic's errors in the suite author's words and at the author's place."""

from collections.abc import Iterable
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from harness.suitefile.keys.forms import FORMS, RateModel
from harness.suitefile.keys.instead import instead, left_out
from harness.suitefile.keys.ranges import in_range, range_of
from harness.suitefile.problems.leaks import names_credential
from harness.suitefile.problems.problem import flat
from harness.suitefile.problems.suggest import did_you_mean
from harness.suitefile.tree.misread import BOOLEAN_KEYS, quote_it
from harness.suitefile.tree.node import Node, Path
from harness.suitefile.tree.review import MOST, Review
from harness.units import plural

_Model = TypeVar("_Model", bound=BaseModel)

_RANGE = {"greater_than", "greater_than_equal", "less_than", "less_than_equal", "finite_number"}
_EXPECTED = {
    "string_type": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "model_type": "a mapping",
    "dataclass_type": "a mapping",
}
_SIZES = {"too_short", "too_long", "string_too_short", "string_too_long"}
_OTHERWISE = {
    "urls": "a single address stands under the provider's own key, `url:` or `base_url:`",
}
_SPECIAL = {
    "plugins": "a suite is data and loads no code: use `revgate -p MODULE`",
    "assert": "write `checks:`",
    "prompt": "write `inputs:`",
}


def validated(
    review: Review, model: type[_Model], data: object, path: Path, what: str,
    names: Iterable[str] = (),
) -> _Model | None:  # fmt: skip
    """Give the model of `data`, or report everything wrong with it and give None.

    `names` are keys that may stand there beside the model's own.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        known = (*model.model_fields, *names)
        for detail in error.errors(include_url=False)[:MOST]:
            report(review, detail, path, what, known, model)
        return None


def report(
    review: Review, detail: ErrorDetails, path: Path, what: str, known: Iterable[str],
    model: type[BaseModel] | None = None,
) -> None:  # fmt: skip
    """Report one pydantic error whose location is relative to `path`, and to `model` if given."""
    keys = tuple(key for key in detail["loc"] if key not in FORMS)
    place = (*path, *keys)
    name = str(keys[-1]) if keys else what
    kind = detail["type"]
    if kind == "missing":
        review.key(place[:-1], "E123", f"{what} has no '{name}'", _example(name))
    elif kind in ("extra_forbidden", "unexpected_keyword_argument"):
        if place[:-1] == ("run", "rate"):
            what, known = "run.rate", RateModel.model_fields
        unknown_key(review, place, what, known)
    elif kind in _RANGE:
        got = detail["input"]
        review.value(place, "E121", f"{name} must be {range_of(name, detail)}, got {_show(got)}")
    else:
        info = model.model_fields.get(name) if model is not None and len(keys) == 1 else None
        wrong_type(review, place, detail, info)


def unknown_key(review: Review, path: Path, what: str, known: Iterable[str]) -> None:
    """Report a key that does not belong where it stands."""
    name = str(path[-1])[:80]
    if names_credential(name):
        message = f"'{flat(name)}' looks like a credential"
        advice = "remove it: credentials are read from the environment, never from a suite"
        review.key(path, "E116", message, advice)
        return
    advice = _SPECIAL.get(name) or did_you_mean(name, known)
    review.key(path, "E102", f"unknown key '{flat(name)}' in {what}", advice)


def wrong_type(
    review: Review, path: Path, detail: ErrorDetails, info: FieldInfo | None = None
) -> None:
    """Report a value that is not of the type or form its key asks for; `info` is of that key."""
    node = review.node(path)
    expected = _EXPECTED.get(detail["type"])
    if node is not None and node.ambiguity is not None:
        if expected not in (None, "text") and path[-1] not in BOOLEAN_KEYS:
            message = f"expected {in_range(expected, path[-1])}, got {_show(node.text)}"
            review.value(path, "E124", message, instead(node.ambiguity, node.text, expected, info))
        return  # was refused as it stands already
    if detail["type"] == "string_type" and node is not None and node.is_plain:
        not_text(review, node)
    elif detail["type"] == "literal_error":
        choices = str(detail.get("ctx", {}).get("expected", ""))
        review.value(path, "E124", f"{_show(detail['input'])} is none of {choices}")
    elif detail["type"] == "string_pattern_mismatch":
        pattern = str(detail.get("ctx", {}).get("pattern", ""))
        message = f"{_show(detail['input'])} does not have the form {pattern}"
        review.value(path, "E124", message)
    elif detail["type"] in _SIZES:
        name = next((key for key in reversed(path) if isinstance(key, str)), "this")
        review.value(path, "E124", _size(name, detail), _OTHERWISE.get(name, ""))
    elif expected:
        message = f"expected {expected}, got {_kind(detail['input'])}"
        advice = _unquote(detail["input"], expected) or left_out(detail["input"], expected, info)
        review.value(path, "E124", message, advice)
    else:
        review.value(path, "E124", flat(detail["msg"]))


def _size(name: str, detail: ErrorDetails) -> str:
    """Say how many entries, or characters, there are and how many there may be."""
    given, bounds = detail["input"], detail.get("ctx", {})
    if isinstance(given, str):
        found = plural(len(given), "character")
    else:
        found = plural(len(given), "entry", "entries")
    least, most = bounds.get("min_length"), bounds.get("max_length")
    takes = f"{most} at most" if least is None else f"{least} or more"
    return f"{name} has {found}, takes {takes}"


def not_text(review: Review, node: Node) -> None:
    """Report a number, boolean or null that stands unquoted where text is expected."""
    if isinstance(node.value, bool):
        message = f"got boolean {node.text} where text is expected"
        review.on(node, "E108", message, quote_it(node.text))
    elif isinstance(node.value, int | float):
        message = f"'{node.text[:60]}' would be read as number {_show(node.value)}"
        review.on(node, "E109", message, quote_it(node.text))
    else:
        review.on(node, "E124", "got nothing where text is expected", 'empty text is ""')


def _show(value: object) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return flat(text if len(text) <= 60 else text[:59] + "…")


def _kind(value: object) -> str:
    kinds = {bool: "a boolean", str: "text", int: "a number", float: "a number",
             list: "a list", dict: "a mapping", type(None): "nothing"}  # fmt: skip
    return kinds.get(type(value), type(value).__name__)


def _unquote(value: object, expected: str) -> str:
    if isinstance(value, str) and expected in ("a number", "a whole number", "true or false"):
        return "write it without quotes" if value.strip() else ""
    return ""


def _example(name: str) -> str:
    examples = {
        "suite": "`suite: my-upgrade`", "task": "`task: text-classification`",
        "inputs": '`inputs: "the question"`', "metric": "`metric: pass_rate`",
        "check": "`check: contains`", "file": "`file: cases.jsonl`",
    }  # fmt: skip
    return f"add {examples[name]}" if name in examples else f"add `{name}:`"
