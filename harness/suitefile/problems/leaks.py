"""Finds credentials written out in text."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from harness.api.kinds import Provider

_EDGE = r"(?<![A-Za-z0-9_-])"
# Each alternative asks for a digit where ordinary words could match: `sk-` begins many compounds,
# and "bearer responsibilities" is a phrase.
_LITERAL = re.compile(
    rf"{_EDGE}hf_[A-Za-z0-9]{{20,}}"
    rf"|{_EDGE}sk-(?=[A-Za-z_-]*[0-9])[A-Za-z0-9_-]{{20,}}"
    rf"|{_EDGE}gh[pousr]_[A-Za-z0-9]{{30,}}"
    rf"|{_EDGE}github_pat_[A-Za-z0-9_]{{30,}}"
    rf"|{_EDGE}AKIA[0-9A-Z]{{16}}(?![0-9A-Za-z])"
    rf"|{_EDGE}AIza[0-9A-Za-z_-]{{35}}"
    rf"|{_EDGE}eyJ[A-Za-z0-9_-]{{10,}}\.eyJ[A-Za-z0-9_-]{{10,}}\.[A-Za-z0-9_-]{{10,}}"
    r"|(?i:\bbearer)\s+(?=[A-Za-z._~+/-]*[0-9])[A-Za-z0-9._~+/-]{16,}=*"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
_PARTS = ("hf_", "sk-", "gh", "AKIA", "AIza", "eyJ", "earer", "EARER", "PRIVATE KEY-----")
_USER = re.compile(r"(?<=://)[^/\s?#@\"']+(?=@)")
_NAMED = re.compile(
    r"(?i)[\"']?\b(?:[a-z]+[_-])?(?:api[_-]?key|token|password|secret|authorization)[\"']?\s*:\s*"
    r"(?P<value>\"[^\"]*\"?|'[^']*'?|[^\s,{}\[\]#][^,{}\[\]#]*)"
)
_NAME = re.compile(r"(?i)(?:^|[_-])(api[_-]?key|token|password|passwd|secret|authorization)$")

SHORTEST = 8
"""Characters below which a known value cannot be told from ordinary text."""


class Leak(NamedTuple):
    """A span of characters that looks like a credential; `end` is exclusive."""

    start: int
    end: int


def find_leaks(text: str, known: tuple[str, ...] = ()) -> Iterator[Leak]:
    """Give every place that has the form of a credential, or holds one of the `known` values."""
    if any(part in text for part in _PARTS):
        for match in _LITERAL.finditer(text):
            yield Leak(match.start(), match.end())
    for value in known:
        start = text.find(value)
        while start >= 0:
            yield Leak(start, start + len(value))
            start = text.find(value, start + len(value))


def masked(text: str, known: tuple[str, ...] = ()) -> str:
    """Give the text, as long as before, with asterisks in place of credentials.

    Values of keys that name a credential and the user part of addresses are masked too.
    """
    spans = list(find_leaks(text, known))
    spans += [Leak(*match.span()) for match in _USER.finditer(text)]
    spans += [Leak(*match.span("value")) for match in _NAMED.finditer(text)]
    for start, end in spans:
        text = text[:start] + "*" * (end - start) + text[end:]
    return text


def names_credential(key: str) -> bool:
    """Whether a key is named as if its value were a credential (`api_key`, `hf_token`)."""
    return _NAME.search(key) is not None


def known_secrets(providers: Mapping[str, Provider], environ: Mapping[str, str]) -> tuple[str, ...]:
    """Give the values of the environment variables that providers take credentials from."""
    names = {name for p in providers.values() if p.credential for name in p.credential.env}
    values = {environ.get(name, "").strip() for name in names}
    return tuple(sorted(value for value in values if len(value) >= SHORTEST))
