"""Keys of a run that may be written in more than one form."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

_NUMBER, _MAPPING, _SWITCH = "as a number", "as a mapping", "as a switch"
FORMS = frozenset({_NUMBER, _MAPPING, _SWITCH})
"""What pydantic puts into the places of its errors, beside the keys that are written."""

_PerSecond = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]


class RateModel(BaseModel):
    """How much a target is asked at most."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)

    calls_per_s: _PerSecond | None = Field(
        None, examples=[5], description="Calls per second per target; no cap when left out."
    )
    tokens_per_minute: float | None = Field(
        None,
        gt=0,
        le=1e12,
        allow_inf_nan=False,
        examples=[40000],
        description="Tokens asked and answered a minute per target; no cap when left out.",
    )

    @model_validator(mode="after")
    def _caps_something(self) -> Self:
        if self.calls_per_s is None and self.tokens_per_minute is None:
            message = "rate needs calls_per_s, tokens_per_minute, or both"
            raise PydanticCustomError("empty_rate", message)
        return self


def _form_of_rate(value: object) -> str:
    return _MAPPING if isinstance(value, dict | RateModel) else _NUMBER


Rate = Annotated[
    Annotated[_PerSecond, Tag(_NUMBER)] | Annotated[RateModel, Tag(_MAPPING)],
    Discriminator(_form_of_rate),
]
"""`20`, or `{calls_per_s: 5, tokens_per_minute: 40000}`."""


def _form_of_count(value: object) -> str:
    return _SWITCH if isinstance(value, bool) else _NUMBER


FailFast = Annotated[
    Annotated[bool, Tag(_SWITCH)] | Annotated[int, Field(ge=1, le=2**53), Tag(_NUMBER)],
    Discriminator(_form_of_count),
]
"""`true`, or how many."""
