"""Decides what may be written down: headers by allow-list, bodies without secrets."""

import re
from collections.abc import Iterable, Mapping

KEPT_HEADERS = frozenset(
    {
        "content-type", "content-length", "content-encoding", "date", "server", "retry-after",
        "retry-after-ms", "x-sha", "x-repo-commit", "x-error-code", "x-error-message",
        "x-compute-time", "x-compute-type", "x-compute-characters", "x-compute-tokens",
        "x-total-time", "x-queue-time", "x-inference-time", "x-validation-time",
        "x-tokenization-time", "x-time-per-token", "x-prompt-tokens", "x-generated-tokens",
        "x-request-id", "x-inference-id", "x-inference-provider", "x-proxied-host",
        "x-proxied-path", "x-proxied-replica", "x-router-model", "ratelimit", "ratelimit-policy",
    }
)  # fmt: skip
"""Lower-case names of response headers that are stored; every other one is dropped."""

KEPT_REQUEST_HEADERS = frozenset({"content-type", "accept", "x-use-cache", "x-wait-for-model"})

MASK = "[removed]"

_PATTERNS = re.compile(
    rb"hf_[A-Za-z0-9]{20,}"
    rb"|sk-[A-Za-z0-9_-]{20,}"
    rb"|gh[pousr]_[A-Za-z0-9]{30,}"
    rb"|AKIA[0-9A-Z]{16}"
    rb"|AIza[0-9A-Za-z_-]{35}"
    rb"|eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"
    rb"|(?i:bearer)\s+[A-Za-z0-9._~+/-]{16,}=*"
    rb"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)


def kept_headers(headers: Mapping[str, str], secrets: Iterable[str] = ()) -> dict[str, str]:
    """Give the response headers that may be stored, names in lower case, secrets removed."""
    secrets = tuple(secrets)
    return {
        name.lower(): remove_text(value, secrets)
        for name, value in headers.items()
        if name.lower() in KEPT_HEADERS
    }


def remove(body: bytes, secrets: Iterable[str]) -> bytes:
    """Give the bytes with every known secret replaced: as it is, and as JSON writes it."""
    for secret in secrets:
        for form in _forms(secret):
            if form in body:
                body = body.replace(form, MASK.encode())
    return body


def remove_text(text: str, secrets: Iterable[str]) -> str:
    """Give the text with every known secret replaced."""
    for secret in secrets:
        if secret and secret in text:
            text = text.replace(secret, MASK)
    return text


def remove_patterns(body: bytes) -> bytes:
    """Give the bytes with everything that looks like a credential replaced."""
    return _PATTERNS.sub(MASK.encode(), body)


def survivors(body: bytes, secrets: Iterable[str]) -> bool:
    """Whether a known secret, in any form, or anything that looks like a credential is left."""
    known = any(form in body for secret in secrets for form in _forms(secret))
    return known or _PATTERNS.search(body) is not None


def _forms(secret: str) -> tuple[bytes, ...]:
    """Give the byte forms a secret may take in a body: raw, URL-encoded, base64, JSON-escaped."""
    if len(secret) < 6:
        return ()  # too short to be told from ordinary text
    from base64 import b64encode
    from urllib.parse import quote

    raw = secret.encode()
    return tuple(
        {raw, quote(secret, safe="").encode(), b64encode(raw), raw.replace(b"/", b"\\/")} - {b""}
    )
