"""Finds the secret a provider names, and decides which origin may receive it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from harness.data.call import Credential

TRUST_VARIABLE = "REVGATE_TRUST"
"""Environment variable: origins, separated by spaces, that may receive credentials."""


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

    def secret_for(self, credential: Credential | None, url: str) -> Secret | None:
        """Give the secret to send to `url`, or None: none is set, or the origin is not trusted."""
        if credential is None or not self.may_receive(credential, url):
            return None
        value = find_value(credential, self.environ)
        if not value:
            return None
        line = f"{credential.scheme} {value}".strip()
        return Secret(header=credential.header, line=line, value=value)

    def may_receive(self, credential: Credential, url: str) -> bool:
        """Whether the origin of `url` may receive this credential."""
        parts = urlsplit(url)
        host = (parts.hostname or "").lower().rstrip(".")
        if is_loopback(host):
            return True
        if parts.scheme == "https" and any(fnmatchcase(host, p) for p in credential.origins):
            return True
        return origin_of(url) in self.trusted

    def withheld(self, credential: Credential | None, url: str) -> bool:
        """Whether a secret is set but the origin of `url` may not receive it."""
        if credential is None or self.may_receive(credential, url):
            return False
        return bool(find_value(credential, self.environ))

    def known_values(self, credentials: Iterable[Credential | None]) -> tuple[str, ...]:
        """Give every secret value that might travel in this run."""
        values = (find_value(c, self.environ) for c in credentials if c is not None)
        return tuple(sorted({value for value in values if value}))


def open_wallet(environ: Mapping[str, str], trusted: Iterable[str] = ()) -> Wallet:
    """Make the wallet of a run from the environment and the origins named on the command line."""
    origins = (*trusted, *environ.get(TRUST_VARIABLE, "").split())
    return Wallet(environ=environ, trusted=tuple(origin_of(origin) for origin in origins))


def find_value(credential: Credential, environ: Mapping[str, str]) -> str:
    """Give the secret's value, empty when there is none.

    Order of the Hugging Face client: the variables, then the token file (`HF_TOKEN_PATH`, else
    `$HF_HOME/token`, `HF_HOME` being `$XDG_CACHE_HOME/huggingface` or `~/.cache/huggingface`).
    """
    for name in credential.env:
        value = _clean(environ.get(name, ""))
        if value:
            return value
    if not credential.token_file:
        return ""
    if environ.get("HF_HUB_DISABLE_IMPLICIT_TOKEN", "").upper() in {"1", "ON", "YES", "TRUE"}:
        return ""
    try:
        return _clean(_token_path(environ).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, RuntimeError):
        return ""


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


def origin_of(url: str) -> str:
    """Give `scheme://host[:port]` in lower case, default ports left out."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if ":" in host:
        host = f"[{host}]"
    default = {"https": 443, "http": 80}.get(parts.scheme)
    port = f":{parts.port}" if parts.port and parts.port != default else ""
    return f"{parts.scheme}://{host}{port}"
