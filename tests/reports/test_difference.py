"""Word differences are right, readable, and fast on what models really do."""

import time

import pytest

from harness_reports.characters import one_line, parts_of, visible
from harness_reports.difference import MOST_CHARACTERS, difference_of, tokens_of


def marked(before: str, after: str) -> tuple[str, str]:
    found = difference_of(before, after)
    left = "".join(f"[{s.text}]" if s.is_changed else s.text for s in found.before)
    right = "".join(f"[{s.text}]" if s.is_changed else s.text for s in found.after)
    return left, right


def test_one_changed_word_is_marked_alone() -> None:
    assert marked("opens on Tuesday at noon sharp", "opens on Friday at noon sharp") == (
        "opens on [Tuesday] at noon sharp",
        "opens on [Friday] at noon sharp",
    )


def test_short_islands_between_changes_belong_to_the_change() -> None:
    assert (
        marked(
            "it is a matter of great concern to all who live here",
            "it is a matter of small interest to all who live here",
        )[0]
        == "it is a matter of [great concern] to all who live here"
    )


def test_text_that_is_only_added_is_marked_on_one_side() -> None:
    left, right = marked("the cost is known", "the cost is known, and high")
    assert "[" not in left
    assert right == "the cost is known[, and high]"


def test_both_sides_join_to_the_whole_text() -> None:
    before, after = "a b  c\n\nd é ü", "a x  c\n d e ü!"
    found = difference_of(before, after)
    assert "".join(s.text for s in found.before) == before
    assert "".join(s.text for s in found.after) == after


def test_little_in_common_is_rewritten_not_confetti() -> None:
    found = difference_of("The tram opens in the spring of 2028.", "I cannot help with that.")
    assert found.is_rewritten
    assert found.note.startswith("Rewritten: ")
    assert not any(s.is_changed for s in (*found.before, *found.after))


@pytest.mark.parametrize(
    ("before", "after"), [("", ""), ("", "x"), ("x", ""), (" ", "  "), ("x", "x")]
)
def test_empty_and_equal_texts(before: str, after: str) -> None:
    found = difference_of(before, after)
    assert "".join(s.text for s in found.before) == before
    assert "".join(s.text for s in found.after) == after


def test_a_loop_of_two_thousand_words_takes_no_time() -> None:
    loop, other = "the " * 2000, "the a " * 1000
    started = time.process_time()
    difference_of(loop, other)
    difference_of(loop, "the " * 1999 + "end")
    assert time.process_time() - started < 1.0


def test_huge_texts_are_cut_to_where_they_differ() -> None:
    same = "word " * 20_000
    found = difference_of(same + "one", same + "two")
    shown = "".join(s.text for s in found.after)
    assert len(shown) <= MOST_CHARACTERS
    assert "two" in shown
    assert "Shown: characters" in found.note


def test_unrelated_texts_at_the_cap_stay_bounded() -> None:
    started = time.process_time()
    difference_of("一二三四五" * 6000, "六七八九十" * 6000)
    assert time.process_time() - started < 5.0


def test_no_grapheme_is_parted() -> None:
    assert tokens_of("cafe\u0301 หมู") != list("cafe\u0301 หมู")
    assert "e\u0301" in tokens_of("cafe\u0301")[-1]
    assert tokens_of("a 👩‍👩‍👧 b")[2] == "👩‍👩‍👧"
    assert tokens_of("東京") == ["東", "京"]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("नमस्ते दुनिया", ["नमस्ते", " ", "दुनिया"]),
        ("क्\u200dष", ["क्\u200dष"]),
        ("กำลัง ดี", ["กำลัง", " ", "ดี"]),
        ("e\u0301le\u0300ve…fin", ["e\u0301le\u0300ve", "…", "fin"]),
        ("か\u3099き日本", ["か\u3099", "き", "日", "本"]),
        ("👨\u200d👩\u200d👧 x", ["👨\u200d👩\u200d👧", " ", "x"]),
        ("1\ufe0f\u20e3 go", ["1\ufe0f\u20e3", " ", "go"]),
        ("ab \u0301c", ["ab", " ", "\u0301", "c"]),
    ],
)
def test_words_of_every_script_stay_whole(text: str, tokens: list[str]) -> None:
    assert tokens_of(text) == tokens


def test_a_difference_of_normalisation_is_said_in_words() -> None:
    assert (
        "normalisation" in difference_of("un café noir et doux", "un cafe\u0301 noir et doux").note
    )


def test_unseen_characters_are_shown() -> None:
    assert visible("a\x1b[31m\u202eb\u200b\x00\ud800") == "a\\x1b[31m\\u202eb\\u200b\\x00\\ud800"
    assert visible("tab\tand\nline stay, é 👩‍👩‍👧 ✔️ too") == "tab\tand\nline stay, é 👩‍👩‍👧 ✔️ too"
    parts = list(parts_of("a\u00a0b \nc\u200d"))
    assert [p.text for p in parts] == ["a", "\\xa0", "b", "·", "\nc", "\\u200d"]
    assert parts[1].title == "U+00A0 no-break space"
    assert [p.text for p in parts_of("  ", is_changed=True)] == ["··"]


def test_one_line_is_short_and_single() -> None:
    assert one_line("a\n b\u2028c" + "x" * 500, 10) == "a b\\u2028…"
