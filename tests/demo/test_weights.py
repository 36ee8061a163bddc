"""The revision is the digest of the files, and the files can be rebuilt bit for bit."""

import re
from pathlib import Path

import pytest

from harness_demo import weights
from harness_demo.served import Served
from tools import train_demo

NAMES = (
    weights.SENTIMENT_BEFORE,
    weights.SENTIMENT_AFTER,
    weights.SUMMARY_BEFORE,
    weights.SUMMARY_AFTER,
)


def test_each_served_revision_is_the_digest_of_its_files(served: tuple[Served, ...]) -> None:
    digests = [weights.revision_of(weights.read_weights(name)) for name in NAMES]
    assert [one.revision for one in served] == digests
    assert all(re.fullmatch(r"[0-9a-f]{40}", digest) for digest in digests)
    assert len(set(digests)) == 4


@pytest.mark.parametrize(
    "other",
    [
        {"a": b"12", "b": b"4"},
        {"a": b"1", "b": b"34"},
        {"a": b"123", "b": b""},
        {"ab": b"123"},
        {"a": b"3", "b": b"12"},
    ],
)
def test_any_other_name_or_content_is_another_revision(other: dict[str, bytes]) -> None:
    assert weights.revision_of(other) != weights.revision_of({"a": b"12", "b": b"3"})


def test_the_order_of_the_files_does_not_matter() -> None:
    one = weights.revision_of({"a": b"1", "b": b"2"})
    assert one == weights.revision_of({"b": b"2", "a": b"1"})


def test_the_weights_are_rebuilt_bit_for_bit(tmp_path: Path) -> None:
    train_demo.main(["--out", str(tmp_path)])
    for name in NAMES:
        rebuilt = {file.name: file.read_bytes() for file in (tmp_path / name).iterdir()}
        assert rebuilt == weights.read_weights(name)


def test_each_revision_is_smaller_than_300_kilobytes() -> None:
    for name in NAMES:
        assert sum(map(len, weights.read_weights(name).values())) < 300_000
