"""Looks at the libraries that measure and store, and at the extras."""

import re
import ssl
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, metadata, requires, version

from harness.doctor.nouns import Observation

_OWN = "revgate"
_EXTRA = re.compile(r"^([A-Za-z0-9._-]+).*;.*\bextra\s*==\s*['\"]([^'\"]+)['\"]")

# The WAL-reset bug: two connections that write or checkpoint at once may corrupt the file. Found
# in March 2026, in every version since WAL exists; https://sqlite.org/wal.html#walresetbug
_FIRST_WITH_WAL = (3, 7, 0)
_FIXED_IN = (3, 51, 3)
_ALSO_FIXED = ((3, 44, 6), (3, 50, 7))


def about_transports() -> Iterator[Observation]:
    """Give what sends and measures: libcurl, and `requests` where it is missing."""
    try:
        import pycurl
    except ImportError as error:
        yield Observation(
            subject="curl",
            state="warning",
            words=f"pycurl cannot be imported: {error}",
            advice="`requests` measures instead, and itself with it: pip install pycurl",
        )
    else:
        yield curl_observation(pycurl.version_info(), pycurl.VERSION_HTTP2, version("pycurl"))
    yield Observation(
        subject="requests",
        words=f"requests {version('requests')}, urllib3 {version('urllib3')}, "
        f"{ssl.OPENSSL_VERSION}",
    )


def curl_observation(info: tuple[object, ...], http2_bit: int, pycurl: str) -> Observation:
    """Give what `pycurl.version_info()` says of libcurl."""
    libcurl, features, tls = info[1], int(str(info[4])), info[5]
    has_http2 = bool(features & http2_bit)
    words = f"pycurl {pycurl}, libcurl {libcurl}, {tls or 'no TLS'}, "
    words += "HTTP/2" if has_http2 else "no HTTP/2"
    if not tls:
        advice = "https:// cannot be called: install a pycurl built with TLS"
        return Observation(subject="curl", state="error", words=words, advice=advice)
    return Observation(subject="curl", words=words)


def about_sqlite(number: tuple[int, ...]) -> Observation:
    """Give the version of SQLite, and whether it has the bug of writing connections."""
    words = ".".join(map(str, number))
    if not has_wal_reset_bug(number):
        return Observation(subject="SQLite", words=words)
    return Observation(
        subject="SQLite",
        state="warning",
        words=f"{words}, which has the WAL-reset bug (3.7.0 to 3.51.2)",
        advice="revgate's own processes write to a run in turns, which it spares; let nothing else "
        "write to a run.sqlite, and take a Python with SQLite 3.51.3 or newer when there is one",
    )


def has_wal_reset_bug(number: tuple[int, ...]) -> bool:
    """Whether a version of SQLite may corrupt a file that two connections write at once."""
    if not _FIRST_WITH_WAL <= number < _FIXED_IN:
        return False
    return not any(number[:2] == fixed[:2] and number >= fixed for fixed in _ALSO_FIXED)


def about_extras() -> Iterator[Observation]:
    """Give the extras, with the command that installs what is missing."""
    try:
        names = metadata(_OWN).get_all("Provides-Extra") or []
        yield from extras_observations(names, requires(_OWN) or [])
    except PackageNotFoundError:
        yield Observation(
            subject="extras",
            state="note",
            words="revgate is not installed as a package: its extras are not known",
        )


def extras_observations(names: Iterable[str], needed: Iterable[str]) -> Iterator[Observation]:
    """Give an observation an extra; `needed` are the requirements as the metadata writes them."""
    wanted: dict[str, list[str]] = {name: [] for name in sorted(names)}
    for requirement in needed:
        if (found := _EXTRA.match(requirement)) and found.group(2) in wanted:
            wanted[found.group(2)].append(found.group(1))
    for name, packages in wanted.items():
        there = {package: _version_of(package) for package in packages}
        missing = [package for package, number in there.items() if number is None]
        present = [f"{package} {number}" for package, number in there.items() if number]
        lacking = [f"{package} is missing" for package in missing]
        yield Observation(
            subject=f"extra {name}",
            state="note" if missing else "ok",
            words=", ".join((*present, *lacking)),
            advice=f"pip install '{_OWN}[{name}]'" if missing else "",
        )


def _version_of(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
