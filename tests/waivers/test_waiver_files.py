"""Waiver files: what is written reads back, people's own words stay, mistakes have places."""

from pathlib import Path

import pytest

from harness.data.noun import replace
from harness.data.waiver import Waiver
from harness.suitefile import SuiteError
from harness.waivers import Accepted, ReadWaivers, read_waivers, waivers_path, waivers_text
from harness.waivers.reading import read_text

ONE = Waiver(
    case="praise",
    digest="a" * 64,
    revision="b" * 40,
    reason='it says "fine" now: C:\\new, ok # not a comment',
    by="Kim Näslund",
    accepted="2026-11-21",
    expires="2027-02-19",
)
TWO = replace(ONE, case="irony", digest="c" * 64, reason="ironie: 冷笑 \x1b[31m\u2028")


FLOW = (
    f'suite: sides\nwaivers: [{{case: "irony", digest: "{"c" * 64}", revision: "{"b" * 40}", '
    'reason: so, by: "Kim Näslund", accepted: "2026-11-21", expires: "2027-02-19"}]\n'
)


def written(*waivers: Waiver, before: ReadWaivers | None = None, said: str = "") -> str:
    added = [Accepted(waiver=waiver, said=said) for waiver in waivers]
    return waivers_text("sides", before, added)


def read(text: str) -> ReadWaivers:
    return read_text(text.encode(), "s.waivers.yaml")


def test_what_is_written_reads_back_in_a_stable_order() -> None:
    safe = replace(TWO, reason="ironie: 冷笑")
    text = written(ONE, safe, said="fails label_is: expected A, got B")
    assert read(text).waivers.entries == (safe, ONE)
    assert text == written(safe, ONE, said="fails label_is: expected A, got B")
    assert text.startswith("# Known differences of this suite")
    assert '  # fails label_is: expected A, got B\n  - case: "irony"\n' in text
    assert "冷笑" in text
    assert 'by: "Kim Näslund"' in text


def test_nothing_hostile_reaches_the_file_raw() -> None:
    text = written(TWO, said="got \x1b[2J\nwaivers: [] hf_" + "a1" * 12)
    assert "\x1b" not in text
    assert "\u2028" not in text
    assert "hf_a1" not in text
    assert text.count("\nwaivers:") == 1


def test_adding_keeps_the_comments_and_the_order_of_people() -> None:
    text = written(ONE, replace(ONE, case="zeal", digest="d" * 64))
    text = text.replace('  - case: "zeal"', '  # Kim looks at this in March\n  - case: "zeal"')
    text = text.replace("# accepted by", "# by us, accepted by") + "\n# the end\n"
    more = written(TWO_SAFE, before=read(text))
    assert [one.case for one in read(more).waivers.entries] == ["irony", "praise", "zeal"]
    assert '# Kim looks at this in March\n  - case: "zeal"' in more
    assert more.endswith("# the end\n")
    assert more.startswith(text[: text.index("waivers:")])
    for line in text.split("\n"):
        assert line in more


TWO_SAFE = replace(TWO, reason="so")


def test_accepting_again_replaces_the_entry() -> None:
    text = written(ONE, TWO_SAFE)
    later = replace(ONE, expires="2028-01-01", reason="still")
    again = written(later, before=read(text))
    assert read(again).waivers.entries == (TWO_SAFE, later)
    assert again.count("praise") == 1


@pytest.mark.parametrize(
    "text",
    [
        'suite: "sides"\nwaivers: []\n',
        FLOW,
    ],
)
def test_a_file_in_another_layout_is_written_anew(text: str) -> None:
    before = read(text)
    again = written(ONE, before=before)
    assert read(again).waivers.entries == (*before.waivers.entries, ONE)


def test_entries_at_another_indent_stay_there() -> None:
    text = written(ONE).replace("\n  ", "\n")
    again = written(TWO_SAFE, before=read(text))
    assert read(again).waivers.entries == (TWO_SAFE, ONE)
    assert '\n- case: "irony"\n' in again


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ('"praise"', "[1]", "E124", "7:11"),
        ("a" * 64, "a" * 63, "E124", "8:13"),
        ('"2027-02-19"', "2027-02-19", "E109", "13:14"),
        ('"2027-02-19"', '"2027-02-30"', "E124", "13:14"),
        ('    by: "Kim Näslund"\n', "", "E123", "7:5"),
        ("    by:", "    who: x\n    by:", "E102", "11:5"),
        ("reason:", "reason: x\n    reason:", "E101", "11:5"),
        ("C:", "hf_" + "a1" * 12, "E116", "10:36"),
        ('suite: "sides"\n', "", "E123", "5:1"),
    ],
)
def test_a_mistake_is_told_at_its_place(old: str, new: str, code: str, place: str) -> None:
    text = written(ONE).replace(old, new, 1)
    with pytest.raises(SuiteError) as caught:
        read(text)
    found = [(p.code, p.place) for p in caught.value.problems]
    assert (code, f"s.waivers.yaml:{place}") in found


def test_a_case_waived_twice_is_an_error() -> None:
    once = written(ONE)
    twice = once + once[once.index("  - case") :].replace("praise", "praise-2")
    with pytest.raises(SuiteError, match=r"E143.*'praise-2' is waived twice"):
        read(twice)


def test_an_empty_file_is_an_error_and_no_file_is_no_waiver(tmp_path: Path) -> None:
    path = waivers_path(tmp_path / "deep" / "sst2.yaml")
    assert path == tmp_path / "deep" / "sst2.waivers.yaml"
    assert read_waivers(path) is None
    for text in ("", "# nothing\n"):
        with pytest.raises(SuiteError, match="E110"):
            read(text)
