"""hf-endpoint: one url that speaks the Hugging Face inference protocol for one model."""

from dataclasses import dataclass
from typing import Literal

from harness.api import Call, Provider, Request, hookimpl, replace
from harness_providers._hub_batch import hub_batch
from harness_providers._hub_protocol import (
    TOKEN,
    ask,
    read_answer,
    served_commit,
    stated_usage,
)
from harness_providers._info import ENDPOINTS_API, probed, probes
from harness_providers._lint import lint_endpoint
from harness_providers._native import ask_embedder, ask_generator
from harness_providers._streams import first_content_byte
from harness_providers._traces import traces_of_chat


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Keys of a target of this provider."""

    url: str
    """Where the endpoint answers; used as it is, unless `serves` names routes below it."""
    serves: Literal["auto", "hf", "tgi", "tei"] = "auto"
    """What runs there: `tgi` and `tei` are asked by their native routes, `hf` (the inference
    toolkit) has no `/info`."""
    stream: bool = False
    """Whether chat and text generation are asked for as a stream; it is read as one answer."""
    scale_up_timeout_s: int | None = None
    """How long an endpoint that was scaled to zero may take to start before it answers 503."""
    endpoint: str = ""
    """`namespace/name` in the Inference Endpoints API, which then says which commit is served."""
    endpoints_api: str = ENDPOINTS_API


def request(call: Call) -> Request:
    """Give `POST {url}`, or to the native route of the task below it."""
    options = call.target.options
    url, stream = str(options["url"]), options.get("stream") is True
    match options.get("serves"):
        case "tgi":
            built = ask_generator(call, url, stream=stream)
        case "tei":
            built = ask_embedder(call, url)
        case _:
            built = ask(call, url, stream=stream)
    wait_s = options.get("scale_up_timeout_s")
    if wait_s is None:
        return built
    return replace(built, headers={**built.headers, "x-scale-up-timeout": str(wait_s)})


@hookimpl
def harness_providers() -> list[Provider]:
    """Give this provider."""
    return [
        Provider(
            name="hf-endpoint",
            request=request,
            output=read_answer,
            served=served_commit,
            traces=traces_of_chat,
            usage=stated_usage,
            credential=TOKEN,
            options=Options,
            first_token=first_content_byte,
            batch=hub_batch(request),
            probes=probes,
            probed=probed,
            lint=lint_endpoint,
        )
    ]
