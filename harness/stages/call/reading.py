"""Makes an attempt out of what the transport brings back, nothing secret in it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from harness.api.kinds import Provider
from harness.credentials import Wallet
from harness.data.exchange import Fault, Response
from harness.data.noun import replace
from harness.emit import one_line
from harness.faults import fault_of
from harness.redact import Redactor, redactor_of
from harness.transport import Finished


def redactor_for(wallet: Wallet, providers: Iterable[Provider]) -> Redactor:
    """Give what removes every secret that may travel in this run."""
    return redactor_of(wallet.known_values(provider.credential for provider in providers))


@dataclass(frozen=True, slots=True)
class Reader:
    """Judges the status, and lets nothing secret through."""

    wallet: Wallet
    redactor: Redactor = field(repr=False)

    def read(
        self, finished: Finished, provider: Provider, url: str, *, is_detoured: bool = False
    ) -> tuple[Response | None, Fault | None]:
        """Give what may be stored: the response, and the fault it or its absence stands for."""
        response, fault = finished.response, finished.fault
        if response is not None:
            body = self.redactor.body(response.body)
            if not 200 <= response.status < 300:
                # Before the words are cut to their length: half a secret would be found no more.
                headers = {n: self.redactor.text(v) for n, v in response.headers.items()}
                fault = fault_of(Response(status=response.status, headers=headers, body=body))
            headers = self.redactor.kept_headers(response.headers)
            response = Response(
                status=response.status, headers=headers, body=body, arrivals=response.arrivals
            )
            if fault is None and response.arrivals:
                fault = _broken_stream(response, provider)
        if fault is not None:
            fault = self._explained(fault, provider, url, is_detoured=is_detoured)
        return response, fault

    def _explained(self, fault: Fault, provider: Provider, url: str, *, is_detoured: bool) -> Fault:
        """Remove secrets from a fault's words; say so when a token was withheld."""
        hint = fault.hint
        if fault.kind in {"auth", "gated"}:
            withheld = self.wallet.why_withheld(provider.credential, url, is_detoured=is_detoured)
            hint = withheld or hint
        return replace(fault, message=self.redactor.text(fault.message), hint=hint)


def _broken_stream(response: Response, provider: Provider) -> Fault | None:
    """Give the fault of an event stream that stopped before its end, or broke on the way.

    HTTP calls it complete, since every chunk came: only who knows the protocol sees it. A plain
    answer that cannot be read is the model's, and judged as such; a stream that breaks is the
    way's, and may come whole when it is asked for again.
    """
    try:
        provider.output(response)
    except ValueError as error:
        return Fault(
            kind="truncated",
            is_transient=True,
            message=f"the stream is not whole: {one_line(str(error))}",
            hint="the server or a proxy on the way broke it off; see its log",
        )
    except (Exception, SystemExit):  # noqa: BLE001 - the judge says what a plugin raised
        return None
    return None
