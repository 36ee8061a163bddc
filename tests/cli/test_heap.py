"""What a process has freed is given back to the machine."""

import platform
import subprocess
import sys

import pytest

_BLOCKS_OF_A_MEGABYTE = """
import os
import sys
if sys.argv[1] == "tidy":
    from harness.cli.heap import tidy_heap
    tidy_heap()

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

one = bytearray(b"x") * 16_000_000
del one  # by itself the C library takes all up to this for small from here on
blocks, between, before = [], [], resident()
for _ in range(40):
    blocks.append(bytearray(b"x") * 1_000_000)
    between.append(bytearray(b"x") * 2_000)
del blocks
print(resident() - before)
"""


def held(how: str, code: str = _BLOCKS_OF_A_MEGABYTE) -> int:
    """Bytes a process holds on to after it has freed forty megabytes."""
    told = subprocess.run(
        [sys.executable, "-c", code, how],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(told.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="it is glibc that holds on to it")
def test_what_lay_between_small_blocks_is_given_back_too() -> None:
    assert held("as it is") > 30_000_000
    assert held("tidy") < 5_000_000


_SMALL_BLOCKS = """
import os
import sys
from harness.cli.heap import give_back

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

blocks, between, before = [], [], resident()
for _ in range(1000):
    blocks.append(bytearray(b"x") * 40_000)
    between.append(bytearray(b"x") * 1_000)
ring = [blocks]
ring.append(ring)  # only a collection finds that nobody needs it
del blocks, ring
if sys.argv[1] == "given back":
    give_back()
print(resident() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="it is glibc that holds on to it")
def test_small_blocks_and_cycles_go_at_the_end_of_a_stage() -> None:
    assert held("as it is", _SMALL_BLOCKS) > 30_000_000
    assert held("given back", _SMALL_BLOCKS) < 12_000_000
