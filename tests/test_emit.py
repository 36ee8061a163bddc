"""Untrusted text cannot steer a terminal, a CI runner or a reader's eye."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.emit import display_width, log_line, one_line, quoted_block, visible

STEERING = (
    [chr(c) for c in range(0x20) if chr(c) not in "\n\t"]
    + [chr(c) for c in range(0x7F, 0xA0)]
    + list("\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202e\u2060\u2066\u2069\ufeff\ud800\udfff")
)


@pytest.mark.parametrize("character", STEERING, ids=[f"U+{ord(c):04X}" for c in STEERING])
def test_what_steers_is_written_as_an_escape(character: str) -> None:
    shown = visible(f"a{character}b")
    assert character not in shown
    assert shown.startswith("a\\")
    assert shown.endswith("b")


@pytest.mark.parametrize("text", ["plain", "tab\tand\nline", "naïve 漢字 🙂", "\\x1b as typed"])
def test_the_rest_is_left_as_it_is(text: str) -> None:
    assert visible(text) == text


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=80))
@settings(max_examples=300, deadline=None)
def test_the_result_always_encodes_and_holds_no_control(text: str) -> None:
    for shown in (visible(text), log_line(text), quoted_block(text), one_line(text)):
        shown.encode()
        assert not any(ord(c) < 32 and c not in "\n\t" for c in shown)
    assert "\n" not in one_line(text)
    assert len(one_line(text)) <= 200
    assert visible(visible(text)) == visible(text)


COMMANDS = ["::error::x", "  ::set-env name=a::b", "##[error]x", "say ##[group]x", "##vso[task]x"]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("before", ["", "fine\n", "\t", "\u00a0", "\x0b", "a\r"])
def test_no_runner_finds_a_command(command: str, before: str) -> None:
    for shown in (log_line(before + command), quoted_block(before + command)):
        for line in shown.split("\n"):
            assert not line.strip().startswith("::")
            assert "##[" not in line
            assert "##vso" not in line


def test_one_line_is_short_and_says_that_it_is_cut() -> None:
    assert one_line("a\n b\t c") == "a b c"
    assert one_line("x" * 300) == "x" * 199 + "…"
    assert one_line("x" * 50, limit=10) == "x" * 9 + "…"


def test_width_is_in_cells() -> None:
    assert display_width("ab") == 2
    assert display_width("漢字") == 4
    assert display_width("e\u0301") == 1
