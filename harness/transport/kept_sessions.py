"""Keeps `requests` sessions by origin, so that no more connections are open than calls allowed."""

import threading
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlsplit

import requests

from harness.transport.watch import Watch
from harness.transport.watched_adapter import watched_adapter
from harness.transport.wire import Ticket


class _Session(requests.Session):
    """Looks at no redirect: it would read the body, whole and unpacked, to say where it leads."""

    def get_redirect_target(self, _resp: requests.Response) -> str | None:
        """Give nowhere."""
        return None


class KeptSession:
    """A session that serves one origin, over one connection; no cookie, proxy or netrc is used."""

    def __init__(self, origin: tuple[object, ...]) -> None:
        self.origin = origin
        self.watch = Watch()
        self.session = _Session()
        self.session.trust_env = False
        self.session.headers.clear()
        self.session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        adapter = watched_adapter(self.watch)
        self.session.mount("http://", adapter)
        self.session.mount("https://", adapter)


class KeptSessions:
    """At most `most` sessions, those at work and those that wait; used from any thread."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._idle: list[KeptSession] = []
        """The one that has waited longest first."""
        self._at_work = 0
        self._is_closed = False

    def take(self, ticket: Ticket) -> KeptSession:
        """Give a session for the ticket's origin; of others the oldest makes room for a new one.

        It is a new one where the ticket wants a connection of its own.
        Raises ValueError for a url that names no origin.
        """
        url = urlsplit(ticket.request.url)
        origin = (url.scheme.lower(), url.netloc.lower(), ticket.proxy, ticket.ca_file)
        left_over: list[KeptSession] = []
        with self._lock:
            self._at_work += 1
            for place in range(len(self._idle) - 1, -1, -1):
                if self._idle[place].origin == origin and not ticket.is_apart:
                    return self._idle.pop(place)
            while self._idle and self._at_work + len(self._idle) > self._most:
                left_over.append(self._idle.pop(0))
        for kept in left_over:
            kept.session.close()
        return KeptSession(origin)

    def give_back(self, kept: KeptSession) -> None:
        """Keep a session for the next call, unless its connection was cut."""
        with self._lock:
            self._at_work -= 1
            if not self._is_closed and not kept.watch.was_cut:
                self._idle.append(kept)
                return
        kept.session.close()

    def lose(self) -> None:
        """Learn that a session will not be given back: its worker is stuck."""
        with self._lock:
            self._at_work -= 1

    def close(self) -> None:
        """Close those that wait; those at work are closed when they are given back."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for kept in idle:
            kept.session.close()
