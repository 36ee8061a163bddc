"""Who serves, as servers say when they are asked: `/info`, and the Inference Endpoints API."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from harness.api import Identity, Request, Response, Target, is_commit
from harness_providers._reading import at, object_of, text_at

ENDPOINTS_API = "https://api.endpoints.huggingface.cloud/v2"
_LONGEST = 64
_JSON = {"accept": "application/json"}


def probes(target: Target) -> Iterator[Request]:
    """Give `GET /info`, unless the server is known to have none, and `GET .../endpoint/{name}`."""
    options = target.options
    if options.get("serves") != "hf":
        parts = urlsplit(str(options["url"]))
        info = urlunsplit((parts.scheme, parts.netloc, "/info", "", ""))
        yield Request(method="GET", url=info, headers=_JSON)
    endpoint = str(options.get("endpoint") or "")
    if endpoint:
        api = str(options.get("endpoints_api") or ENDPOINTS_API).rstrip("/")
        yield Request(
            method="GET", url=f"{api}/endpoint/{quote(endpoint, safe='/')}", headers=_JSON
        )


def probed(request: Request, response: Response) -> Identity | None:
    """Give the revision the answer to a probe states.

    Text-generation-inference resolves it on the Hub: proof. Text-embeddings-inference, and any
    server that is neither, repeats the words it was started with. An endpoint that runs serves
    the commit it is set to: proof; one that is updated may still serve another.
    """
    value = object_of(response)
    if "/endpoint/" in urlsplit(request.url).path:
        return _of_endpoint(value)
    revision = text_at(value, "model_sha").strip().lower()
    if not revision:
        return None
    is_resolved = _is_generator(value) and is_commit(revision)
    return Identity(revision=revision[:_LONGEST], source="/info model_sha", is_proof=is_resolved)


def _is_generator(value: dict[str, Any]) -> bool:
    """Whether `/info` is that of text-generation-inference: only there texts have an end."""
    return "max_total_tokens" in value and "model_type" not in value


def _of_endpoint(value: dict[str, Any]) -> Identity | None:
    revision = text_at(value, "model", "revision").strip().lower()
    if not revision:
        return None
    is_running = at(value, "status", "state") == "running"
    return Identity(
        revision=revision[:_LONGEST],
        source="Inference Endpoints API",
        is_proof=is_running and is_commit(revision),
    )
