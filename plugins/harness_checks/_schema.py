"""JSON Schema 2020-12 that never fetches anything and matches its patterns with RE2."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from harness.api import Json
from harness_checks._pattern import found, pattern_problem


def schema_problem(schema: dict[str, Any]) -> str | None:
    """Give what makes the schema unusable here, with the pointer to it, or None."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError
    from referencing import Registry
    from referencing.exceptions import Unresolvable
    from referencing.jsonschema import DRAFT202012

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        return f"not a JSON Schema: {error.message[:120]} at {pointer(error.absolute_path)}"
    except RecursionError:
        return "not a JSON Schema: nested too deeply"
    base = str(schema.get("$id", ""))
    resource = DRAFT202012.create_resource(schema)
    resolver = Registry().with_resource(base, resource).crawl().resolver(base)
    for keyword, value in _keywords(schema):
        if keyword == "patternProperties":
            return "`patternProperties` is not supported: use `propertyNames` with a `pattern`"
        if keyword == "pattern" and (problem := pattern_problem(value)) is not None:
            return problem
        if keyword in {"$ref", "$dynamicRef"}:
            try:
                resolver.lookup(value)
            except Unresolvable:
                return f"$ref {value!r} is not inside the schema, and nothing is ever fetched"
    return None


def first_error(schema: dict[str, Any], value: Json) -> tuple[str, str] | None:
    """Give (message, JSON pointer into the value) of the weightiest error, or None."""
    from jsonschema.exceptions import best_match
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    try:
        # A registry that is given fetches nothing; the one jsonschema takes by itself does.
        error = best_match(_validator()(schema, registry=Registry()).iter_errors(value))
    except (Unresolvable, RecursionError, ValueError) as failure:
        return f"the schema cannot be applied: {type(failure).__name__}", ""
    if error is None:
        return None
    message = error.message if len(error.message) <= 200 else f"{error.message[:200]}…"
    return message, pointer(error.absolute_path)


@lru_cache(maxsize=1)
def _validator() -> Any:
    from jsonschema import Draft202012Validator, ValidationError, validators

    def pattern(validator: Any, wanted: str, instance: Any, _schema: Any) -> Iterator[Any]:
        if validator.is_type(instance, "string") and not found(wanted, instance):
            yield ValidationError(f"the string does not match {wanted!r}")

    extend: Any = validators.extend
    return extend(Draft202012Validator, {"pattern": pattern})


def pointer(path: Any) -> str:
    """Give a JSON pointer (RFC 6901) of a path of keys and indices."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def _keywords(schema: object) -> Iterator[tuple[str, Any]]:
    """Give every (keyword, value) that needs a look, at any depth."""
    match schema:
        case dict():
            for name, value in schema.items():
                is_text = isinstance(value, str) and name in {"pattern", "$ref", "$dynamicRef"}
                if is_text or (name == "patternProperties" and isinstance(value, dict)):
                    yield name, value
                yield from _keywords(value)
        case list():
            for value in schema:
                yield from _keywords(value)
