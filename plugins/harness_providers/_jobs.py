"""Answers that come later: where each protocol is polled, and where its result is fetched."""

from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from harness.api import Call, Job, Request, Response
from harness_providers._job_states import (
    PREDICTION,
    QUEUE,
    VIDEO,
    WAVE,
    Words,
    done_operation,
    state_of,
)
from harness_providers._reading import is_media, object_of, text_at

_JSON = {"accept": "application/json"}
_ANY = {"accept": "*/*"}
_ASSETS: tuple[tuple[str | int, ...], ...] = (
    ("output",), ("output", 0), ("outputs", "video_url"), ("data", "outputs", 0),
    ("video", "url"), ("images", 0, "url"), ("image", "url"), ("audio", "url"),
    ("data", 0, "url"), ("unsigned_urls", 0),
    ("response", "generateVideoResponse", "generatedSamples", 0, "video", "uri"),
)  # fmt: skip
"""Where results name the file they are: replicate, together, wavespeed, fal and xAI, OpenAI
images, openrouter, Google."""
_SHORTEST_WAIT_S = 0.01


def file_job() -> Job:
    """Give the job of an answer that may name a file instead of holding it: the file is fetched."""
    return Job(
        poll=lambda _call, response: file_request(response),
        status=lambda _response: None,
        fetch=lambda _call, _response: None,
        every_s=_SHORTEST_WAIT_S,
    )


def prediction_job(prefix: str) -> Job:
    """Give a job in replicate's way: `urls.get` is polled until `output` names the result."""
    return Job(
        poll=lambda _call, response: _unless_over(PREDICTION, response, prefix, ("urls", "get")),
        status=state_of(PREDICTION),
        fetch=lambda _call, response: file_request(response),
    )


def wave_job(prefix: str) -> Job:
    """Give a job in wavespeed's way: as replicate's, everything below `data`."""
    where = ("data", "urls", "get")
    return Job(
        poll=lambda _call, response: _unless_over(WAVE, response, prefix, where),
        status=state_of(WAVE),
        fetch=lambda _call, response: file_request(response),
    )


def queue_job(prefix: str, query: str) -> Job:
    """Give a job in fal's way: `response_url` + `/status` is polled, then `response_url` asked.

    What that answers names the file. An answer given at once names it too.
    """

    def poll(_call: Call, response: Response) -> Request | None:
        address = text_at(object_of(response), "response_url")
        if not address:
            return file_request(response)
        return get(_through(prefix, f"{address.rstrip('/')}/status", query))

    def fetch(_call: Call, response: Response) -> Request | None:
        address = text_at(object_of(response), "response_url")
        return get(_through(prefix, address, query)) if address else None

    return Job(
        poll=poll,
        status=state_of(QUEUE),
        fetch=fetch,
        further=lambda _call, response: file_request(response),
    )


def video_job(base_url: str) -> Job:
    """Give a job of the videos API: `{base_url}/videos/{id}` is polled, then `/content` fetched.

    Gateways name the file in the last answer instead, or the address to poll in the first.
    """

    def poll(_call: Call, response: Response) -> Request | None:
        value = object_of(response)
        return get(text_at(value, "polling_url") or f"{base_url}/videos/{_id_of(value)}")

    def fetch(_call: Call, response: Response) -> Request | None:
        value = object_of(response)
        named = file_request(response)
        return named or get(f"{base_url}/videos/{_id_of(value)}/content", _ANY)

    return Job(poll=poll, status=state_of(VIDEO), fetch=fetch, every_s=5.0)


def operation_job(base_url: str) -> Job:
    """Give a job in Google's way: `{base_url}/{name}` is polled until `done`."""

    def poll(_call: Call, response: Response) -> Request | None:
        name = text_at(object_of(response), "name")
        if not name:
            raise ValueError("the answer names no operation")
        return get(f"{base_url}/{quote(name, safe='/')}")

    return Job(
        poll=poll,
        status=done_operation,
        fetch=lambda _call, response: file_request(response),
        every_s=5.0,
    )


def file_request(response: Response) -> Request | None:
    """Give the request for the file an answer names; None where it names none."""
    if is_media(response):
        return None
    address = file_in(object_of(response))
    return get(address, _ANY) if address else None


def file_in(value: Any) -> str:
    """Give the http address of the file a result names, empty where there is none."""
    found = (text_at(value, *path) for path in _ASSETS)
    return next((url for url in found if url.startswith(("https://", "http://"))), "")


def get(url: str, headers: dict[str, str] = _JSON) -> Request:
    """Give a GET request."""
    return Request(method="GET", url=url, headers=headers)


def _unless_over(
    words: Words, response: Response, prefix: str, where: tuple[str, ...]
) -> Request | None:
    """Give the first poll: of the file itself where the submission waited for the result."""
    value = object_of(response)
    if text_at(value, *words.path).lower() in words.done and file_in(value):
        return get(file_in(value), _ANY)
    address = text_at(value, *where)
    if not address:
        raise ValueError(f"the answer names no {'.'.join(where)} to poll")
    return get(_through(prefix, address, ""))


def _through(prefix: str, address: str, query: str) -> str:
    """Give an address of a partner's as it is reached through the router: below `prefix`."""
    parts, through = urlsplit(address), urlsplit(prefix)
    if parts.netloc == through.netloc:
        return urlunsplit((parts.scheme, parts.netloc, parts.path, parts.query or query, ""))
    path = through.path.rstrip("/") + parts.path
    return urlunsplit((through.scheme, through.netloc, path, parts.query or query, ""))


def _id_of(value: Any) -> str:
    found = text_at(value, "id") or text_at(value, "request_id")
    if not found:
        raise ValueError("the answer names no job: it has neither id nor request_id")
    return quote(found, safe="")
