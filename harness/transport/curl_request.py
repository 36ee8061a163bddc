"""Puts a request on a libcurl handle."""

from urllib.parse import quote, urlsplit, urlunsplit

import pycurl

from harness.data.call import Request
from harness.transport.wire import Ticket, header_lines

_SUPPRESS_CONNECT_HEADERS = 265  # CURLOPT_SUPPRESS_CONNECT_HEADERS, which pycurl does not name


def prepare_once(handle: pycurl.Curl, ca_file: str | None) -> None:
    """Set what all requests of a handle have in common."""
    handle.setopt(pycurl.FOLLOWLOCATION, 0)
    handle.setopt(pycurl.NETRC, pycurl.NETRC_IGNORED)
    handle.setopt(pycurl.NOSIGNAL, 1)
    handle.setopt(pycurl.TCP_NODELAY, 1)
    handle.setopt(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
    handle.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_2TLS)
    # Left unset, it is the environment's NO_PROXY, which goes past the proxy of the suite.
    handle.setopt(pycurl.NOPROXY, "")
    # What a proxy answers to CONNECT is no answer of the server.
    handle.setopt(_SUPPRESS_CONNECT_HEADERS, 1)
    if ca_file is not None:
        handle.setopt(pycurl.CAINFO, ca_file)


def prepare(handle: pycurl.Curl, ticket: Ticket, before: Ticket | None) -> None:
    """Set all that differs from the request that the handle served before; None: it is new.

    Raises what pycurl does, and ValueError as `header_lines`.
    """
    request = ticket.request
    handle.setopt(pycurl.FRESH_CONNECT, ticket.is_apart)
    if before is None or request.url != before.request.url:
        handle.setopt(pycurl.URL, _ascii_url(request.url))
    if before is None or ticket.deadline_s != before.deadline_s:
        handle.setopt(pycurl.TIMEOUT_MS, max(1, int(ticket.deadline_s * 1000)))
    if before is None or ticket.proxy != before.proxy:
        # The environment's proxies are nobody's choice here.
        handle.setopt(pycurl.PROXY, ticket.proxy or "")
    if before is None or not _has_same_headers(ticket, before):
        handle.setopt(pycurl.HTTPHEADER, _lines(ticket))
    if before is None or request.method != "POST" or before.request.method != "POST":
        _set_method(handle, request)
    else:
        _set_body(handle, request.body)


def _has_same_headers(one: Ticket, other: Ticket) -> bool:
    """Whether two tickets travel with the same header lines; mostly they share the very mapping."""
    ours, theirs = one.request.headers, other.request.headers
    is_same = ours is theirs or dict(ours) == dict(theirs)
    return is_same and one.secret == other.secret and one.ca_file == other.ca_file


def _lines(ticket: Ticket) -> list[bytes]:
    """Give the header lines; a name without a value keeps libcurl from adding one of its own."""
    lines = header_lines(ticket)
    given = {name for name, _ in lines}
    own = [name for name in ("expect", "accept", "content-type") if name not in given]
    if "accept-encoding" not in given:
        lines.append(("accept-encoding", "gzip"))  # decoded here: libcurl takes half a stream
    texts = [f"{name}: {value}" if value else f"{name};" for name, value in lines]
    return [text.encode("latin-1") for text in (*texts, *(f"{name}:" for name in own))]


def _set_method(handle: pycurl.Curl, request: Request) -> None:
    handle.setopt(pycurl.NOBODY, 0)
    handle.unsetopt(pycurl.CUSTOMREQUEST)
    if request.method == "HEAD":
        handle.setopt(pycurl.NOBODY, 1)
    elif request.method == "POST" or request.body:
        handle.setopt(pycurl.POST, 1)
        _set_body(handle, request.body)
    else:
        handle.setopt(pycurl.HTTPGET, 1)
    if request.method not in {"GET", "HEAD", "POST"}:
        handle.setopt(pycurl.CUSTOMREQUEST, request.method)


def _set_body(handle: pycurl.Curl, body: bytes) -> None:
    handle.setopt(pycurl.POSTFIELDSIZE, len(body))
    handle.setopt(pycurl.POSTFIELDS, body)


def _ascii_url(url: str) -> str:
    """Give the URL as it travels: international host names and paths in their ASCII form."""
    if url.isascii():
        return url
    parts = urlsplit(url)
    host = parts.netloc.encode("idna").decode("ascii")
    kept = "".join(map(chr, range(33, 127)))
    path, query = quote(parts.path, safe=kept), quote(parts.query, safe=kept)
    return urlunsplit((parts.scheme, host, path, query, ""))
