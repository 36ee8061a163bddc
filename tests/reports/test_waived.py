"""Waived cases in every report: apart from the regressions, hostile words and all."""

from collections.abc import Callable

import pytest

from harness.api import Dossier, FlipColumn, Reporter, WaivedFlip, Waiver, WaiverUse
from harness.data.noun import replace
from harness_reports import html, junit, markdown, result_json
from tests.reports import dossiers

EVIL = "<script>alert(1)</script> ::error::x \x1b[2J\u202e [a](javascript:b) `"


def with_waivers(word: Callable[[str], str] = str) -> Dossier:
    """Give the dossier of regressions, the first two of them waived."""
    base = dossiers.regressions(24, 1)
    (comparison,) = base.comparisons
    lost = [flip for flip in comparison.flips if flip.after == "fail"][:2]
    waived = tuple(WaivedFlip(flip=flip, waiver=waiver(flip.case_id, word)) for flip in lost)
    uses = [WaiverUse(waiver=w.waiver, status="used", note=word("waived")) for w in waived]
    gone = WaiverUse(waiver=waiver("gone", word), status="expired", note=word("it expired"))
    ids = {flip.case_id for flip in lost}
    views = [
        replace(view, change={"candidate": "waived"}) if view.case.id in ids else view
        for view in base.case_views()
    ]
    rest = FlipColumn(flip for flip in comparison.flips if flip not in lost)
    verdict = replace(base.verdict, reasons=(word("without them"),))
    return replace(
        base,
        comparisons=(replace(comparison, flips=rest, waived=waived),),
        waivers=(*uses, gone),
        without_waivers=verdict,
        case_views=lambda: iter(views),
    )


def waiver(case: str, word: Callable[[str], str]) -> Waiver:
    return Waiver(
        case=word(case), digest="d" * 64, revision="b" * 40, reason=word("on purpose"),
        by=word("kim"), accepted="2026-11-21", expires="2027-01-01",
    )  # fmt: skip


def written(reporter: Reporter, dossier: Dossier) -> str:
    (artifact, *_) = reporter.render(dossier)
    return b"".join(artifact.chunks).decode()


HTML, JUNIT, MARKDOWN, JSON = (
    next(iter(module.harness_reporters())) for module in (html, junit, markdown, result_json)
)


def test_the_page_has_a_section_of_its_own_and_a_tile() -> None:
    page = written(HTML, with_waivers())
    section = page[page.index('<h2 id="waived">') : page.index('<h2 id="fixed">')]
    assert "2 cases passed before and fail now, and were accepted" in section
    assert section.count("on purpose") == 3
    assert "expired" in section
    assert "Without waivers:" in section
    assert 'href="#waived"><span class="count">2</span>' in page
    plain = written(HTML, dossiers.regressions(24, 1))
    assert 'id="waived"' not in plain
    assert "waived" not in plain[plain.index("<body>") : plain.index('id="case-list"')]


def test_a_waived_case_is_skipped_and_no_failure() -> None:
    before = written(JUNIT, dossiers.regressions(24, 1))
    after = written(JUNIT, with_waivers())
    assert after.count('<skipped message="waived: pass') == 2
    assert before.count('type="regression"') - after.count('type="regression"') == 2


def test_the_summary_names_them_with_reason_and_end() -> None:
    text = written(MARKDOWN, with_waivers())
    assert "2 waived" in text
    assert "(until 2027\\-01\\-01, by kim): on purpose" in text
    assert "Without waivers: **fail**. without them" in text
    assert "waived" not in written(MARKDOWN, dossiers.regressions(24, 1))


@pytest.mark.parametrize("reporter", [HTML, JUNIT, MARKDOWN, JSON], ids=lambda one: one.name)
def test_hostile_words_in_waivers_stay_words(reporter: Reporter) -> None:
    text = written(reporter, with_waivers(lambda _text: EVIL))
    assert "\x1b" not in text
    if reporter in (HTML, JUNIT):
        assert "<script>alert" not in text
    if reporter is MARKDOWN:
        assert "\n::error" not in text
        assert "[a](javascript" not in text
