"""The slices say how much slower each became, and how sure that is."""

import re

from harness.api import Dossier, Estimate, Slice
from harness.cli.painting import uncoloured
from harness.data.noun import replace
from harness_reports import html, terminal
from harness_reports.view.slices import slice_tables, slices_words
from tests.reports import dossiers


def ratio(value: float, low: float, high: float) -> Estimate:
    return Estimate(value=value, low=low, high=high, confidence=0.95, method="order statistics")


def with_slices(**times: Estimate | None) -> Dossier:
    base = dossiers.text_task()
    part = Slice(
        tag="de", n=200, before_rate=0.9, after_rate=0.8, difference=None, regressed=20, fixed=0,
        p_value=0.5, timed=200, **times,
    )  # fmt: skip
    comparison = replace(base.comparisons[0], slices=(part,))
    return replace(base, comparisons=(comparison, *base.comparisons[1:]))


def page_of(dossier: Dossier) -> str:
    artifact, *_ = html.render(dossier)
    whole = b"".join(artifact.chunks).decode()
    section = re.search(r'<section aria-labelledby="slices">.*?</section>', whole, re.DOTALL)
    assert section is not None
    return section[0]


def test_a_change_that_is_sure_stands_alone_and_one_that_is_not_with_a_tilde() -> None:
    dossier = with_slices(latency_shift=ratio(1.2, 1.1, 1.3), latency_p95=ratio(1.2, 0.8, 1.9))
    ((row,),) = [table.shown for table in slice_tables(dossier)]
    assert row.time == ("×1.2", "[×1.1, ×1.3]")
    assert row.tail == ("~ ×1.2", "[×0.8, ×1.9]")
    page = page_of(dossier)
    assert '<th scope="col" class="number">p95</th>' in page
    assert '~ ×1.2 <span class="interval">[×0.8, ×1.9]</span>' in page
    assert "no evidence of a change" in page
    screen = "\n".join(map(uncoloured, terminal.screen(dossier)))
    assert "×1.2 [×1.1, ×1.3]" in screen
    assert "~ ×1.2 [×0.8, ×1.9]" in screen


def test_faster_is_as_sure_as_slower() -> None:
    ((row,),) = [t.shown for t in slice_tables(with_slices(latency_shift=ratio(0.8, 0.7, 0.9)))]
    assert row.time == ("×0.8", "[×0.7, ×0.9]")


def test_a_column_nobody_has_a_number_for_is_not_there() -> None:
    few = with_slices(latency_shift=ratio(1.2, 1.1, 1.3))
    assert ">Time</th>" in page_of(few)
    assert "p95" not in page_of(few)
    assert "95th" not in slices_words(slice_tables(few))
    none = with_slices()
    assert ">Time</th>" not in page_of(none)
    assert "Time" not in slices_words(slice_tables(none))
