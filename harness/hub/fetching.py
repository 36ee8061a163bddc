"""Gets one address of the Hub: waits, retries, follows a renamed model, stays at its origin."""

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urljoin

from harness import __version__
from harness.clock import Clock
from harness.credentials import Wallet
from harness.data.call import Credential, Request
from harness.data.exchange import Attempt, Response
from harness.data.noun import replace
from harness.emit import one_line
from harness.faults import fault_of
from harness.hub.address import is_same_origin, next_page
from harness.hub.nouns import HubFault, Page
from harness.hub.rate import pause_s, with_stated_wait
from harness.hub.refusals import failure, hub_fault, refusal
from harness.lanes.retry import LONGEST_WAIT_S, GiveUp, next_wait_s
from harness.redact import Redactor
from harness.transport import Finished, Ticket, Transport

HUB_TOKEN = Credential(
    env=("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"), token_file=True, origins=("huggingface.co",)
)
"""The Hub's own credential; another Hub receives it when the user trusts its origin."""

_HEADERS = {"accept": "application/json", "user-agent": f"revgate/{__version__}"}
_DEADLINE_S = 30.0
_LARGEST_BYTES = 33_554_432
_MOST_ATTEMPTS = 3
_MOST_REDIRECTIONS = 3
_POLL_S = 0.1


@dataclass(slots=True, kw_only=True)
class Fetcher:
    """Sends one request at a time and waits for its outcome."""

    transport: Transport
    wallet: Wallet
    redactor: Redactor = field(repr=False)
    clock: Clock
    wait: Callable[[float], None]
    random: Random
    until: float = math.inf
    """Of the monotonic clock: when nothing more is asked or waited for."""
    _keys: Iterator[int] = field(init=False, default_factory=itertools.count)
    _quiet_until: float = field(init=False, default=float("-inf"))

    def get(self, url: str) -> Page | HubFault:
        """Give the body of a successful answer.

        A redirection is followed to the same scheme, host and port only, at most three times: the
        Hub answers so for a model that was renamed.
        """
        here = url
        for _ in range(_MOST_REDIRECTIONS + 1):
            answer = self._patiently(here)
            if isinstance(answer, HubFault):
                return answer
            if not 300 <= answer.status < 400:
                return self._page(here, answer)
            there = urljoin(here, answer.headers.get("location", ""))
            if not is_same_origin(here, there):
                return self._refused(f"the Hub redirects to another place: {one_line(there)}")
            here = there
        return self._refused(f"the Hub redirects more than {_MOST_REDIRECTIONS} times")

    def has_token_for(self, url: str) -> bool:
        """Whether a token travels with a request to this address."""
        return self.wallet.secret_for(HUB_TOKEN, url) is not None

    def _page(self, url: str, answer: Response) -> Page | HubFault:
        there = next_page(url, answer.headers.get("link", ""))
        if there and not is_same_origin(url, there):
            return self._refused(f"the next page is at another place: {one_line(there)}")
        return Page(body=answer.body, next_url=there)

    def _refused(self, words: str) -> HubFault:
        return hub_fault("refused", self.redactor.text(words))

    def _patiently(self, url: str) -> Response | HubFault:
        """Give a success or a redirection, after retries where they may help."""
        attempts: list[Attempt] = []
        while True:
            if refusal_of_ours := self._late() or self._keep_quiet():
                return refusal_of_ours
            attempt, refused = self._attempt(url)
            if refused is None and attempt.response is not None:
                return attempt.response
            attempts.append(attempt)
            again = next_wait_s(tuple(attempts), _MOST_ATTEMPTS, self.random, self.clock.wall())
            if isinstance(again, GiveUp):
                return self._explained(refused, again, url)
            if self.clock.monotonic() + again >= self.until:
                return self._explained(refused, GiveUp(reason="no time for another try"), url)
            self.wait(again)
            self._quiet_until = float("-inf")  # the wait was the one the Hub asked for

    def _late(self) -> HubFault | None:
        if self.clock.monotonic() < self.until:
            return None
        return hub_fault("unreachable", "the time to ask the Hub in is over")

    def _keep_quiet(self) -> HubFault | None:
        """Wait out a window in which no request is left, unless it is too long."""
        left_s = self._quiet_until - self.clock.monotonic()
        if left_s <= 0:
            return None
        if left_s > LONGEST_WAIT_S or self._quiet_until > self.until:
            words = f"the Hub allows no more requests for {left_s:.0f} s"
            return hub_fault("rate_limited", words)
        self.wait(left_s)
        self._quiet_until = float("-inf")
        return None

    def _attempt(self, url: str) -> tuple[Attempt, HubFault | None]:
        finished = self._send(url)
        if finished.response is None:
            fault = finished.fault
            refused = failure(fault) if fault is not None else None
            return Attempt(fault=fault), refused
        response = with_stated_wait(finished.response)
        if pause := pause_s(response):
            self._quiet_until = self.clock.monotonic() + pause
        if 200 <= response.status < 400:
            return Attempt(response=response), None
        clean = replace(
            response,
            headers={n: self.redactor.text(v) for n, v in response.headers.items()},
            body=self.redactor.body(response.body),
        )
        return Attempt(response=clean, fault=fault_of(clean)), refusal(clean)

    def _send(self, url: str) -> Finished:
        key = next(self._keys)
        self.transport.submit(
            Ticket(
                key=key,
                request=Request(url=url, method="GET", headers=_HEADERS),
                deadline_s=min(_DEADLINE_S, self.until - self.clock.monotonic()),
                max_body_bytes=_LARGEST_BYTES,
                secret=self.wallet.secret_for(HUB_TOKEN, url),
            )
        )
        while True:
            for finished in self.transport.finished(_POLL_S):
                if finished.key == key:
                    return finished

    def _explained(self, refused: HubFault | None, end: GiveUp, url: str) -> HubFault:
        fault = refused or hub_fault("malformed", "neither an answer nor a fault")
        message = f"{fault.message}; {end.reason}" if end.reason else fault.message
        withheld = self.wallet.why_withheld(HUB_TOKEN, url)
        is_shut = fault.kind in {"auth", "gated", "repo_not_found"}
        hint = withheld if withheld and is_shut else fault.hint
        return replace(fault, message=self.redactor.text(message), hint=hint)
