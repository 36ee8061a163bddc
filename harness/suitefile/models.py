"""The keys of a suite file: their types, ranges, defaults and meaning."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

_CLOSED = ConfigDict(strict=True, extra="forbid", frozen=True)
_OPEN = ConfigDict(strict=True, extra="allow", frozen=True)
_LINE = r"^[^\x00-\x1f\x7f-\x9f]+$"

Line = Annotated[str, Field(min_length=1, max_length=200, pattern=_LINE)]
"""Text on one line that names something."""
Tag = Annotated[str, Field(min_length=1, max_length=80, pattern=_LINE)]


class TargetModel(BaseModel):
    """One side of the comparison. Keys beside these belong to its provider (`url`, ...)."""

    model_config = _OPEN

    provider: Line | None = Field(
        None,
        description="Who is asked: the name of an installed provider.",
        examples=["hf-inference", "hf-endpoint"],
    )
    model: Line | None = Field(
        None,
        description="The model's name at the provider.",
        examples=["distilbert/distilbert-base-uncased-finetuned-sst-2-english"],
    )
    revision: Line | None = Field(
        None,
        description="The pin: 40 or 64 hex digits, or an immutable form of the provider.",
        examples=["714eb0fa89d2f80546fda750413ed43d93601a13"],
    )
    allow_insecure: bool = Field(
        False,
        description="Allow plain http to a host that is not this machine.",
    )


class CheckModel(BaseModel):
    """One check with its arguments beside these keys."""

    model_config = _OPEN

    check: str = Field(
        description="The name of an installed check.", examples=["label_in", "contains"]
    )
    weight: float = Field(
        1.0,
        gt=0,
        le=1000,
        allow_inf_nan=False,
        description="Share in the record's score, relative to the other checks.",
    )
    required: bool = Field(True, description="Whether failing it fails the record.")


class CaseModel(BaseModel):
    """One question put to every target."""

    model_config = _CLOSED

    id: Line | None = Field(
        None, description="Unique in the suite; `case-<n>` when left out.", examples=["praise"]
    )
    inputs: Any = Field(
        description="What the model is asked, literally; `{file: cat.png}` for tasks on files.",
        examples=["I love the new features", {"file": "images/cat.png"}],
    )
    parameters: dict[str, Any] = Field(
        {}, description="Task parameters, on top of the suite's.", examples=[{"top_k": 2}]
    )
    expect: Any = Field(
        None, description="A right answer, in the task's terms.", examples=["POSITIVE"]
    )
    checks: list[dict[str, Any]] = Field([], description="Checks of this case alone.")
    tags: list[Tag] = Field(
        [], description="Slices this case belongs to.", examples=[["short", "en"]]
    )
    cluster: Line | None = Field(
        None, description="Cases of one cluster are not independent of each other."
    )


class DatasetModel(BaseModel):
    """Cases from a file: one a row, each value a template over the row's columns."""

    model_config = _CLOSED

    file: str = Field(
        min_length=1,
        description="JSON Lines or CSV, beside the suite.",
        examples=["reviews.jsonl", "data/reviews.csv"],
    )
    id: str | None = Field(
        None, description="Unique in the suite; `row-<n>` when left out.", examples=["{{ id }}"]
    )
    inputs: Any = Field(
        description="What the model is asked.", examples=["{{ text }}", {"file": "{{ path }}"}]
    )
    expect: Any = Field(
        None, description="A right answer, in the task's terms.", examples=["{{ label }}"]
    )
    tags: list[str] = Field(
        [], description="Slices; an empty value gives none.", examples=[["{{ lang }}"]]
    )
    parameters: dict[str, Any] = Field({}, description="Task parameters, on top of the suite's.")
    cluster: str | None = Field(
        None,
        description="Rows of one cluster are not independent of each other.",
        examples=["{{ document }}"],
    )
    limit: int | None = Field(
        None, ge=1, le=100_000_000, description="Read at most this many rows.", examples=[500]
    )


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
    max_calls: int | None = Field(
        None,
        ge=1,
        le=2**53,
        examples=[5000],
        description="Upper bound on calls sent, retries and warm-ups included.",
    )
    max_cost_usd: float | None = Field(
        None,
        gt=0,
        le=1e9,
        allow_inf_nan=False,
        examples=[2.0],
        description="Upper bound on cost, US dollars; enforced only where a price is known.",
    )
    rate: float | None = Field(
        None,
        gt=0,
        le=1e6,
        allow_inf_nan=False,
        examples=[20],
        description="Calls per second per target; no cap when left out.",
    )
    max_body_bytes: int = Field(
        8_388_608, ge=1024, le=2**30, description="Largest decoded answer that is read, bytes."
    )
    transport: Literal["auto", "curl", "requests"] = Field(
        "auto", description="What sends the calls."
    )


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


class SuiteHead(BaseModel):
    """The keys of a suite that have no parts of their own."""

    model_config = _CLOSED

    suite: str = Field(
        pattern=r"^[a-z0-9][a-z0-9-]*$",
        max_length=80,
        description="The suite's name.",
        examples=["sst2-upgrade"],
    )
    task: str = Field(
        description="The name of an installed task.", examples=["text-classification"]
    )
    parameters: dict[str, Any] = Field(
        {}, description="Task parameters for every case.", examples=[{"top_k": 2}]
    )
    require_pins: bool = Field(
        False, description="A target without a revision is an error, not a warning."
    )
    require_proof: Literal["proven", "declared", "observed"] | None = Field(
        None, description="Anything less makes every gate inconclusive."
    )
    allow_stored_latency: bool = Field(
        False, description="Gate latencies against a stored run, which was not interleaved."
    )
