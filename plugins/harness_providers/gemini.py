"""gemini: Google's Gemini API, answers given in the shapes the tasks know."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from harness.api import (
    Batch,
    Call,
    Credential,
    Job,
    Json,
    Provider,
    Request,
    Response,
    canonical,
    hookimpl,
    parse_json,
)
from harness_providers._gemini_answer import read_answer, served_version, stated_usage
from harness_providers._gemini_request import embed_body, generate_body, video_body
from harness_providers._jobs import operation_job
from harness_providers._reading import at, parameters_of
from harness_providers._shares import as_many, shares
from harness_providers._streams import first_content_byte
from harness_providers._traces import traces_of_gemini

BASE_URL = "https://generativelanguage.googleapis.com/v1beta"
KEY = Credential(
    env=("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    header="x-goog-api-key",
    scheme="",
    origins=("generativelanguage.googleapis.com",),
)
TASKS = (
    "chat-completion", "text-generation", "feature-extraction", "text-to-image", "text-to-video",
)  # fmt: skip
_STREAMED = frozenset({"chat-completion", "text-generation"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Keys of a target of this provider."""

    base_url: str = BASE_URL
    """Everything before `/models/{model}`."""
    stream: bool = False
    """Whether text is asked for as a stream; it is read as one answer."""


def request(call: Call) -> Request:
    """Give `POST {base_url}/models/{model}:{method}`; ValueError for a task it does not have."""
    value: Any = call.payload.value
    model = call.target.model
    match call.task:
        case "chat-completion":
            rest = {key: item for key, item in value.items() if key != "messages"}
            return _post(call, _text_method(call), generate_body(value["messages"], rest))
        case "text-generation" | "text-to-image":
            parameters = dict(parameters_of(value))
            if call.task == "text-to-image":
                parameters.setdefault("responseModalities", ["IMAGE"])
            messages = [{"role": "user", "content": value["inputs"]}]
            return _post(call, _text_method(call), generate_body(messages, parameters))
        case "feature-extraction":
            body = embed_body(model, value["inputs"], parameters_of(value))
            return _post(call, "batchEmbedContents", body)
        case "text-to-video":
            body = video_body(value["inputs"], parameters_of(value))
            return _post(call, "predictLongRunning", body)
    raise ValueError(f"gemini answers {', '.join(TASKS)}, not {call.task}")


def _text_method(call: Call) -> str:
    is_asked = call.target.options.get("stream") is True
    is_stream = is_asked and call.task in _STREAMED
    return "streamGenerateContent?alt=sse" if is_stream else "generateContent"


def _post(call: Call, method: str, body: dict[str, Json]) -> Request:
    url = f"{_base_url(call)}/models/{quote(call.target.model, safe='')}:{method}"
    return Request(url=url, headers={"content-type": "application/json"}, body=canonical(body))


def _base_url(call: Call) -> str:
    return str(call.target.options.get("base_url") or BASE_URL).rstrip("/")


def job(call: Call) -> Job | None:
    """Give how a video is waited for."""
    return operation_job(_base_url(call)) if call.task == "text-to-video" else None


def join(calls: Sequence[Call]) -> Request | None:
    """Give one request that embeds every call's text: its `requests` are a list by nature."""
    requests: list[Json] = []
    for call in calls:
        body = parse_json(request(call).body)
        one = at(body, "requests")
        requests += one if isinstance(one, list) and len(one) == 1 else []
    if len(requests) != len(calls):
        return None
    return _post(calls[0], "batchEmbedContents", {"requests": requests})


def split(response: Response, count: int) -> Sequence[Response]:
    """Give each text's embedding; raises ValueError when there are not as many."""
    vectors = as_many(at(parse_json(response.body), "embeddings"), count)
    return shares(response, [{"embeddings": [vector]} for vector in vectors])


def lint(call: Call) -> Iterator[str]:
    """Say which parameters have another name here."""
    for name in ("max_length", "return_full_text", "repetition_penalty"):
        if call.case.parameters.get(name) is not None and call.task in _STREAMED:
            yield f"gemini knows no `{name}`: it refuses the call"


def is_dated_version(revision: str) -> bool:
    """Whether a revision is a dated model version: `gemini-2.0-flash-001`, not a moving name."""
    return revision[-3:].isdigit() and not revision.endswith("latest")


@hookimpl
def harness_providers() -> list[Provider]:
    """Give this provider."""
    return [
        Provider(
            name="gemini",
            request=request,
            output=read_answer,
            served=served_version,
            traces=traces_of_gemini,
            usage=stated_usage,
            credential=KEY,
            options=Options,
            tasks=TASKS,
            is_pin=is_dated_version,
            first_token=first_content_byte,
            job=job,
            batch=Batch(tasks=frozenset({"feature-extraction"}), join=join, split=split),
            lint=lint,
        )
    ]
