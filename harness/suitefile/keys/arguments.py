"""Holds a plugin's dataclass of arguments against the keys of a suite."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from dataclasses import Field as DataclassField
from functools import cache
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model

from harness.errors import PluginError
from harness.jsonvalue import Json


def argument_names(kind: type) -> tuple[str, ...]:
    """Give the keys a dataclass of arguments or options takes."""
    return tuple(f.name for f in fields(kind) if f.init) if is_dataclass(kind) else ()


@cache
def argument_model(kind: type) -> type[BaseModel]:
    """Give a strict model of a dataclass's fields, their names being its aliases.

    Raises PluginError when `kind` is no dataclass or a type in it is unknown.
    """
    if not is_dataclass(kind):
        raise PluginError(f"{kind!r} is not a dataclass of arguments")
    try:
        # The recursive alias would not resolve; any JSON value is a JSON value already.
        hints = get_type_hints(kind, localns={"Json": Any}, include_extras=True)
        members: dict[str, Any] = {
            # Aliased, so that an argument may have any name (`schema`, `copy`).
            f"argument_{number}": (hints[f.name], _field(f))
            for number, f in enumerate(fields(kind))
            if f.init
        }
        config = ConfigDict(strict=True, extra="forbid", title=kind.__name__)
        return create_model(f"{kind.__name__}Model", __config__=config, **members)
    except PluginError:
        raise
    except Exception as error:
        # Type annotations are a plugin's own code: reading them may raise anything.
        message = f"the arguments of {kind.__module__}.{kind.__qualname__} cannot be read: {error}"
        raise PluginError(message) from error


def build_arguments(kind: type, values: Mapping[str, Json]) -> Any:
    """Give an instance of the dataclass `kind` from a suite's keys, JSON lists made tuples.

    Raises ValueError (pydantic's, with locations by key) for keys and types that do not fit, and
    whatever the dataclass itself raises.
    """
    import orjson

    # Strictness in JSON's terms: a list fits a tuple, a whole number a float; nothing else bends.
    model = argument_model(kind).model_validate_json(orjson.dumps(dict(values)))
    given = {
        f.name: getattr(model, name)
        for f, name in zip(
            (f for f in fields(kind) if f.init), type(model).model_fields, strict=True
        )
        if name in model.model_fields_set
    }
    return kind(**given)


def _field(member: DataclassField[Any]) -> Any:
    if member.default is not MISSING:
        return Field(member.default, alias=member.name)
    if member.default_factory is not MISSING:
        return Field(default_factory=member.default_factory, alias=member.name)
    return Field(alias=member.name)
