"""The schema for editors agrees with the loader."""

import pytest
import yaml
from jsonschema import Draft7Validator

from harness.suitefile import suite_schema

from .test_load import SAMPLE


@pytest.fixture(scope="module")
def schema(registry):
    return suite_schema(registry)


def _errors(schema, text):
    return list(Draft7Validator(schema).iter_errors(yaml.safe_load(text)))


def test_is_draft_07(schema):
    Draft7Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    text = str(schema)
    assert "$defs" not in text
    assert "prefixItems" not in text


def test_sample_conforms(schema):
    assert _errors(schema, SAMPLE) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("task: text", "task: next"),
        ("suite:", "sweet:"),
        ("label_in,", "lable_in,"),
        ("labels:", "label:"),
        ("min: 0.9}", "min: high}"),
        ("hf-endpoint", "hf-endpont"),
        ("url:", "uri:"),
        ("repeats: 1", "repeats: 0"),
        ("metric: agreement", "metric: agreemint"),
        ("min: 0.95", "min: 0.95, max: 1"),
        ("tags: [short", "tags: [7"),
    ],
)
def test_mistakes_do_not(schema, before, after):
    assert before in SAMPLE
    assert _errors(schema, SAMPLE.replace(before, after))


TARGETS = """\
suite: s
task: text-classification
allow_routing: true
target: {provider: hf-endpoint, model: m, price: {file: prices.yaml}}
targets:
  a: {urls: ["https://a.example", "https://b.example"], balance: least_busy}
  b: {url: "https://b.example", price: {per_call: 0.001, as_of: "2026-11-21"}}
  c: {provider: stored, run: "runs/one#candidate"}
run: {max_cost_usd: 2, batch: 16}
cases: [{inputs: {file: cat.png, question: what is this}}]
"""


def test_addresses_prices_and_stored_targets_conform(schema):
    assert _errors(schema, TARGETS) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (', "https://b.example"], bal', "], bal"),
        ("least_busy", "fair"),
        ("{file: prices", "{flie: prices"),
        ("per_call: 0.001", "per_cal: 0.001"),
        ("per_call: 0.001", "per_call: -1"),
        ('run: "runs/one#candidate"', "run: 3"),
        ("batch: 16", "batch: 257"),
        ("max_cost_usd: 2", "max_cost_usd: 0"),
        ("allow_routing: true", "allow_routing: maybe"),
    ],
)
def test_mistakes_in_them_do_not(schema, before, after):
    assert before in TARGETS
    assert _errors(schema, TARGETS.replace(before, after))


def _objects(part):
    if isinstance(part, dict):
        if part.get("type") == "object" and "properties" in part:
            yield part
        for value in part.values():
            yield from _objects(value)
    elif isinstance(part, list):
        for value in part:
            yield from _objects(value)


def test_objects_are_closed_and_described(schema):
    assert all(part["additionalProperties"] is False for part in _objects(schema))
    for name in ("case", "dataset", "run", "gate", "price"):
        for key, value in schema["definitions"][name]["properties"].items():
            assert value.get("description"), (name, key)
