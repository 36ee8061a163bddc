"""gemini: Google's generateContent, answers given in the shape of a chat completion."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from harness.api import (
    Call,
    Credential,
    Identity,
    Json,
    Provider,
    Request,
    Response,
    Usage,
    canonical,
    hookimpl,
    parse_json,
)

BASE_URL = "https://generativelanguage.googleapis.com/v1beta"
KEY = Credential(
    env=("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    header="x-goog-api-key",
    scheme="",
    origins=("generativelanguage.googleapis.com",),
)
_GENERATION = {
    "max_tokens": "maxOutputTokens",
    "max_new_tokens": "maxOutputTokens",
    "temperature": "temperature",
    "top_p": "topP",
    "top_k": "topK",
    "seed": "seed",
    "stop": "stopSequences",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Keys of a target of this provider."""

    base_url: str = BASE_URL


def request(call: Call) -> Request:
    """Give `POST {base_url}/models/{model}:generateContent`."""
    base_url = str(call.target.options.get("base_url") or BASE_URL).rstrip("/")
    url = f"{base_url}/models/{quote(call.target.model, safe='')}:generateContent"
    value: Any = call.payload.value
    if call.task == "chat-completion":
        messages = value["messages"]
        parameters = {key: item for key, item in value.items() if key != "messages"}
    elif call.task == "text-generation":
        messages = [{"role": "user", "content": value["inputs"]}]
        parameters = value.get("parameters") or {}
    else:
        raise ValueError(f"gemini answers chat-completion and text-generation, not {call.task}")
    body = _body(messages, parameters)
    return Request(url=url, headers={"content-type": "application/json"}, body=canonical(body))


def _body(messages: list[dict[str, Any]], parameters: dict[str, Any]) -> dict[str, Json]:
    """Give the request in Google's keys; those it shares none of are passed on as they are."""
    contents: list[Json] = []
    system: list[Json] = []
    for message in messages:
        part: Json = {"text": str(message.get("content") or "")}
        if message.get("role") == "system":
            system.append(part)
        else:
            role = "model" if message.get("role") == "assistant" else "user"
            contents.append({"role": role, "parts": [part]})
    generation = {_GENERATION.get(key, key): item for key, item in parameters.items()}
    body: dict[str, Json] = {"contents": contents}
    if system:
        body["systemInstruction"] = {"parts": system}
    if generation:
        body["generationConfig"] = generation
    return body


def read_answer(response: Response) -> Json | bytes:
    """Give the first candidate as a chat completion; ValueError when the prompt was blocked."""
    value: Any = parse_json(response.body)
    if not isinstance(value, dict):
        raise ValueError("the body is not a JSON object")
    if value.get("error"):
        raise ValueError(f"the body of status {response.status} is an error: {value['error']}")
    candidates = value.get("candidates")
    if not isinstance(candidates, list) or not candidates or not isinstance(candidates[0], dict):
        feedback = value.get("promptFeedback") or {}
        reason = feedback.get("blockReason") if isinstance(feedback, dict) else None
        raise ValueError(f"no candidate: {f'blocked for {reason}' if reason else 'none given'}")
    first = candidates[0]
    parts = (first.get("content") or {}).get("parts") or []
    text = "".join(
        p["text"]
        for p in parts
        if isinstance(p, dict) and not p.get("thought") and isinstance(p.get("text"), str)
    )
    reason = str(first.get("finishReason") or "STOP")
    finish = {"STOP": "stop", "MAX_TOKENS": "length", "SAFETY": "content_filter"}
    choice: Json = {
        "index": 0,
        "message": {"role": "assistant", "content": text},
        "finish_reason": finish.get(reason, reason.lower()),
    }
    return {"object": "chat.completion", "choices": [choice], "generated_text": text}


def served_version(response: Response) -> Identity | None:
    """Give `modelVersion`: a name the server states, no proof."""
    value = _object(response)
    version = value.get("modelVersion")
    if not isinstance(version, str) or not version:
        return None
    return Identity(revision=version, source="modelVersion", is_proof=False)


def stated_usage(response: Response) -> Usage:
    """Give the tokens of `usageMetadata`."""
    usage = _object(response).get("usageMetadata")
    given = usage if isinstance(usage, dict) else {}
    return Usage(
        input_tokens=_count(given.get("promptTokenCount")),
        output_tokens=_count(given.get("candidatesTokenCount")),
    )


def _object(response: Response) -> dict[str, Any]:
    try:
        value = parse_json(response.body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _count(given: Any) -> int | None:
    return given if isinstance(given, int) and not isinstance(given, bool) and given >= 0 else None


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
            usage=stated_usage,
            credential=KEY,
            options=Options,
            tasks=("chat-completion", "text-generation"),
            is_pin=is_dated_version,
        )
    ]
