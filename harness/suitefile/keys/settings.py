"""The keys of a suite's `run` and `gates`: their types, ranges, defaults and meaning."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from harness.suitefile.keys.forms import FailFast, Rate, RateModel
from harness.suitefile.keys.limit import LIMIT

_CLOSED = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)


class RunModel(BaseModel):
    """How calls are made."""

    model_config = _CLOSED

    repeats: int = Field(1, ge=1, le=1000, description="Measured answers per case and target.")
    warmup: int = Field(
        0, ge=0, le=1000, description="Calls per target before the first measured one."
    )
    concurrency: int = Field(8, ge=1, le=1024, description="Calls in flight per target.")
    timeout_s: float = Field(
        60.0,
        gt=0,
        le=3600,
        allow_inf_nan=False,
        description="Total deadline of one attempt, seconds.",
    )
    attempts: int = Field(3, ge=1, le=10, description="Attempts per call, the first included.")
    seed: int = Field(7, ge=0, le=2**63 - 1, description="Orders calls and seeds resampling.")
    fail_fast: FailFast = Field(
        False,
        examples=[True, 5],
        description="Stop once so many calls have ended without an answer; `true`: at the first.",
    )
    max_calls: Annotated[int | None, LIMIT] = Field(
        None,
        ge=1,
        le=2**53,
        examples=[5000],
        description="Upper bound on calls sent, retries and warm-ups included.",
    )
    max_cost_usd: Annotated[float | None, LIMIT] = Field(
        None,
        gt=0,
        le=1e9,
        allow_inf_nan=False,
        examples=[2.0],
        description="Upper bound on what all calls cost, US dollars; needs a price for every "
        "target that is called.",
    )
    batch: int = Field(
        1,
        ge=1,
        le=256,
        examples=[16],
        description="Cases bundled into one call, where provider and task can; such calls have no "
        "latency.",
    )
    rate: Annotated[Rate | None, LIMIT] = Field(
        None,
        examples=[20, {"calls_per_s": 5, "tokens_per_minute": 40000}],
        description="Calls per second per target, or that and tokens per minute; no cap when left "
        "out.",
    )
    max_body_bytes: int = Field(
        8_388_608, ge=1024, le=2**30, description="Largest decoded answer that is read, bytes."
    )
    transport: Literal["auto", "curl", "requests"] = Field(
        "auto", description="What sends the calls."
    )
    stop: Literal["end", "early"] = Field(
        "end",
        description="`early`: ask in random order, and no more once the answers settle the gates.",
    )
    balance: Literal["quality", "latency"] = Field(
        "quality",
        description="What stopping early waits for: gates on answers, or on latency too.",
    )

    def settings(self) -> dict[str, Any]:
        """Give the settings of a run, by name."""
        given = self.model_dump()
        given["fail_fast"] = int(self.fail_fast) or None
        if isinstance(self.rate, RateModel):
            given["rate"] = self.rate.calls_per_s
            given["tokens_per_minute"] = self.rate.tokens_per_minute
        return given


class GateModel(BaseModel):
    """One condition on the comparison: a metric and exactly one limit."""

    model_config = _CLOSED

    metric: str = Field(description="What is limited.", examples=["regressions", "pass_rate"])
    max: float | None = Field(None, description="At most this much, at the candidate.")
    min: float | None = Field(None, description="At least this much, at the candidate.")
    max_drop: float | None = Field(
        None, description="Largest fall from baseline to candidate, 0..1.", examples=[0.02]
    )
    max_ratio: float | None = Field(
        None, description="Largest candidate divided by baseline, above 0.", examples=[1.15]
    )
    max_rise: float | None = Field(
        None,
        description="Largest rise from baseline to candidate of a share where less is better, "
        "0..1.",
        examples=[0.01],
    )
    min_effect_ms: float | None = Field(
        None,
        ge=0,
        le=3_600_000,
        allow_inf_nan=False,
        examples=[20],
        description="A latency gate fails only when the difference exceeds this too.",
    )
    each: Literal["tag"] | None = Field(None, description="Decide for every tag on its own.")
    confidence: float | None = Field(
        None,
        ge=0.5,
        lt=1,
        allow_inf_nan=False,
        examples=[0.95],
        description="Two-sided; written on a counted gate it makes the gate inferred.",
    )
    level: Literal["error", "warn", "off"] = Field(
        "error", description="Whether the gate decides, only warns, or is left out."
    )
