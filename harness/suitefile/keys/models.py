"""The keys of a suite file: their types, ranges, defaults and meaning."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from harness.data.conditions import ConditionItem, Policy
from harness.data.suite import Treatment, Unfinished
from harness.suitefile.keys.limit import LIMIT

# Built when first held against something: most suites need few of them.
_CLOSED = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)
_OPEN = ConfigDict(strict=True, extra="allow", frozen=True, defer_build=True)
_LINE = r"^[^\x00-\x1f\x7f-\x9f]+$"

Line = Annotated[str, Field(min_length=1, max_length=200, pattern=_LINE)]
"""Text on one line that names something."""
Tag = Annotated[str, Field(min_length=1, max_length=80, pattern=_LINE)]


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
        description="What the model is asked, literally; `{file: cat.png}` for tasks on files, "
        "with what else they ask beside it.",
        examples=[
            "I love the new features",
            {"file": "images/cat.png"},
            {"file": "images/cat.png", "question": "What is this?"},
        ],
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
    limit: Annotated[int | None, LIMIT] = Field(
        None, ge=1, le=100_000_000, description="Read at most this many rows.", examples=[500]
    )


class LicencePolicy(BaseModel):
    """Which licences a suite's models may have."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)

    allow: list[Line] = Field(
        min_length=1,
        description="Licences as the Hub names them; a model with another one is refused.",
        examples=[["apache-2.0", "mit"]],
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
    licenses: LicencePolicy | None = Field(
        None, description="Licences the models may have: `revgate lock` refuses any other."
    )
    allow_routing: bool = Field(
        False, description="Let a router pick the backend of a target that gates are decided on."
    )
    allow_stored_latency: bool = Field(
        False, description="Gate latencies against a stored run, which was not interleaved."
    )
    unfinished: dict[Unfinished, Treatment] = Field(
        {},
        description="What an answer that the wire says was cut off at its length, or refused, "
        "counts as: a missing answer, or one to judge as it came.",
        examples=[{"truncated": "judge"}],
    )
    comparability: dict[ConditionItem, Policy] = Field(
        {},
        description="What it does that the sides are not alike in something: `block` makes the "
        "comparison invalid, `warn` tells it, `allow` takes it as meant.",
        examples=[{"prompts": "warn"}],
    )
