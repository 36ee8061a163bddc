"""A compressed body is decoded whole, and nothing of it escapes the size cap."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.transport.decoding import Inflater, decoder_for

CAP_BYTES = 10_000


def decoded(body: bytes, size: int = 1 << 20, cap_bytes: int = CAP_BYTES) -> bytes:
    """Decode a body that comes in pieces of some size; the whole of it must have come."""
    inflater = Inflater(cap_bytes)
    parts = [inflater.feed(body[place : place + size]) for place in range(0, len(body), size)]
    assert not inflater.is_cut
    return b"".join(parts)


@given(
    members=st.lists(st.binary(max_size=300), min_size=1, max_size=4),
    size=st.integers(1, 50),
    padding=st.integers(0, 40),
)
def test_every_member_is_decoded_however_it_is_cut_into_pieces(
    members: list[bytes], size: int, padding: int
) -> None:
    body = b"".join(map(gzip.compress, members)) + bytes(padding)
    assert decoded(body, size) == b"".join(members)


def test_deflate_is_decoded() -> None:
    inflater = decoder_for({"content-encoding": "deflate"}, 200, CAP_BYTES)
    assert inflater is not None
    assert inflater.feed(zlib.compress(b"[1, 2]")) == b"[1, 2]"
    assert not inflater.is_cut


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
@pytest.mark.parametrize(
    "junk", [b"junk", b"\x1fjunk", b"\0\0junk", gzip.compress(b"2", mtime=0) + b"!"]
)
def test_other_bytes_after_the_end_are_refused(junk: bytes, size: int) -> None:
    with pytest.raises(ValueError, match="other bytes follow its end"):
        decoded(gzip.compress(b"[1]") + junk, size)


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_a_second_member_that_is_cut_is_told_from_a_whole_one(size: int) -> None:
    second = gzip.compress(b"2]")
    for kept in range(1, len(second)):
        inflater = Inflater(CAP_BYTES)
        body = gzip.compress(b"[1,") + second[:kept]
        for place in range(0, len(body), size):
            inflater.feed(body[place : place + size])
        assert inflater.is_cut


@pytest.mark.parametrize("size", [1000, 1 << 20])
def test_the_cap_holds_over_all_members(size: int) -> None:
    half = gzip.compress(bytes(CAP_BYTES // 2))
    assert len(decoded(half * 2, size)) == CAP_BYTES
    with pytest.raises(OverflowError):
        decoded(half * 2 + gzip.compress(b"1"), size)


def test_what_unpacks_to_nothing_ends_at_the_cap_as_well() -> None:
    with pytest.raises(OverflowError):
        decoded(gzip.compress(b"") * 20_000, 16_384)
    with pytest.raises(OverflowError):
        decoded(gzip.compress(b"[1]") + bytes(1_000_000), 16_384)


def test_bytes_that_are_not_gzip_are_refused() -> None:
    with pytest.raises(ValueError, match="not valid gzip"):
        decoded(b"{}")
