"""Over TLS, a server that cannot prove its name gets nothing."""

from pathlib import Path

from harness.transport import Transport
from tests.transport.certificates import context
from tests.transport.faulty import FaultyServer, reply
from tests.transport.sending import SECRET, answer_of, fault_in, send


def test_an_untrusted_certificate_is_final_and_nothing_is_sent(
    transport: Transport, certificate: tuple[Path, Path]
) -> None:
    with FaultyServer({"/m": reply()}, tls=context(certificate)) as server:
        fault = fault_in(send(transport, f"{server.url}/m", secret=SECRET))
    assert (fault.kind, fault.is_transient) == ("connect", False)
    assert "certificate" in fault.message.lower()
    assert server.ledger == []


def test_plain_http_on_a_tls_port_is_final(transport: Transport) -> None:
    with FaultyServer({"/m": reply()}) as server:
        fault = fault_in(send(transport, f"https://127.0.0.1:{server.port}/m", secret=SECRET))
    assert fault.kind in {"connect", "truncated"}
    assert server.ledger == []


def test_a_trusted_certificate_is_enough(
    transport: Transport, certificate: tuple[Path, Path]
) -> None:
    ca_file = str(certificate[1])
    with FaultyServer({"/m": reply()}, tls=context(certificate)) as server:
        first = send(transport, f"{server.url}/m", ca_file=ca_file)
        again = send(transport, f"{server.url}/m", ca_file=ca_file)
    assert answer_of(first).status == answer_of(again).status == 200
    assert first.timings.connect_s
    assert again.timings.connect_s == 0


def test_a_certificate_trusted_for_one_target_is_not_trusted_for_another(
    transport: Transport, certificate: tuple[Path, Path]
) -> None:
    with FaultyServer({"/m": reply()}, tls=context(certificate)) as server:
        answer_of(send(transport, f"{server.url}/m", ca_file=str(certificate[1])))
        fault = fault_in(send(transport, f"{server.url}/m"))
    assert (fault.kind, fault.is_transient) == ("connect", False)
    assert len(server.ledger) == 1


def test_certificates_that_cannot_be_read_are_a_fault_that_names_them(
    transport: Transport, tmp_path: Path
) -> None:
    missing = str(tmp_path / "no-such.pem")
    fault = fault_in(send(transport, "https://127.0.0.1:1/m", ca_file=missing))
    assert (fault.kind, fault.is_transient) == ("config", False)
    assert missing in fault.message
