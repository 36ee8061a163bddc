"""The keys of a target and of its price: their types, ranges, defaults and meaning."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from harness.suitefile.keys.models import Line

STORED = "stored"
"""The provider that may be named beside `run`."""


def _day(text: str) -> str:
    try:
        is_day = date.fromisoformat(text).isoformat() == text
    except ValueError:
        is_day = False
    if not is_day:
        raise PydanticCustomError("day", 'not a day: write it as "2026-11-21"')
    return text


Day = Annotated[
    str, AfterValidator(_day), Field(max_length=20, json_schema_extra={"format": "date"})
]
"""A day of the calendar, `2026-11-21`."""
Dollars = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]


class TargetModel(BaseModel):
    """One side of the comparison. Keys beside these belong to its provider (`url`, ...)."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True, defer_build=True)

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
    urls: list[Line] | None = Field(
        None,
        min_length=2,
        max_length=64,
        description="Several addresses of the same model, instead of the provider's one.",
        examples=[["https://a.example", "https://b.example"]],
    )
    balance: Literal["failover", "round_robin", "least_busy"] | None = Field(
        None,
        description="How calls are spread over `urls`: to the first that is well (the default), "
        "in turn, or evenly.",
    )
    price: dict[str, Any] | None = Field(
        None, description="What the provider charges, or `{file: prices.yaml}` beside the suite."
    )
    proxy: Line | None = Field(
        None,
        description="The proxy calls go through; those of the environment are not used. A token "
        "goes along only to origins trusted with `--trust`.",
        examples=["http://proxy.example:3128"],
    )
    ca_file: Line | None = Field(
        None,
        description="Certificates (PEM) beside the suite that the server is trusted by, in place "
        "of the system's. A token goes along only to origins trusted with `--trust`.",
        examples=["company-ca.pem"],
    )
    run: Line | None = Field(
        None,
        description="A stored target: the run folder its answers are taken from, and the target "
        "in it after `#`; `last-pass` is the candidate of the suite's newest run that passed. "
        "No key but `provider: stored` stands beside it.",
        examples=["runs/20261121T090000Z-sst2-upgrade-0a1b2c3d#candidate"],
    )


class PriceModel(BaseModel):
    """What a provider charges, US dollars."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)

    per_call: Dollars = Field(0.0, description="For every call.")
    per_million_input_tokens: Dollars = Field(0.0, description="For what is asked.", examples=[0.5])
    per_million_output_tokens: Dollars = Field(
        0.0, description="For what is answered.", examples=[1.5]
    )
    per_million_characters: Dollars = Field(0.0, description="For what is asked, by its length.")
    per_image: Dollars = Field(0.0, description="For every image made.")
    per_second: Dollars = Field(0.0, description="For a second of audio, video or compute.")
    as_of: Day | None = Field(
        None, description="The day the price was looked up.", examples=["2026-11-21"]
    )


class PriceFileUse(BaseModel):
    """Where prices are written down."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)

    file: str = Field(
        min_length=1, description="A dated price file beside the suite.", examples=["prices.yaml"]
    )


class PriceFileModel(BaseModel):
    """A dated price file: prices by `provider/model`, or by `model`."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)

    as_of: Day = Field(description="The day the prices were looked up.")
    models: dict[str, Any] = Field(description="Prices by `provider/model`, or by `model`.")


class StoredModel(BaseModel):
    """A target whose answers are those of an earlier run."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)

    run: Line
    provider: Literal["stored"] | None = None
