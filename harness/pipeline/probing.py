"""Asks the servers of a run who they are, before its first call and after its last."""

import itertools
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from harness import __version__
from harness.api.kinds import Provider
from harness.clock import Clock
from harness.credentials import Wallet
from harness.data.call import Request
from harness.data.exchange import Identity, Response
from harness.data.noun import replace
from harness.data.probe import Probe
from harness.data.suite import Suite, Target
from harness.emit import one_line
from harness.lanes.routes import addresses_of
from harness.pipeline.probe_events import EVENT, probe_to_json, probes_in
from harness.pipeline.surroundings import Surroundings
from harness.stages.call.reading import Reader, redactor_for
from harness.store import RunReader, RunWriter
from harness.transport import Finished, Ticket, Transport

WITHIN_S = 5.0
"""For all probes of one moment together: they are sent at once."""

_LARGEST_BYTES = 1_048_576
_POLL_S = 0.1
_MOST_WORDS = 200


@dataclass(frozen=True, slots=True)
class _Asked:
    target: Target
    provider: Provider
    address: str
    request: Request


@dataclass(slots=True, kw_only=True)
class Prober:
    """Sends the probes of one suite's targets; what goes wrong is noted, never raised."""

    suite: Suite
    providers: Mapping[str, Provider]
    transport: Transport
    wallet: Wallet
    clock: Clock
    stop: threading.Event
    origins: Mapping[str, str] = field(default_factory=dict)
    """By target name: the origin of a server that was started for it."""
    _keys: Iterator[int] = field(init=False, default_factory=lambda: itertools.count(-1, -1))
    """Below zero: calls have their places in the plan for names."""

    def ask(self, when: Literal["before", "after"]) -> tuple[Probe, ...]:
        """Give what every target's servers say of themselves now, in the order of the suite."""
        found: dict[int, Probe] = {}
        asked: dict[int, _Asked] = {}
        at = self.clock.wall()
        for one in self._questions(when, at):
            key = next(self._keys)
            if isinstance(one, Probe):
                found[key] = one
                continue
            asked[key] = one
            self.transport.submit(
                Ticket(
                    key=key,
                    request=one.request,
                    deadline_s=WITHIN_S,
                    max_body_bytes=_LARGEST_BYTES,
                    secret=self.wallet.secret_for(
                        one.provider.credential,
                        one.request.url,
                        is_detoured=one.target.is_detoured,
                    ),
                    proxy=one.target.proxy,
                    ca_file=one.target.ca_file,
                )
            )
        providers = [one.provider for one in asked.values()]
        reader = Reader(self.wallet, redactor_for(self.wallet, providers))
        until = self.clock.monotonic() + 2 * WITHIN_S  # a transport keeps its deadlines itself
        while asked.keys() - found.keys() and self.clock.monotonic() < until:
            if self.stop.is_set():
                break
            for finished in self.transport.finished(_POLL_S):
                if finished.key in asked:  # calls that were given up may still come in
                    one = asked[finished.key]
                    found[finished.key] = _heard(one, finished, reader, when, self.clock.wall())
        return tuple(found[key] for key in sorted(found, reverse=True))

    def _questions(self, when: Literal["before", "after"], at: float) -> Iterator[_Asked | Probe]:
        for target in self.suite.targets:
            if target.run is not None:
                continue  # its answers are from an earlier run: so is what proves them
            provider = self.providers[target.provider]
            for address in addresses_of(target, provider.options):
                try:
                    requests = [_checked(request) for request in provider.probes(address.target)]
                except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin's code
                    note = f"provider {provider.name}: {_words_of(error)}"
                    yield Probe(
                        target=target.name,
                        url=address.url,
                        address=address.url,
                        when=when,
                        at=at,
                        note=note,
                    )
                    continue
                for request in requests:
                    here = _addressed(request, self.origins.get(target.name))
                    yield _Asked(target, provider, address.url, here)


@contextmanager
def probing(
    suite: Suite,
    transport: Transport,
    around: Surroundings,
    writer: RunWriter,
    origins: Mapping[str, str] | None = None,
) -> Iterator[None]:
    """Ask before the calls of a block and after them; store what was said as events of the run.

    Nothing is asked where no call is left to make: what serves by then is another matter. Of a
    run that is stopped, the probes it is gone on with say what held: also where all that is left is
    to ask after its last call.
    """
    with RunReader(writer.path) as reader:
        has_calls = next(reader.pending(), None) is not None
        is_open = lacks_an_end(reader, suite)
    if not has_calls and not is_open:
        yield
        return
    prober = Prober(
        suite=suite,
        providers=around.registry.providers,
        transport=transport,
        wallet=around.wallet,
        clock=around.clock,
        stop=around.stop,
        origins=origins or {},
    )
    if has_calls:
        _store(prober.ask("before"), writer)
    yield
    if not around.stop.is_set():
        _store(prober.ask("after"), writer)


def lacks_an_end(reader: RunReader, suite: Suite) -> bool:
    """Whether servers of a run were asked before its calls and not after them."""
    live = {target.name for target in suite.targets if target.run is None}
    asked = [probe for probe in probes_in(reader.events()) if probe.target in live]
    return bool(asked) and asked[-1].when == "before"


def _store(probes: Iterable[Probe], writer: RunWriter) -> None:
    for probe in probes:
        writer.put_event(EVENT, probe.at, probe_to_json(probe))


def _heard(
    asked: _Asked,
    finished: Finished,
    reader: Reader,
    when: Literal["before", "after"],
    at: float,
) -> Probe:
    """Give a probe with what its answer says, secrets removed."""
    request = asked.request
    silent = Probe(
        target=asked.target.name,
        url=reader.redactor.text(request.url),
        address=reader.redactor.text(asked.address),
        when=when,
        at=at,
    )
    response, fault = reader.read(finished, asked.provider, request.url)
    if response is None or fault is not None:
        status = response.status if response is not None else None
        words = fault.message if fault is not None else "no answer"
        return replace(silent, status=status, note=one_line(words, _MOST_WORDS))
    silent = replace(silent, status=response.status)
    try:
        served = _said(asked.provider, request, response)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin's code
        return replace(silent, note=f"provider {asked.provider.name}: {_words_of(error)}")
    note = "" if served is not None else "does not say which revision it serves"
    return replace(silent, served=served, note=note)


def _said(provider: Provider, request: Request, response: Response) -> Identity | None:
    served = provider.probed(request, response)
    if served is not None and not isinstance(served, Identity):
        raise TypeError(f"probed gave a {type(served).__name__}, not an Identity")
    return served


def _words_of(error: BaseException) -> str:
    try:
        return one_line(repr(error))
    except Exception:  # noqa: BLE001 - even saying what is wrong is the plugin's code
        return type(error).__name__


def _checked(request: Request) -> Request:
    """Give a probe as it is sent: ours is the user agent; raises TypeError for what is none."""
    if not isinstance(request, Request):
        raise TypeError(f"probes gave a {type(request).__name__}, not a Request")
    headers = {name.lower(): value for name, value in request.headers.items()}
    return replace(request, headers={"user-agent": f"revgate/{__version__}", **headers})


def _addressed(request: Request, origin: str | None) -> Request:
    """Give a request for the server that was started for its target, where one was."""
    if origin is None:
        return request
    parts = urlsplit(request.url)
    scheme, _, host = origin.partition("://")
    return replace(request, url=urlunsplit((scheme, host, parts.path, parts.query, "")))
