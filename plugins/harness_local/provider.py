"""transformers: a model on this machine, in a process of its own that speaks HTTP on loopback."""

import math
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urlencode

from harness.api import (
    Call,
    Identity,
    Json,
    Provider,
    Request,
    Response,
    Target,
    Usage,
    hookimpl,
    is_commit,
    parse_json,
)
from harness_local.coverage import SUPPORTED, refusal_of
from harness_local.starting import start

ORIGIN = "http://transformers.localhost"
"""Stands for wherever a target's process listens, so that recordings fit the next run too."""

SHA1_DIGITS = 40
_DEFINING = ("dtype", "device")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Keys of a target of this provider."""

    device: str = "cpu"
    """Where torch computes: `cpu`, `cuda:0`, `mps`."""
    dtype: Literal["float32", "bfloat16", "float16"] = "float32"
    """The type weights are held and computed in."""
    threads: int = 1
    """Processor threads of the process."""
    trust_remote_code: bool = False
    """Runs code of the model's repository; REVGATE_TRUST_REMOTE_CODE must say so as well."""
    start_timeout_s: float = 600.0
    """How long loading may take."""


def request(call: Call) -> Request:
    """Give `POST /models/{model}@{revision}`, what else tells two targets apart in the query."""
    refusal = refusal_of(call.task)
    if refusal:
        raise ValueError(refusal)
    target = call.target
    pin = f"@{target.revision}" if target.revision else ""
    given = {key: str(target.options[key]) for key in _DEFINING if target.options.get(key)}
    defaults = {"dtype": Options().dtype, "device": Options().device}
    unlike = {key: value for key, value in given.items() if value != defaults[key]}
    query = f"?{urlencode(unlike)}" if unlike else ""
    return Request(
        url=f"{ORIGIN}/models/{quote(target.model, safe='/')}{pin}{query}",
        headers={"content-type": call.payload.media_type},
        body=call.payload.encoded(),
    )


def read_answer(response: Response) -> Json | bytes:
    """Give the JSON of an answer, or the bytes of a file; ValueError when it is neither."""
    kind = response.headers.get("content-type", "")
    return response.body if kind.startswith(("audio/", "image/")) else parse_json(response.body)


def served_commit(response: Response) -> Identity | None:
    """Give the commit the process read off the model it holds."""
    commit = response.headers.get("x-sha", "")
    return Identity(revision=commit[:64], source="x-sha") if is_commit(commit) else None


def stated_usage(response: Response) -> Usage:
    """Give the seconds the model computed: without the wait for calls before it."""
    try:
        compute_s = float(response.headers["x-compute-time"])
    except (KeyError, ValueError):
        return Usage()
    return Usage(compute_s=compute_s if 0 <= compute_s < math.inf else None)


def info_request(_target: Target) -> tuple[Request, ...]:
    """Give `GET /info`: what is loaded, in which versions."""
    return (Request(url=f"{ORIGIN}/info", method="GET"),)


def stated_info(_request: Request, response: Response) -> Identity | None:
    """Give the `model_sha` of `GET /info`."""
    try:
        value = parse_json(response.body)
    except ValueError:
        return None
    commit = value.get("model_sha") if isinstance(value, dict) else None
    if not isinstance(commit, str) or not is_commit(commit):
        return None
    return Identity(revision=commit, source="GET /info model_sha")


def is_hub_commit(revision: str) -> bool:
    """Whether a revision is a commit of the Hub: 40 lower-case hex digits."""
    return len(revision) == SHA1_DIGITS and is_commit(revision)


@hookimpl
def harness_providers() -> list[Provider]:
    """Give this provider."""
    return [
        Provider(
            name="transformers",
            request=request,
            output=read_answer,
            served=served_commit,
            usage=stated_usage,
            options=Options,
            is_pin=is_hub_commit,
            tasks=SUPPORTED,
            probes=info_request,
            probed=stated_info,
            start=start,
        )
    ]
