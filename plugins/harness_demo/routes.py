"""Answers one request of the hf-inference protocol, without a socket in sight."""

import hmac
import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from harness_demo.served import InputError, Reply, RequestInfo, Served

MAX_BODY_BYTES = 1_000_000
"""Larger requests get 413."""


def routes_of(served: Sequence[Served]) -> dict[str, Served]:
    """Give path -> who answers there: one endpoint a revision, serverless and old host the head.

    The head of a model is the last of its revisions. Raises ValueError when two share a revision.
    """
    table: dict[str, Served] = {}
    for one in served:
        endpoint = f"/endpoints/{one.revision}"
        if endpoint in table:
            raise ValueError(f"revision {one.revision} is served twice")
        table[endpoint] = one
        table[f"/hf-inference/models/{one.model}"] = one
        table[f"/models/{one.model}"] = one
    return table


def failure(status: int, error: str | list[str], headers: Mapping[str, str] | None = None) -> Reply:
    """Give an error in the body shape of the hosted service: `{"error": ...}`."""
    return Reply(status=status, headers=headers or {}, body=_encoded({"error": error}))


def answer(
    request: RequestInfo,
    *,
    served: Sequence[Served],
    token: str | None,
    service: Callable[[RequestInfo], None],
) -> Reply:
    """Give the reply; `service` is called once a model is at work and may take its time."""
    if request.path.rstrip("/") == "/health":
        return _health(request, served)
    if token is not None and not _may_enter(request, token):
        challenge = {"www-authenticate": 'Bearer realm="Authentication required"'}
        return failure(401, "Invalid credentials in Authorization header", challenge)
    if request.served is None:
        return failure(404, f"Model {_asked_for(request.path)} does not exist")
    if request.method != "POST":
        return failure(405, "Method Not Allowed", {"allow": "POST"})
    if len(request.body) > MAX_BODY_BYTES:
        return failure(413, "Failed to buffer the request body: length limit exceeded")
    return _predicted(request, request.served, service)


def _predicted(request: RequestInfo, one: Served, service: Callable[[RequestInfo], None]) -> Reply:
    identity = {"x-sha": one.revision}
    if not isinstance(request.payload, dict):
        return failure(400, ["Error: the body is not a JSON object"], identity)
    if "inputs" not in request.payload:
        return failure(400, ["Error in `inputs`: field required"], identity)
    started_s = time.perf_counter()
    service(request)
    try:
        body = _encoded(one.predict(request.payload))
    except InputError as error:
        return failure(400, [str(error)], identity)
    except Exception:  # noqa: BLE001  whatever a model raises is a 500, as in the real thing
        return failure(500, "unknown error", identity)
    metering = {
        "x-compute-type": "cpu",
        "x-compute-time": f"{time.perf_counter() - started_s:.3f}",
        "x-compute-characters": str(_characters(request.payload["inputs"])),
    }
    return Reply(status=200, headers=identity | metering, body=body)


def _health(request: RequestInfo, served: Sequence[Served]) -> Reply:
    if request.method not in {"GET", "HEAD"}:
        return failure(405, "Method Not Allowed", {"allow": "GET, HEAD"})
    models = [{"model": s.model, "revision": s.revision, "task": s.task} for s in served]
    return Reply(status=200, body=_encoded({"status": "ok", "models": models}))


def _may_enter(request: RequestInfo, token: str) -> bool:
    given = request.headers.get("authorization", "")
    return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


def _asked_for(path: str) -> str:
    for prefix in ("/hf-inference/models/", "/models/", "/endpoints/"):
        if path.startswith(prefix):
            return path.removeprefix(prefix)
    return path.lstrip("/")


def _characters(inputs: Any) -> int:
    if isinstance(inputs, str):
        return len(inputs)
    if isinstance(inputs, list):
        return sum(_characters(item) for item in inputs)
    return -1


def _encoded(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")  # a lone surrogate has no bytes
