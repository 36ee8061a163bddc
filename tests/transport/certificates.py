"""Makes certificates for servers of tests, and what they serve TLS with."""

import shutil
import ssl
import subprocess
from pathlib import Path

Certificate = tuple[Path, Path]
"""The key and the chain."""


def issue(folder: Path) -> Certificate | None:
    """Give a certificate nobody trusts, for 127.0.0.1; None without openssl."""
    openssl = shutil.which("openssl")
    if openssl is None:
        return None
    key, chain = folder / "key.pem", folder / "chain.pem"
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    words += ["-subj", "/CN=revgate-test", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = [openssl, *words, "-keyout", str(key), "-out", str(chain)]
    subprocess.run(command, check=True, capture_output=True)
    return key, chain


def context(certificate: Certificate, *protocols: str) -> ssl.SSLContext:
    """Give what a server serves TLS with, offering these protocols."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    key, chain = certificate
    made.load_cert_chain(chain, key)
    if protocols:
        made.set_alpn_protocols(list(protocols))
    return made
