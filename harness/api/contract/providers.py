"""What a provider must hold to."""

import math
import re
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any
from urllib.parse import urlsplit

from harness.api.contract.claims import claim, claim_name, claim_type, run, tried
from harness.api.contract.junk import junk_responses
from harness.api.kinds import Provider
from harness.data.call import Call, Payload, Request
from harness.data.exchange import Identity
from harness.data.record import Usage
from harness.data.suite import Case, Media, Target
from harness.jsonvalue import Json

_SECRET_HEADERS = {
    "authorization", "proxy-authorization", "cookie", "api-key", "x-api-key", "x-goog-api-key",
}  # fmt: skip
_SECRET = re.compile(
    r"^(bearer|basic|key|token) |\b(hf_|sk-|gh[pousr]_|AIza|eyJ)\w{8}", re.IGNORECASE
)


_MEDIA = Media(path="a.png", sha256="0" * 64, body_bytes=4, media_type="image/png", body=b"\x89PNG")
_QUESTION = Payload(
    value={
        "inputs": "a",
        "messages": [{"role": "user", "content": "a"}],
        "parameters": {"top_k": 2},
    }
)


def check_provider(provider: Provider, options: Mapping[str, Json] | None = None) -> None:
    """Requests are pure, go to http(s) and hold no secret; junk responses raise only ValueError.

    `options` are the keys of a sample target; by default every required one is taken for a URL.
    """
    claim_name(provider.name)
    claim(is_dataclass(provider.options), "options must be a dataclass")
    for branch in ("", "main", "latest", "v1"):
        taken = run(f"is_pin({branch!r})", provider.is_pin, branch)
        claim(not taken, f"is_pin takes {branch!r} for an immutable revision")
    if options is None:
        keys: tuple[Any, ...] = fields(provider.options)
        required = [k.name for k in keys if k.default is MISSING and k.default_factory is MISSING]
        options = dict.fromkeys(required, "https://models.example/one")
    pin = "0123456789" * 4
    target = Target(
        name="baseline",
        provider=provider.name,
        model="acme/sample",
        revision=pin if provider.is_pin(pin) else None,
        options=options,
    )
    case = Case(id="a", inputs="a", media=_MEDIA)
    for task in provider.tasks or ("text-classification",):
        for payload in (_QUESTION, Payload(media=_MEDIA.body, media_type=_MEDIA.media_type)):
            if payload.media is not None and provider.tasks:
                continue  # it builds its own body for each of its tasks
            _check_request(provider, Call(case=case, target=target, payload=payload, task=task))
    for response in junk_responses():
        what = f"of status {response.status} with body {response.body!r:.40}"
        tried(ValueError, f"output {what}", provider.output, response)
        who = tried(ValueError, f"served {what}", provider.served, response)
        claim_type(f"served {what}", who, Identity | None)
        seen = run(f"traces {what}", provider.traces, response)
        claim_type(f"traces {what}", seen, Mapping)
        is_text = all(isinstance(word, str) for pair in seen.items() for word in pair)
        claim(is_text, f"traces {what}: {seen!r:.80} is not text by name")
        used = tried(ValueError, f"usage {what}", provider.usage, response)
        if used is not None:
            claim_type(f"usage {what}", used, Usage)
            for name in used.__struct_fields__:
                amount = getattr(used, name)
                is_amount = amount is None or (math.isfinite(amount) and amount >= 0)
                claim(is_amount, f"usage {what}: {name} is {amount}, not an amount")


def _check_request(provider: Provider, call: Call) -> None:
    before = repr(call)
    request = run("request(call)", provider.request, call)
    claim_type("request(call)", request, Request)
    again = run("request(call)", provider.request, call)
    claim(request == again and repr(call) == before, "request must be pure")
    parts = urlsplit(request.url)
    is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    claim(is_web, f"the url must be http or https, not {request.url!r}")
    claim("@" not in parts.netloc, "the url holds a user or a password")
    claim_type("request(call).body", request.body, bytes)
    own = {provider.credential.header.lower()} if provider.credential else set()
    for name, value in request.headers.items():
        is_secret = name.lower() in own | _SECRET_HEADERS or _SECRET.search(value) is not None
        claim(not is_secret, f"header {name!r} looks like a secret: declare a `credential`")
