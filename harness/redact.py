"""Decides what may be written down: headers by allow-list, bodies without secrets."""

import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from harness.jsonvalue import canonical

KEPT_HEADERS = frozenset(
    {
        "content-type", "content-length", "content-encoding", "date", "server", "retry-after",
        "retry-after-ms", "x-sha", "x-repo-commit", "x-error-code", "x-error-message",
        "x-compute-time", "x-compute-type", "x-compute-characters", "x-compute-tokens",
        "x-compute-images", "x-compute-audio-length",
        "x-total-time", "x-queue-time", "x-inference-time", "x-validation-time",
        "x-tokenization-time", "x-time-per-token", "x-prompt-tokens", "x-generated-tokens",
        "x-request-id", "x-inference-id", "x-inference-provider", "x-proxied-host",
        "x-proxied-path", "x-proxied-replica", "x-router-model", "ratelimit", "ratelimit-policy",
        "x-litellm-model-id", "x-litellm-model-name", "x-litellm-attempted-fallbacks",
    }
)  # fmt: skip
"""Lower-case names of response headers that are stored; every other one is dropped."""

KEPT_REQUEST_HEADERS = frozenset({"content-type", "accept", "x-use-cache", "x-wait-for-model"})

MASK = "[removed]"
_SHORTEST = 6

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


@dataclass(frozen=True, slots=True)
class Redactor:
    """Removes known secrets from whatever is to be stored."""

    forms: tuple[bytes, ...] = field(repr=False)
    """Every byte form of every secret, longest first: one may be part of another."""
    words: tuple[str, ...] = field(repr=False)
    """The same forms as text."""

    def body(self, body: bytes) -> bytes:
        """Give the bytes with every form of a secret replaced."""
        for form in self.forms:
            if form in body:
                body = body.replace(form, MASK.encode())
        return body

    def text(self, text: str) -> str:
        """Give the text with every form of a secret replaced."""
        for word in self.words:
            if word in text:
                text = text.replace(word, MASK)
        return text

    def kept_headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Give the response headers that may be stored, secrets removed; names are lower case."""
        kept = {name: value for name, value in headers.items() if name in KEPT_HEADERS}
        return {name: self.text(value) for name, value in kept.items()} if self.words else kept


def redactor_of(secrets: Iterable[str]) -> Redactor:
    """Make a redactor; a secret under 6 characters cannot be told from ordinary text."""
    forms = {form for secret in secrets for form in _forms(secret)}
    ordered = tuple(sorted(forms, key=lambda form: (-len(form), form)))
    # Headers arrive as latin-1, messages as Unicode: a secret beyond ASCII is looked for as both.
    words = {form.decode(code, "replace") for form in ordered for code in ("utf-8", "latin-1")}
    return Redactor(ordered, tuple(sorted(words, key=lambda word: (-len(word), word))))


def remove(body: bytes, secrets: Iterable[str]) -> bytes:
    """Give the bytes with every known secret replaced: as it is, and as JSON writes it."""
    return redactor_of(secrets).body(body)


def remove_patterns(body: bytes) -> bytes:
    """Give the bytes with everything that looks like a credential replaced."""
    return _PATTERNS.sub(MASK.encode(), body)


def survivors(body: bytes, secrets: Iterable[str]) -> bool:
    """Whether a known secret, in any form, or anything that looks like a credential is left."""
    known = any(form in body for secret in secrets for form in _forms(secret))
    return known or _PATTERNS.search(body) is not None


def _forms(secret: str) -> tuple[bytes, ...]:
    """Give the byte forms a secret may take in a body: raw, URL-encoded, base64, JSON-escaped."""
    if len(secret) < _SHORTEST:
        return ()
    raw = secret.encode("utf-8", "surrogateescape")
    return tuple(
        {
            raw,
            quote(raw, safe="").encode(),
            b64encode(raw),
            urlsafe_b64encode(raw),
            raw.replace(b"/", b"\\/"),
            canonical(raw.decode("utf-8", "replace"))[1:-1],
        }
    )
