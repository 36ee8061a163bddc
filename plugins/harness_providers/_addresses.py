"""Addresses of routes below a server's own."""

from urllib.parse import urlsplit, urlunsplit


def below(url: str, route: str) -> str:
    """Give the address of a route below a server's address, which keeps its query."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/") + route
    return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))
