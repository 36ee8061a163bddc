"""Did the answer come in time?"""

import math
from dataclasses import dataclass

from harness.api import Case, Check, Finding, Output, format_s, hookimpl


@dataclass(frozen=True, slots=True)
class Arguments:
    """The longest a call may take, milliseconds."""

    ms: float


def judge(_case: Case, output: Output, arguments: Arguments) -> Finding:
    """Hold the measured latency against the limit; what was not measured passes, and says so."""
    limit_s = arguments.ms / 1000
    if output.latency_s is None:
        message = "latency was not measured (replayed, cached or retried)"
        return Finding(check="latency_at_most", ok=True, message=message)
    message = f"took {format_s(output.latency_s)}, at most {format_s(limit_s)} allowed"
    return Finding(check="latency_at_most", ok=output.latency_s <= limit_s, message=message)


def problem(arguments: Arguments) -> str | None:
    """Say that a limit is a finite number above 0."""
    is_limit = math.isfinite(arguments.ms) and arguments.ms > 0
    return (
        None if is_limit else f"`ms` must be a number of milliseconds above 0, not {arguments.ms}"
    )


@hookimpl
def harness_checks() -> list[Check]:
    """Give the check."""
    return [
        Check(
            name="latency_at_most",
            judge=judge,
            arguments=Arguments,
            summary="the answer took at most `ms` milliseconds",
            problem=problem,
        )
    ]
