"""Addresses, a revision that changed, shapes, usage, cost and first words stand in the report."""

import math

import pytest

from harness.api import Dossier, Estimate, Trace
from harness.data.noun import replace
from harness_reports import markdown
from harness_reports.quantities import dollars, usage_value
from harness_reports.view.served import served_spans, shape_findings
from harness_reports.view.usage import usage_table
from tests.reports import dossiers, media_dossiers
from tests.reports.test_media import page


def words(dossier: Dossier) -> str:
    return " ".join(" ".join(page(dossier).texts).split())


def test_addresses_moved_and_bundled_answers_are_counted() -> None:
    text = words(media_dossiers.routes())
    assert "141 answers from https://a.endpoints.example" in text
    assert "59 answers from https://b.endpoints.example" in text
    assert "9 answers from another address than the one meant; left out of latency" in text
    assert "24 answers in one request with others; left out of latency" in text
    assert "as a retry, another address, a bundle, a cache, a recording or a wait of ours" in text


def test_a_revision_that_changed_in_mid_run_is_said_with_its_times() -> None:
    text = words(media_dossiers.routes())
    assert "What answered changed in mid-run:" in text
    assert f"{dossiers.THIRD} 2026-11-21 07:31:12 UTC to 2026-11-21 07:31:21 UTC" in text


def test_one_span_of_time_is_no_change() -> None:
    target = media_dossiers.routes().targets[1]
    assert served_spans(replace(target, served_spans=target.served_spans[:1])) == ()
    assert "What answered changed" not in words(dossiers.all_pass())


def test_traces_stand_in_a_line_each_with_the_moment_of_a_change() -> None:
    base = dossiers.all_pass()
    moment = "2026-11-21T10:00:00Z"
    traces = {
        "x-inference-provider": Trace(counts={"groq": 1, "together": 8}, changed_at=moment),
        "provider": Trace(counts={"a`<b>": 4, "c": 5}, changed_at=moment, in_turns=True),
        "system_fingerprint": Trace(counts={"fp_1": 9}),
    }
    told = replace(base, targets=(replace(base.targets[0], traces=traces), *base.targets[1:]))
    when = "2026-11-21 10:00:00 UTC"
    text = words(told)
    assert f"x-inference-provider groq (1 answer), together (8 answers); changed at {when}" in text
    assert f"provider a`<b> (4 answers), c (5 answers); in turns since {when}" in text
    assert "system_fingerprint fp_1 (9 answers)" in text
    short = summary(told)
    name = base.targets[0].name
    line = f"- `{name}`: `x-inference-provider` groq (1 answer), together (8 answers); changed at"
    assert f"{line} {when}" in short.replace("\\", "")
    assert "\\<b\\>" in short  # shown, not obeyed
    assert "system_fingerprint" not in words(base) + summary(base)


def test_a_change_of_shape_is_a_finding() -> None:
    base = media_dossiers.routes()
    (finding,) = shape_findings(base)
    assert "[[{label,score}]] sent by baseline" in finding
    assert finding in words(base)
    same = replace(base.targets[1], shapes=base.targets[0].shapes)
    assert shape_findings(replace(base, targets=(base.targets[0], same))) == ()
    nothing = replace(base.targets[1], shapes={})
    assert shape_findings(replace(base, targets=(base.targets[0], nothing))) == ()


def test_an_unknown_cost_is_not_nothing() -> None:
    table = usage_table(media_dossiers.routes())
    assert table is not None
    rows = {name: cells for name, *cells in table.rows}
    assert rows["Input tokens"] == ["18,204", "18,190"]
    assert rows["Output tokens"] == ["4,410", "not stated"]
    assert rows["Cost"] == ["$0.00421", "unknown"]
    assert rows["Cost of 1,000 answers"] == ["$0.0211", "unknown"]
    assert table.notes[0] == "baseline: price as of 2026-11-02."
    assert "no price is known" in table.notes[1]


def test_a_cost_of_nothing_is_nothing() -> None:
    base = dossiers.all_pass()
    free = tuple(replace(target, cost_usd=0.0) for target in base.targets)
    table = usage_table(replace(base, targets=free))
    assert table is not None
    assert table.rows[0] == ("Cost", "$0", "$0")


def test_nothing_known_is_not_shown() -> None:
    assert usage_table(dossiers.all_pass()) is None
    assert "Usage and cost" not in words(dossiers.all_pass())


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (None, "unknown"),
        (float("nan"), "unknown"),
        (0.0, "$0"),
        (0.1, "$0.1"),
        (1234.5, "$1,234.50"),
        (0.000012345, "$0.0000123"),
        (1e-20, "under $0.000001"),
    ],
)
def test_dollars_have_three_digits_and_no_exponent(amount: float | None, shown: str) -> None:
    assert dollars(amount) == shown


def test_usage_has_its_unit() -> None:
    assert usage_value("compute_s", 2.41) == "2.41 s"
    assert usage_value("images", None) == "not stated"
    assert usage_value("input_tokens", 18204.0) == "18,204"


def test_first_words_stand_apart_from_whole_answers() -> None:
    read = page(media_dossiers.routes())
    ids = read.values("id")
    assert "first-token" in ids
    assert "latency-curve-t" in ids
    assert "first-token-curve-t" in ids
    text = " ".join("".join(read.texts).split())
    assert "Share of first words that came within a time" in text
    assert "first-token" not in page(dossiers.all_pass()).values("id")


def test_cases_of_another_shape_are_counted_even_where_both_sides_know_both_shapes() -> None:
    base = media_dossiers.routes()
    table = replace(base.comparisons[0].table, shape_changed=[0.0, 1.0, math.nan, 1.0])
    known = replace(base.targets[0], shapes=base.targets[1].shapes)
    changed = replace(
        base,
        targets=(known, base.targets[1]),
        comparisons=(replace(base.comparisons[0], table=table),),
    )
    (finding,) = shape_findings(changed)
    assert "changed, in 2 of 3 cases: " in finding


def test_a_measure_is_shown_with_its_interval() -> None:
    base = dossiers.all_pass()
    first, *rest = base.comparisons[0].measures
    sure = Estimate(value=0.91, low=0.882, high=0.937, confidence=0.95, method="t")
    compared = replace(base.comparisons[0], measures=(replace(first, interval=sure), *rest))
    with_interval = replace(base, comparisons=(compared,))
    assert "0.91 [0.882, 0.937]" in words(with_interval)
    assert "[0.882, 0.937]" not in words(base)
    text = summary(with_interval)
    assert "| `agreement` | 40 | 0.91 | [0.882, 0.937] | higher is better |" in text


def test_the_summary_says_the_same_in_short() -> None:
    text = summary(media_dossiers.routes())
    assert "`candidate`: 141 answers from `https://a.endpoints.example`" in text
    assert "9 answers from another address, left out of latency" in text
    assert "24 answers bundled with others, left out of latency" in text
    assert f"changed in mid-run: `{dossiers.THIRD}`" in text
    assert "The shape of the answers changed" in text
    assert "| Cost | \\$0.00421 | unknown |" in text
    assert "First words of" in text
    assert "First words of" not in summary(dossiers.all_pass())


def summary(dossier: Dossier) -> str:
    (artifact,) = markdown.render(dossier)
    return b"".join(artifact.chunks).decode()
