"""Makes a certificate for this machine that lasts for one benchmark."""

import shutil
import subprocess
from pathlib import Path


def make(folder: Path) -> tuple[Path, Path]:
    """Give (certificate, key) as PEM files in `folder`; raises OSError without openssl."""
    openssl = shutil.which("openssl")
    if openssl is None:
        raise OSError("openssl was not found: nothing is measured with TLS")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "2", "-subj", "/CN=revgate benchmark"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
    command += ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key
