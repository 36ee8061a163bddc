"""What should be equal on both sides of a comparison, and whether it was."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from harness.jsonvalue import Json

ConditionItem = Literal[
    "prompts",
    "parameters",
    "judge",
    "provider",
    "provider_version",
    "revgate",
    "transport",
    "calls",
]
Policy = Literal["block", "warn", "allow"]

POLICIES: Mapping[ConditionItem, Policy] = MappingProxyType(
    {
        "prompts": "block",
        "parameters": "warn",
        "judge": "block",
        "provider": "warn",
        "provider_version": "warn",
        "revgate": "warn",
        "transport": "warn",
        "calls": "warn",
    }
)
"""What an inequality does where the suite says nothing: it makes the comparison invalid, is told
as a warning, or is taken as meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SideFacts:
    """How the answers of one target were asked for and judged."""

    provider: str
    parameters: Mapping[str, Json] = field(default_factory=dict)
    """Of the suite, for every case."""
    plugins: Mapping[str, str] = field(default_factory=dict)
    """Versions by `kind:name`: of the task and checks that judged, of the provider that asked."""
    revgate: str = ""
    """The version that asked."""
    transports: tuple[str, ...] = ()
    calls: Mapping[str, Json] = field(default_factory=dict)
    """Settings of the run: `concurrency`, `rate`, `batch`, `timeout_s`, `attempts`."""
    run_id: str = ""
    """The run they were made in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One thing that should be equal on both sides."""

    item: ConditionItem
    candidate: str
    policy: Policy
    is_equal: bool
    words: str = ""
    """Which differs and how, in one sentence; empty where it is equal."""
