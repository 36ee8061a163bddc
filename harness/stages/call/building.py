"""Makes the request of a call out of what task and provider say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from harness import __version__
from harness.api.kinds import Job, Provider, Task
from harness.credentials import Secret, Wallet, origin_of
from harness.data.call import Call, Payload, Request, Slot
from harness.data.exchange import Fault
from harness.data.noun import Noun
from harness.data.suite import RunSettings, Target
from harness.emit import one_line

_MOST_HEADERS = 256
_MOST_SECRETS = 256
_origin_of = lru_cache(maxsize=256)(origin_of)
"""Most calls of a target go to one address; those of its jobs to a new one each."""
_OWN_HEADERS = {"user-agent": f"revgate/{__version__}"}


class Built(Noun, frozen=True):
    """A call ready to be sent."""

    call: Call
    request: Request
    job: Job | None = None
    """Set when the answer comes later."""


@dataclass(slots=True)
class Builder:
    """Builds requests, with the credential each of them may carry."""

    task: Task
    run: RunSettings
    wallet: Wallet
    _headers: dict[tuple[tuple[str, str], ...], Mapping[str, str]] = field(default_factory=dict)
    """Headers as they are sent, by what a provider gave: most calls of a target have the same."""
    _secrets: dict[tuple[str, str | None, bool], Secret | None] = field(
        default_factory=dict, repr=False
    )
    """By provider, origin, and whether the way is the suite's own."""

    def build(self, slot: Slot, target: Target, provider: Provider) -> Built | Fault:
        """Give the request of a slot; what a plugin raises or gives wrongly is a fault."""
        try:
            call = Call(
                case=slot.case,
                target=target,
                payload=_payload(self.task, slot),
                task=self.task.name,
                repeat=slot.repeat,
                timeout_s=self.run.timeout_s,
            )
            request = self._checked(provider, provider.request(call))
            return Built(call, request, provider.job(call))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything
            return Fault(
                kind="plugin",
                message=f"the call could not be built: {_words_of(error)}",
                hint=f"task {self.task.name} or provider {provider.name}: `revgate plugins`",
            )

    def join(self, calls: Sequence[Built], provider: Provider) -> Request | None:
        """Give one request for several calls; None when they cannot travel together."""
        if provider.batch is None or self.task.name not in provider.batch.tasks:
            return None
        try:
            request = provider.batch.join([built.call for built in calls])
            return self._checked(provider, request) if request is not None else None
        except (Exception, SystemExit):  # noqa: BLE001 - each call alone says what is wrong with it
            return None

    def secret_for(self, provider: Provider, target: Target, url: str) -> Secret | None:
        """Give the credential of a request; looked up once an origin, it may lie in a file."""
        key = provider.name, _origin_of(url), target.is_detoured
        if key in self._secrets:
            return self._secrets[key]
        secret = self.wallet.secret_for(provider.credential, url, is_detoured=target.is_detoured)
        if len(self._secrets) < _MOST_SECRETS:
            self._secrets[key] = secret
        return secret

    def _checked(self, provider: Provider, request: Request) -> Request:
        """Give the request with lower-case header names; raises TypeError for wrong types."""
        if not isinstance(request, Request):
            raise TypeError(f"provider {provider.name}: request gave a {type(request).__name__}")
        given = tuple(request.headers.items())
        headers = self._headers.get(given)
        if headers is None:
            headers = _OWN_HEADERS | {name.lower(): value for name, value in given}
            if not all(isinstance(value, str) for value in headers.values()):
                raise TypeError(f"provider {provider.name}: names and values of headers are str")
            if len(self._headers) < _MOST_HEADERS:
                self._headers[given] = headers
        url, method, body = request.url, request.method, request.body
        if not (isinstance(url, str) and isinstance(method, str) and isinstance(body, bytes)):
            raise TypeError(f"provider {provider.name}: url and method are str, the body bytes")
        return Request(url=url, method=method, headers=headers, body=body)


def _payload(task: Task, slot: Slot) -> Payload:
    payload = task.build(slot.case)
    if not isinstance(payload, Payload):
        raise TypeError(f"task {task.name}: build gave {type(payload).__name__}, not a Payload")
    return payload


def _words_of(error: BaseException) -> str:
    try:
        return one_line(repr(error))
    except Exception:  # noqa: BLE001 - even saying what is wrong is the plugin's code
        return type(error).__name__
