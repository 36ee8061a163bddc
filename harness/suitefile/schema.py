"""Gives the JSON Schema of suite files, with the installed plugins in it, for editors."""

from collections.abc import Iterable
from typing import Any

from harness.api.kinds import Check
from harness.errors import PluginError
from harness.suitefile.conditions.metrics import ALIASES, LIMITS, METRICS
from harness.suitefile.keys import models, settings, target
from harness.suitefile.keys.arguments import argument_model
from harness.suitefile.keys.plugged import Plugged
from harness.suitefile.keys.target import STORED

_DRAFT = "http://json-schema.org/draft-07/schema#"
_PARTS = {
    "target": target.TargetModel,
    "price": target.PriceModel,
    "check": models.CheckModel,
    "case": models.CaseModel,
    "dataset": models.DatasetModel,
    "run": settings.RunModel,
    "gate": settings.GateModel,
}


def suite_schema(registry: Plugged) -> dict[str, Any]:
    """Give a draft-07 schema; names of tasks, providers and checks are those of the registry."""
    definitions: dict[str, Any] = {}
    for name, model in _PARTS.items():
        definitions[name] = _schema_of(model, definitions)
    _open_target(definitions, registry)
    _name_checks(definitions, registry.checks.values())
    _name_limits(definitions["gate"], registry)
    checks = {"type": "array", "items": {"$ref": "#/definitions/check"}, "default": []}
    definitions["case"]["properties"]["checks"].update(checks)
    schema = _schema_of(models.SuiteHead, definitions)
    if registry.tasks:
        schema["properties"]["task"]["enum"] = sorted(registry.tasks)
    schema["properties"] |= {
        "target": {
            **_reference("target"), "description": "What all targets share.",
        },
        "targets": {
            "type": "object",
            "minProperties": 2,
            "additionalProperties": _reference("target"),
            "description": "Two or more; the first is the baseline.",
        },
        "checks": {**checks, "description": "Checks of every case."},
        "cases": {
            "type": "array",
            "items": _reference("case"),
            "description": "The questions put to every target.",
        },
        "dataset": _reference("dataset"),
        "run": _reference("run"),
        "gates": {
            "type": "array",
            "items": _reference("gate"),
            "description": "What must hold; left out, gates that fit the suite's size are chosen.",
        },
    }  # fmt: skip
    schema["required"] = ["suite", "task", "targets"]
    schema["anyOf"] = [{"required": ["cases"]}, {"required": ["dataset"]}]
    return {
        "$schema": _DRAFT, **schema, "title": "revgate suite",
        "description": "A comparison of pinned model revisions.", "definitions": definitions,
    }  # fmt: skip


def _reference(name: str) -> dict[str, Any]:
    # In draft-07 the siblings of a reference are ignored, hence the conjunction.
    return {"allOf": [{"$ref": f"#/definitions/{name}"}]}


def _schema_of(model: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    """Give a model's schema in draft-07; types it refers to are moved into `definitions`."""
    schema: dict[str, Any] = _as_draft_07(model.model_json_schema())
    definitions.update(schema.pop("definitions", {}))
    schema["additionalProperties"] = False
    return schema


def _as_draft_07(schema: Any) -> Any:
    """Give a 2020-12 schema in the words of draft-07."""
    if isinstance(schema, list):
        return [_as_draft_07(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    result: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "$defs":
            result["definitions"] = _as_draft_07(value)
        elif key == "prefixItems":
            result["items"] = _as_draft_07(value)
        elif key == "items" and "prefixItems" in schema:
            result["additionalItems"] = _as_draft_07(value)
        elif key == "$ref":
            result["$ref"] = str(value).replace("#/$defs/", "#/definitions/")
        else:
            result[key] = _as_draft_07(value)
    return result


def _arguments_of(kind: type, definitions: dict[str, Any]) -> dict[str, Any]:
    try:
        return _schema_of(argument_model(kind), definitions)
    except PluginError:
        return {"properties": {}}  # `check` says what is wrong with the plugin


def _open_target(definitions: dict[str, Any], registry: Plugged) -> None:
    """Add the keys of every installed provider to a target's."""
    properties = definitions["target"]["properties"]
    if registry.providers:
        properties["provider"] = {
            "enum": [*sorted(registry.providers), STORED],
            "description": f"Who is asked; `{STORED}`: nobody, `run` says whose answers are taken.",
        }
    properties["price"] = {
        "anyOf": [
            {"$ref": "#/definitions/price"},
            _schema_of(target.PriceFileUse, definitions),
        ],
        "description": properties["price"]["description"],
    }
    offered: dict[str, list[Any]] = {}
    for provider in registry.providers.values():
        options = _arguments_of(provider.options, definitions)
        for name, part in options.get("properties", {}).items():
            variants = offered.setdefault(name, [])
            if part not in variants:
                variants.append(part)
    for name, variants in offered.items():
        properties[name] = variants[0] if len(variants) == 1 else {"anyOf": variants}


def _name_checks(definitions: dict[str, Any], checks: Iterable[Check]) -> None:
    """Make a check one of the installed ones, each with its own keys."""
    common = definitions["check"]["properties"]
    variants = []
    for check in checks:
        arguments = _arguments_of(check.arguments, definitions)
        name = {"const": check.name, "description": check.summary or common["check"]["description"]}
        variants.append(
            {
                "type": "object",
                "properties": {**common, **arguments["properties"], "check": name},
                "required": ["check", *arguments.get("required", [])],
                "additionalProperties": False,
            }
        )
    if variants:
        definitions["check"] = {"anyOf": variants}


def _name_limits(gate: dict[str, Any], registry: Plugged) -> None:
    """Make a gate's metric a known one or a measure of any task, and its limit exactly one."""
    measures = {name for task in registry.tasks.values() for name in task.measures}
    known = [*METRICS, *ALIASES]
    gate["properties"]["metric"]["enum"] = known + sorted(measures - {*known})
    gate["oneOf"] = [{"required": [limit]} for limit in LIMITS]
