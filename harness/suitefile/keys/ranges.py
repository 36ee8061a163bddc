"""Says in words which range a number should have kept to."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic_core import ErrorDetails

from harness.suitefile.keys.forms import RateModel
from harness.suitefile.keys.models import CheckModel, DatasetModel
from harness.suitefile.keys.settings import GateModel, RunModel
from harness.suitefile.keys.target import PriceModel


@cache
def _ranges() -> Mapping[str, str]:
    """Give the range of every bounded key in words, for messages."""
    ranges: dict[str, str] = {}
    for model in (RunModel, RateModel, GateModel, DatasetModel, CheckModel, PriceModel):
        for name, info in model.model_fields.items():
            bounds: dict[str, Any] = {}
            for rule in info.metadata:
                bounds.update({k: getattr(rule, k) for k in ("ge", "gt", "le", "lt")
                               if getattr(rule, k, None) is not None})  # fmt: skip
            if "ge" in bounds and "le" in bounds:
                ranges[name] = f"in {bounds['ge']}..{bounds['le']}"
            elif bounds:
                low = f"at least {bounds['ge']}" if "ge" in bounds else f"above {bounds.get('gt')}"
                high = f"at most {bounds['le']}" if "le" in bounds else f"below {bounds.get('lt')}"
                ranges[name] = f"{low} and {high}"
    return ranges


def in_range(expected: str, key: str | int) -> str:
    """Give what is expected with the range a number has: `a number above 0 and at most 3600`."""
    known = _ranges().get(key) if isinstance(key, str) and expected.endswith("number") else None
    return f"{expected} {known}" if known else expected


def range_of(name: str, detail: ErrorDetails) -> str:
    """Give the range a number should have kept to, as it stands after `must be`."""
    if known := _ranges().get(name):
        return known
    words = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}
    context = detail.get("ctx", {})
    return next((f"{words[key]} {context[key]}" for key in words if key in context), "finite")
