"""Says why an address must not be called."""

from urllib.parse import parse_qsl, urlsplit

from harness.credentials import is_loopback
from harness.suitefile.problems.leaks import names_credential

_FORBIDDEN = frozenset(' \t\r\n\\<>"^`{|}')


def is_address_key(key: str) -> bool:
    """Whether a target's key holds an address (`url`, `base_url`, `urls`)."""
    return key in ("url", "urls") or key.endswith(("_url", "_urls"))


def address_problem(url: str, *, allow_insecure: bool) -> tuple[str, str] | None:
    """Give (message, help) when requests must not go to this address, None when they may."""
    if any(c in _FORBIDDEN or not c.isprintable() for c in url):
        return "the address holds a space or another character that does not belong there", ""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return f"not an address: {error}", ""
    if not parts.scheme or "://" not in url:
        return "the address has no scheme", 'write it in full: "https://..."'
    if parts.scheme not in ("http", "https"):
        return f"addresses of scheme '{parts.scheme}' are not called", "use https"
    if "@" in parts.netloc:
        return (
            "the address carries a user name or password",
            "remove it: credentials are read from the environment, never from a suite",
        )
    host = (parts.hostname or "").rstrip(".")
    if not host or host.startswith("."):
        return "the address has no host", ""
    if port == 0:
        return "port 0 cannot be called", ""
    secret = next((k for k, _ in parse_qsl(parts.query, True) if names_credential(k)), None)
    if secret is not None:
        return (
            f"the address carries a credential in its query ('{secret}')",
            "remove it: credentials are read from the environment, never from a suite",
        )
    if parts.scheme == "http" and not allow_insecure and not is_loopback(host):
        return (
            f"credentials and data would be sent in clear to http://{host}",
            "use https, or write `allow_insecure: true` on the target",
        )
    return None
