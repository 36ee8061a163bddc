"""nginx with the echo module, as a distribution packages them."""

import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from benchmarks.serving.answers import LABELS, PATHS

_MODULES = (
    Path("/usr/lib/nginx/modules/ngx_http_echo_module.so"),
    Path("/usr/lib64/nginx/modules/ngx_http_echo_module.so"),
    Path("/usr/share/nginx/modules/ngx_http_echo_module.so"),
)
Port = tuple[int, bool]
"""(delay in ms, whether TLS is spoken)."""


def found() -> tuple[str, Path] | None:
    """Give nginx and its echo module; None where one of them is missing."""
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    module = next((path for path in _MODULES if path.exists()), None)
    return (program, module) if program is not None and module is not None else None


def version(program: str) -> str:
    """Give `nginx X.Y.Z`."""
    told = subprocess.run([program, "-v"], capture_output=True, text=True, check=True).stderr
    return told.strip().rpartition(": ")[2].replace("/", " ")


def configuration(module: Path, ports: Mapping[Port, int], certificate: Path, key: Path) -> str:
    """Give the configuration of one worker that serves every port, in the folder it runs in."""
    servers = "\n".join(
        _server(delay_ms, number, _tls(certificate, key) if has_tls else ())
        for (delay_ms, has_tls), number in ports.items()
    )
    return f"""\
load_module {module};
daemon off;
pid nginx.pid;
error_log error.log;
worker_processes 1;
events {{ worker_connections 4096; multi_accept on; }}
http {{
  log_format benchmark '$msec $request_time $status';
  access_log access.log benchmark buffer=64k flush=200ms;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  keepalive_requests 100000000; keepalive_timeout 600s;
  default_type application/json;
{servers}
}}
"""


def _tls(certificate: Path, key: Path) -> tuple[str, ...]:
    return (f"ssl_certificate {certificate}; ssl_certificate_key {key};",)


def _server(delay_ms: int, number: int, tls: Iterable[str]) -> str:
    sleep = f"echo_sleep {delay_ms / 1000:g}; " if delay_ms else ""
    ssl = " ssl" if tls else ""
    places = [f"    location / {{ {sleep}echo -n '{LABELS}'; }}"]
    places += [
        f"    location = {path} {{ {sleep}echo -n '{body}'; }}" for path, body in PATHS.items()
    ]
    lines = [f"  server {{ listen 127.0.0.1:{number}{ssl} backlog=4096;", *tls, *places, "  }"]
    return "\n".join(lines)
