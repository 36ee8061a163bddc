"""Codings of a body are told from its headers, whatever the case and the spaces."""

import pytest

from harness.codings import DECODED, coding_of


@pytest.mark.parametrize(
    ("stated", "coding"),
    [
        (None, ""),
        ("", ""),
        (" identity ", ""),
        ("none,identity", ""),
        ("GZip", "gzip"),
        ("identity, x-gzip", "x-gzip"),
        ("deflate ,", "deflate"),
        ("gzip, gzip", "gzip,gzip"),
        ("Br", "br"),
        ("gzip;q=1", "gzip;q=1"),
    ],
)
def test_a_coding_is_what_changes_the_bytes(stated: str | None, coding: str) -> None:
    assert coding_of({} if stated is None else {"content-encoding": stated}) == coding
    assert (coding in DECODED) is (coding in ("gzip", "x-gzip", "deflate"))
