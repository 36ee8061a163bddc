"""What an answer carries that tells it from others, and names no revision."""

from collections.abc import Iterator
from typing import Any

from harness.api import Response, is_commit
from harness_providers._events import json_events
from harness_providers._reading import is_media, object_of, text_at
from harness_providers._streams import is_stream

_HEADERS = ("x-inference-provider", "x-router-model", "x-litellm-model-id")
_NAMING = frozenset(_HEADERS)
_AT_THE_ROOT = ("system_fingerprint", "provider")
_COMMIT_DIGITS = 40
_IN_USAGE = ("trafficType", "serviceTier")
_AS_WRITTEN = {name: f'"{name}"'.encode() for name in _AT_THE_ROOT + _IN_USAGE}


def traces_of_chat(response: Response) -> dict[str, str]:
    """Give the partner and the deployment a router names, and the build a server names.

    Of a stream the first event that says it counts: servers leave it empty in others.
    """
    return {**_in_headers(response), **_in_body(response, _AT_THE_ROOT)}


def traces_of_gemini(response: Response) -> dict[str, str]:
    """Give which kind of capacity Google says it answered from."""
    return {**_in_headers(response), **_in_body(response, _IN_USAGE, "usageMetadata")}


def _in_headers(response: Response) -> dict[str, str]:
    if _NAMING.isdisjoint(response.headers):
        return {}
    found = {name: response.headers.get(name, "").strip() for name in _HEADERS}
    return {name: value for name, value in found.items() if value and not _is_revision(value)}


def _is_revision(value: str) -> bool:
    """Whether an operator named a deployment by its commit: that is who served, and no trace."""
    return len(value) == _COMMIT_DIGITS and is_commit(value.lower())


def _in_body(response: Response, names: tuple[str, ...], *path: str) -> dict[str, str]:
    wanted = [name for name in names if _AS_WRITTEN[name] in response.body]
    found: dict[str, str] = {}
    if not wanted or is_media(response):
        return found
    try:
        for value in _objects(response):
            for name in wanted:
                text = text_at(value, *path, name).strip()
                if text:
                    found.setdefault(name, text)
            if len(found) == len(wanted):
                break
    except ValueError:
        pass  # a stream that breaks off has said before who sends it
    return found


def _objects(response: Response) -> Iterator[Any]:
    if not is_stream(response):
        yield object_of(response)
        return
    for value, _ in json_events(response.body):
        yield value
