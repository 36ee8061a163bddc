"""Native routes of text-generation-inference and text-embeddings-inference, by task."""

from collections.abc import Mapping

from harness.api import Call, Json, Request
from harness_providers._addresses import below
from harness_providers._hub_protocol import ask, post
from harness_providers._reading import parameters_of

GENERATOR_ROUTES: Mapping[str, str] = {
    "chat-completion": "/v1/chat/completions",
    "text-generation": "/generate",
}
EMBEDDER_ROUTES: Mapping[str, str] = {
    "feature-extraction": "/embed",
    "sentence-ranking": "/rerank",
    "sentence-similarity": "/similarity",
    "text-classification": "/predict",
}


def ask_generator(call: Call, url: str, *, stream: bool) -> Request:
    """Give the request to text-generation-inference; ValueError for a task it does not have."""
    route = _route(GENERATOR_ROUTES, call, "text-generation-inference")
    request = ask(call, below(url, route), model=call.target.model, stream=stream)
    if route == "/generate" and request.headers["accept"] == "text/event-stream":
        return Request(
            url=below(url, "/generate_stream"), headers=request.headers, body=request.body
        )
    return request


def ask_embedder(call: Call, url: str) -> Request:
    """Give the request to text-embeddings-inference; ValueError for a task it does not have.

    It reads parameters at the root.
    """
    route = _route(EMBEDDER_ROUTES, call, "text-embeddings-inference")
    value = call.payload.value
    if call.task == "sentence-similarity" or not isinstance(value, dict):
        return post(call, below(url, route))
    body: dict[str, Json] = parameters_of(value)
    if "inputs" in value:
        inputs = value["inputs"]
        body["inputs"] = _predicted(inputs) if call.task == "text-classification" else inputs
    return post(call, below(url, route), body)


def _predicted(inputs: Json) -> Json:
    """Give what `/predict` reads: `["a", "b"]` is one pair there, `[["a"], ["b"]]` two texts."""
    match inputs:
        case {"text": str(text), "text_pair": str(pair)}:
            return [text, pair]
        case [str(), *_] as texts:
            return [[text] for text in texts]
    return inputs


def _route(routes: Mapping[str, str], call: Call, server: str) -> str:
    route = routes.get(call.task)
    if route is None:
        known = ", ".join(routes)
        raise ValueError(f"{server} has no native route for {call.task}; it has {known}")
    return route
