"""What real clients really sent: our providers ask the same of the same meaning."""

import json
import os
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from harness.api import Call, Case, Json, Media, Request, Target, canonical
from harness.registry import load_registry

BESIDE = Path(__file__).resolve().parents[2].parent / "shared/tapes/tapes.jsonl"
TAPES = Path(os.environ.get("REVGATE_TAPES", BESIDE))
needs_tapes = pytest.mark.skipif(not TAPES.exists(), reason=f"no recordings at {TAPES}")
REGISTRY = load_registry()
BY_NAME, PROVIDERS = REGISTRY.tasks, REGISTRY.providers
PARTNERS = ("fal-ai", "hyperbolic", "nebius", "nscale", "replicate", "together")
ROUTER = "https://router.huggingface.co"

OPENAI_ROUTES = {
    "/chat/completions": "chat-completion",
    "/completions": "text-generation",
    "/embeddings": "feature-extraction",
    "/images/generations": "text-to-image",
    "/audio/speech": "text-to-speech",
    "/videos/generations": "text-to-video",
}
GEMINI_METHODS = {
    "generateContent": "chat-completion",
    "streamGenerateContent": "chat-completion",
    "batchEmbedContents": "feature-extraction",
    "predictLongRunning": "text-to-video",
}
REPEATED = "the address names the model; old clients named it, or `tgi`, in the body too"
"""The address is enough: the body differs in nothing else."""


def reason(row: dict[str, Any], keys: set[str]) -> str:
    """Say why a question is not asked as it was recorded; empty where nothing excuses it."""
    body, task = row["request_body"], row["task"]
    if keys <= {"model", "model_name", "provider"} and keys:
        if row["status"] >= 400 and row["status"] != 401:
            return "sent without a model, or with keys nobody reads, to see the error"
        return REPEATED if body.get("model") else "a deployment names the model, the body none"
    if keys == {"options"} and body.get("options"):
        return "`options` of the retired API"
    if "image" in body and keys <= {"image", "inputs", "question"}:
        return "image and question at the root, where only the first servers looked"
    if row["provider"] == "fal-ai" and keys == {"address"}:
        return "videos go through the queue: they outlast a request that waits"
    if keys == {"address"} and row["url"].endswith(":streamGenerateContent"):
        return "a stream that is a JSON list: ours asks for events, `alt=sse`"
    if task in FILES and not body.get("parameters") and keys == {"media"}:
        return "a file without parameters travels as itself, not in base64"
    if isinstance(body.get("messages"), str):
        return "messages that are one text: no server was seen to take them"
    if keys <= {"inputs", "query", "table"} and "query" in body:
        return "query and table at the root beside inputs: null, as one client had it"
    if keys == {"not built"} and row["status"] >= 400:
        return "sent without what the task is about, to see the error"
    return ""


FILES = {name for name, task in REGISTRY.tasks.items() if task.wants == "file"}


def rows() -> Iterator[dict[str, Any]]:
    """Give every recorded question in JSON that was posted."""
    with TAPES.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            is_post = row["method"].upper() == "POST" and row["request_body_kind"] == "json"
            if is_post and isinstance(row["request_body"], dict):
                yield row


def meant(row: dict[str, Any]) -> tuple[str, str, Target, Case] | None:
    """Give (task, provider, target, case) a recorded question stands for; None: nothing of ours."""
    url, body = urlsplit(row["url"]), row["request_body"]
    if row["provider"] in {"gemini", "vertex"} and ":" in url.path.rpartition("/")[2]:
        return of_gemini(row)
    if row["provider"] in {"hf-inference", "hf-endpoint"}:
        return of_hub(row)
    if row["provider"] in PARTNERS and row["task"] in {"text-to-image", "text-to-video",
                                                       "text-to-speech",
                                                       "automatic-speech-recognition"}:  # fmt: skip
        return of_partner(row)
    route = next((r for r in OPENAI_ROUTES if url.path.endswith(r)), None)
    if route is None:
        return None
    query = f"?{url.query}" if url.query else ""
    base_url = f"{url.scheme}://{url.netloc}{url.path.removesuffix(route)}{query}"
    return of_openai(row["id"], OPENAI_ROUTES[route], base_url, body)


def of_openai(
    identifier: str, task: str, base_url: str, body: dict[str, Any]
) -> tuple[str, str, Target, Case]:
    own = {key: value for key, value in body.items() if value is not None}
    model = own.pop("model", "")
    options: dict[str, Json] = {"base_url": base_url}
    if task == "text-to-video":
        options["video_route"] = "/videos/generations"
    target = Target(name="t", provider="openai", model=model, options=options)
    if task == "chat-completion":
        messages = own.pop("messages", None)
        case = Case(id=identifier, inputs={"messages": messages}, parameters=own)
    else:
        inputs = own.pop("prompt", own.pop("input", None))
        case = Case(id=identifier, inputs=inputs, parameters=own)
    return task, "openai", target, case


def of_gemini(row: dict[str, Any]) -> tuple[str, str, Target, Case] | None:
    url, body = urlsplit(row["url"]), row["request_body"]
    base, _, last = url.path.rpartition("/models/")
    model, _, method = last.rpartition(":")
    task = GEMINI_METHODS.get(method)
    if task is None:
        return None
    options: dict[str, Json] = {"base_url": f"{url.scheme}://{url.netloc}{base}"}
    options["stream"] = method == "streamGenerateContent"
    target = Target(name="t", provider="gemini", model=unquote(model), options=options)
    if task == "feature-extraction":
        first = body["requests"][0]
        own = {k: v for k, v in first.items() if k not in {"model", "content"}}
        texts = [one["content"]["parts"][0]["text"] for one in body["requests"]]
        inputs: Json = texts if len(texts) > 1 else texts[0]
        return task, "gemini", target, Case(id=row["id"], inputs=inputs, parameters=own)
    if task == "text-to-video":
        prompt = body["instances"][0]["prompt"]
        parameters = body.get("parameters", {})
        return task, "gemini", target, Case(id=row["id"], inputs=prompt, parameters=parameters)
    messages = [{"role": turn["role"], "content": turn["parts"]} for turn in body["contents"]]
    rest = {key: value for key, value in body.items() if key != "contents"}
    case = Case(id=row["id"], inputs={"messages": messages}, parameters=rest)
    return task, "gemini", target, case


def text_case(row: dict[str, Any]) -> Case:
    """Give the case of a question in JSON."""
    own = {key: value for key, value in row["request_body"].items() if value is not None}
    for name in ("model", "options"):
        own.pop(name, None)
    parameters = own.pop("parameters", {})
    if row["task"] == "chat-completion":
        messages = own.pop("messages", None)
        return Case(id=row["id"], inputs={"messages": messages}, parameters={**own, **parameters})
    inputs = own.pop("inputs", None)
    if row["task"] == "table-question-answering" and inputs is None:
        inputs = {"query": own.pop("query", None), "table": own.pop("table", None)}
    return Case(id=row["id"], inputs=inputs, parameters={**own, **parameters})


def of_hub(row: dict[str, Any]) -> tuple[str, str, Target, Case] | None:
    if row["task"] not in BY_NAME:
        return None
    url, task = urlsplit(row["url"]), row["task"]
    case = file_case(row) if task in FILES else text_case(row)
    if task == "text-generation" and "stream" in row["request_body"]:
        given = {**case.parameters, "stream": row["request_body"]["stream"]}
        case = Case(id=row["id"], inputs=case.inputs, parameters=given)
    if row["provider"] == "hf-endpoint":
        options: dict[str, Json] = {"url": row["url"]}
        return task, "hf-endpoint", Target(
            name="t", provider="hf-endpoint", model="m", options=options
        ), case  # fmt: skip
    path, options = url.path, {"pipeline_route": "never"}
    if f"/pipeline/{task}/" in path:
        base, _, model = path.partition(f"/pipeline/{task}/")
        options["pipeline_route"] = "before"
    else:
        base, _, model = path.partition("/models/")
        if model.endswith(f"/pipeline/{task}"):
            model = model.removesuffix(f"/pipeline/{task}")
            options["pipeline_route"] = "after"
        model = model.removesuffix("/v1/chat/completions")
    options["base_url"] = f"{url.scheme}://{url.netloc}{base}"
    named = row["request_body"].get("model") if task == "chat-completion" else None
    if named is not None:
        parameters = {k: v for k, v in row["request_body"].items() if k != "messages"}
        parameters = {k: v for k, v in parameters.items() if v is not None and k != "model"}
        case = Case(id=row["id"], inputs=case.inputs, parameters=parameters)
    target = Target(name="t", provider="hf-inference", model=unquote(model), options=options)
    return task, "hf-inference", target, case


def file_case(row: dict[str, Any], media_type: str = "image/png") -> Case:
    """Give the case of a question with a file in base64; recorders kept the beginning of it."""
    body = row["request_body"]
    given = body.get("inputs", body)
    told = given if isinstance(given, dict) else {}
    text = told.get("image") if told else given
    media = media_of(text, media_type) if isinstance(text, str) else None
    beside: Json = {key: told[key] for key in ("question",) if key in told} or None
    return Case(id=row["id"], media=media, inputs=beside, parameters=body.get("parameters") or {})


def media_of(text: str, media_type: str) -> Media:
    body = b64decode(text)
    return Media(
        path="a.bin", sha256="0" * 64, body_bytes=len(body), media_type=media_type, body=body
    )


def of_partner(row: dict[str, Any]) -> tuple[str, str, Target, Case] | None:
    """Give what is asked of a partner; its own hosts have the same routes as the router."""
    body, task, partner = dict(row["request_body"]), row["task"], row["provider"]
    url = urlsplit(row["url"])
    path = (
        url.path.removeprefix(f"/{partner}") if url.netloc == urlsplit(ROUTER).netloc else url.path
    )
    own = {key: value for key, value in body.items() if value is not None}
    if partner == "fal-ai":
        model = path.strip("/")
        own.pop("model", None)
    elif partner == "replicate":
        named = path.removeprefix("/v1/models/").removesuffix("/predictions")
        version = own.get("version")
        model = f"owner/name:{version}" if version else named
        own = dict(own.get("input") or {})
    else:
        model = own.pop("model_name", own.pop("model", ""))
    if "audio_url" in own:
        head, _, data = own["audio_url"].partition(";base64,")
        media = media_of(data, head.removeprefix("data:"))
        target = Target(
            name="t",
            provider="hf-router",
            model=f"m:{partner}",
            options={"provider_model": model},
        )
        return task, "hf-router", target, Case(id=row["id"], media=media)
    inputs = own.pop("prompt", own.pop("text", None))
    options: dict[str, Json] = {"provider_model": model}
    target = Target(name="t", provider="hf-router", model=f"m:{partner}", options=options)
    return task, "hf-router", target, Case(id=row["id"], inputs=inputs, parameters=own)


def asked(task: str, provider: str, target: Target, case: Case) -> Request:
    """Give the request our task and provider make of a case."""
    payload = BY_NAME[task].build(case)
    return PROVIDERS[provider].request(Call(case=case, target=target, payload=payload, task=task))


def address_of(row: dict[str, Any]) -> str:
    """Give the recorded address; a partner's own host stands for its prefix at the router."""
    url = urlsplit(row["url"])
    if row["provider"] in PARTNERS and row["task"] in {
        "text-to-image", "text-to-video", "text-to-speech", "automatic-speech-recognition",
    } and url.netloc != urlsplit(ROUTER).netloc:  # fmt: skip
        return f"{ROUTER}/{row['provider']}{url.path}"
    return str(row["url"])


def plain(value: Any) -> Any:
    """Give JSON without nulls and without what says nothing when it is empty."""
    if isinstance(value, dict):
        kept = {key: plain(item) for key, item in value.items() if item is not None}
        silent = ("parameters", "options", "generationConfig")
        return {k: v for k, v in kept.items() if not (k in silent and v == {})}
    return [plain(item) for item in value] if isinstance(value, list) else value


def differences(row: dict[str, Any], request: Request) -> set[str]:
    """Give in which parts a request is not the one recorded: address, method, keys of the body."""
    if request.method != "POST":
        return {"method"}
    if unquote(request.url) != unquote(address_of(row)):
        return {"address"}
    if not request.headers["content-type"].startswith("application/json"):
        return {"media"}
    ours, theirs = plain(json.loads(request.body)), plain(row["request_body"])
    if canonical(ours) == canonical(theirs):
        return set()
    return {key for key in {*ours, *theirs} if ours.get(key) != theirs.get(key)}


@needs_tapes
def test_method_path_and_json_are_those_recorded_but_for_those_listed() -> None:
    seen: Counter[tuple[str, str]] = Counter()
    strange: Counter[str] = Counter()
    exceptions: dict[str, str] = {}
    unexplained: list[str] = []
    for row in rows():
        meaning = meant(row)
        if meaning is None:
            strange[f"{row['provider']} {row['task']}"] += 1
            continue
        try:
            keys = differences(row, asked(*meaning))
        except ValueError as error:
            keys = {"not built"}
            print(f"     {row['id']}: {error}")
        if not keys:
            seen[meaning[0], meaning[1]] += 1
            continue
        why = reason(row, keys)
        what = f"{meaning[1]} {meaning[0]}: {', '.join(sorted(keys))}"
        exceptions[row["id"]] = f"{what}: {why}"
        if not why:
            unexplained.append(f"{row['id']} {what}")
    for (task, provider), count in sorted(seen.items()):
        print(f"{count:4} {task} at {provider}")
    print(f"{seen.total():4} questions asked as they were; exceptions:")
    for identifier, problem in exceptions.items():
        print(f"     {identifier}: {problem}")
    print("nothing of ours:", dict(strange))
    assert not unexplained
    assert seen.total() > 4 * len(exceptions)
