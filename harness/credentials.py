"""Finds the secret a provider names, and decides which origin may receive it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from harness.data.call import Credential
from harness.emit import one_line
from harness.errors import UsageError

TRUST_VARIABLE = "REVGATE_TRUST"
"""Environment variable: origins, separated by spaces, that may receive credentials."""

_SWITCHED_OFF_BY = "HF_HUB_DISABLE_IMPLICIT_TOKEN"
_ODD_IN_NETLOC = re.compile(r"[^A-Za-z0-9._\-:\[\]]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A header to send, and its bare value to be removed from whatever comes back."""

    header: str
    line: str = field(repr=False)
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wallet:
    """Hands out secrets, one origin at a time."""

    environ: Mapping[str, str] = field(repr=False)
    trusted: tuple[str, ...] = ()
    """Origins (`https://gateway.example`) the user trusts; a suite cannot add to them."""

    def secret_for(
        self, credential: Credential | None, url: str, *, is_detoured: bool = False
    ) -> Secret | None:
        """Give the secret to send to `url`, or None: none is set, or the origin is not trusted.

        On a way the suite chose, through a proxy or with certificates of its own, only what the
        user trusts by name receives it: whoever wrote the suite could read along.
        """
        if credential is None or not self.may_receive(credential, url, is_detoured=is_detoured):
            return None
        value = find_value(credential, self.environ)
        if not value:
            return None
        line = f"{credential.scheme} {value}".strip()
        return Secret(header=credential.header, line=line, value=value)

    def may_receive(self, credential: Credential, url: str, *, is_detoured: bool = False) -> bool:
        """Whether the origin of `url` may receive this credential."""
        origin = origin_of(url)
        if origin is None:
            return False
        if is_detoured:
            return origin in self.trusted
        parts = urlsplit(origin)
        host = parts.hostname or ""
        if is_loopback(host):
            return True
        if parts.scheme == "https" and any(fnmatchcase(host, p) for p in credential.origins):
            return True
        return origin in self.trusted

    def why_withheld(
        self, credential: Credential | None, url: str, *, is_detoured: bool = False
    ) -> str:
        """Say why a secret that is set is not sent to `url`; empty when there is none to send."""
        if credential is None:
            return ""
        if find_value(credential, self.environ):
            if self.may_receive(credential, url, is_detoured=is_detoured):
                return ""
            if is_detoured:
                return (
                    "a token is set but was not sent: the suite names a proxy or certificates for "
                    "this target; if the origin may receive it all the same, say --trust ORIGIN"
                )
            return (
                "a token is set but was not sent: this origin is not one it is made for; "
                "if it may receive it, say so with --trust ORIGIN"
            )
        if credential.token_file and _is_implicit_token_off(self.environ):
            return f"no token was sent: {_SWITCHED_OFF_BY} is set"
        return ""

    def known_values(self, credentials: Iterable[Credential | None]) -> tuple[str, ...]:
        """Give every secret value that might travel in this run."""
        values = (find_value(c, self.environ) for c in credentials if c is not None)
        return tuple(sorted({value for value in values if value}))


def open_wallet(environ: Mapping[str, str], trusted: Iterable[str] = ()) -> Wallet:
    """Make the wallet of a run from the environment and the origins named on the command line.

    Raises UsageError for what is no origin.
    """
    origins = []
    for written in (*trusted, *environ.get(TRUST_VARIABLE, "").split()):
        origin = origin_of(written)
        if origin is None:
            raise UsageError(
                f"not an origin to trust: {one_line(written)}; "
                "write it as https://gateway.example or http://host:port"
            )
        origins.append(origin)
    return Wallet(environ=environ, trusted=tuple(origins))


def whereabouts(credential: Credential, environ: Mapping[str, str]) -> str:
    """Give where a secret lies, in words: a variable's name, or a file; empty when there is none.

    Its value is in none of them.
    """
    if not find_value(credential, environ):
        return ""
    named = next((name for name in credential.env if _clean(environ.get(name, ""))), None)
    return named or f"the file {_token_path(environ)}"


def find_value(credential: Credential, environ: Mapping[str, str]) -> str:
    """Give the secret's value, empty when there is none.

    Order of the Hugging Face client: the variables, then the token file (`HF_TOKEN_PATH`, else
    `$HF_HOME/token`, `HF_HOME` being `$XDG_CACHE_HOME/huggingface` or `~/.cache/huggingface`);
    with `HF_HUB_DISABLE_IMPLICIT_TOKEN` none of them, as there.
    """
    if credential.token_file and _is_implicit_token_off(environ):
        return ""
    for name in credential.env:
        value = _clean(environ.get(name, ""))
        if value:
            return value
    if not credential.token_file:
        return ""
    try:
        return _clean(_token_path(environ).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, RuntimeError):
        return ""


def _is_implicit_token_off(environ: Mapping[str, str]) -> bool:
    return environ.get(_SWITCHED_OFF_BY, "").upper() in {"1", "ON", "YES", "TRUE"}


def _token_path(environ: Mapping[str, str]) -> Path:
    if named := environ.get("HF_TOKEN_PATH"):
        return Path(named).expanduser()
    cache = environ.get("XDG_CACHE_HOME") or str(Path(environ.get("HOME", "~")) / ".cache")
    home = environ.get("HF_HOME") or str(Path(cache) / "huggingface")
    return Path(home).expanduser() / "token"


def _clean(value: str) -> str:
    return value.replace("\r", "").replace("\n", "").strip()


def is_loopback(host: str) -> bool:
    """Whether a host name is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def origin_of(url: str) -> str | None:
    """Give `scheme://host[:port]` in lower case, default ports left out.

    None for what HTTP clients read in different ways (a user name, a backslash, a control
    character, a host that is not plain ASCII), and for what is no address at all.
    """
    if "\\" in url or not url.isprintable():
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").rstrip(".")
    scheme = parts.scheme.lower()
    if scheme not in {"http", "https"} or not host or _ODD_IN_NETLOC.search(parts.netloc):
        return None
    if ":" in host:
        host = f"[{host}]"
    is_default = port is None or port == {"https": 443, "http": 80}[scheme]
    return f"{scheme}://{host}" if is_default else f"{scheme}://{host}:{port}"
