"""What the page says of an upgrade: upstream, conditions, latency, answers as they are drawn."""

import re

import pytest

from harness.api import Dossier, Json
from harness.data.noun import replace
from harness_reports import html
from tests.reports import dossiers, media_dossiers, upgrade_dossiers
from tests.reports.test_html import Reader


def page(dossier: Dossier) -> str:
    (reporter,) = html.harness_reporters()
    return b"".join(next(iter(reporter.render(dossier))).chunks).decode()


def words(text: str) -> str:
    """The text of a page or of a part of it, blanks folded."""
    return " ".join("".join(Reader(text).texts).split())


def section(text: str, name: str) -> str:
    found = re.search(
        rf'<section aria-labelledby="{name}".*?(?=<section aria-labelledby|</main>)',
        text,
        re.DOTALL,
    )
    assert found is not None, name
    return found.group()


def cells(part: str) -> list[list[str]]:
    """The rows of the tables of a part as text."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", part, re.DOTALL)
    return [
        [re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", cell)).strip() for cell in
         re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in rows
    ]  # fmt: skip


def test_pins_and_proof_stand_in_the_head() -> None:
    head = page(dossiers.three_targets()).partition("</header>")[0]
    told = words(head.partition("<body>")[2].replace("<header", "<header") + "</header>")
    for name, revision, proof in (
        ("baseline", "714eb0f", "✓ proven"),
        ("candidate", "9f2c1d0", "✓ proven"),
        ("quantised", "03aa6ee", "~ opaque"),
    ):
        assert f"{name} {revision} {proof}" in told


def test_what_changed_upstream_stands_beside_what_changed_in_behaviour() -> None:
    part = words(section(page(upgrade_dossiers.upgraded()), "upstream"))
    assert "from 714eb0f to 9f2c1d0: 2 commits later than the baseline." in part
    assert "≠ changed model.safetensors weights" in part
    assert "− removed vocab.txt tokenizer" in part
    assert "9f2c1d0 Train two epochs more 2026-10-02" in part
    assert "Lower-case the <labels>" in part
    assert "There are more than the lock keeps." in part
    assert "Passed 90.0 % → 85.0 % (−5.0 points)" in part
    assert "Cases 10 regressed, 5 fixed, 5 changed, 40 same" in part
    assert "6 regressions expect: expected NEGATIVE" in part


def test_upstream_is_told_once_and_not_among_the_settings() -> None:
    text = page(upgrade_dossiers.upgraded())
    assert "model.safetensors" not in words(section(text, "provenance"))


def test_without_a_lock_it_is_said_how_to_know() -> None:
    assert "`revgate lock` asks the Hub" in words(section(page(dossiers.all_pass()), "upstream"))


def test_another_model_has_no_upstream() -> None:
    base = dossiers.all_pass()
    other = replace(base.targets[1], model="somebody/else")
    text = page(replace(base, targets=(base.targets[0], other)))
    assert 'id="upstream"' not in text
    assert 'href="#upstream"' not in text


@pytest.mark.parametrize("bad", [None, [], "x", {"candidate": {"commits": 3, "files": ["x", {}]}}])
def test_what_is_stored_of_upstream_may_be_anything(bad: Json) -> None:
    base = dossiers.all_pass()
    environment = {**base.environment, "preflight": {"upstream": bad}}
    assert "In behaviour" in page(replace(base, environment=environment))


def test_what_should_be_equal_is_told_with_what_differs_first() -> None:
    part = section(page(upgrade_dossiers.upgraded()), "compared")
    rows = cells(part.partition("What should be equal")[2])
    assert rows[1][:2] == ["transport", "! differs"]
    assert "what sent the calls was curl, is requests" in rows[1][2]
    assert rows[2][:2] == ["prompts", "= equal"]
    assert "of 1,000 comparisons of the baseline with itself, 3 failed a gate" in words(part)
    assert "shows four times in five: 8.1 points" in words(part)


def test_three_targets_stand_abreast() -> None:
    text = page(dossiers.three_targets())
    rows = cells(section(text, "compared"))
    table = {row[0]: row[1:] for row in rows if len(row) == 4}
    assert table["Figure"] == ["baseline", "candidate", "quantised"]
    assert table["Passed"] == ["90.0 %", "85.0 %", "87.0 %"]
    assert table["Regressed"][0] == "—"
    assert table["Regressed"][1] == "4"
    assert table["Who answered"] == ["✓ proven", "✓ proven", "~ opaque"]
    panel = re.search(r'<details class="case".*?</details>', text, re.DOTALL)
    assert panel is not None
    assert panel.group().count('<section class="pane') == 3
    (heads,) = [row for row in cells(panel.group()) if row[0] == "Label"]
    assert heads == ["Label", "baseline", "candidate", "Change", "quantised"]


def test_gates_that_only_warn_are_folded_where_there_are_many() -> None:
    base = dossiers.all_pass()
    warn = [
        replace(dossiers.pass_rate_gate(outcome), slice=f"tag-{place}", level="warn")
        for place, outcome in enumerate(("pass", "inconclusive", "fail") * 5)
    ]
    verdict = replace(base.verdict, gates=(dossiers.errors_gate(), *warn))
    part = section(page(replace(base, verdict=verdict)), "gates")
    shown, _, folded = part.partition('<details class="fold">')
    assert "10 more that only warn, and did not" in folded
    assert re.findall(r"slice (tag-\d+)", shown) == [f"tag-{place}" for place in (2, 5, 8, 11, 14)]
    assert len(re.findall(r"slice (tag-\d+)", folded)) == 10
    assert "<details" not in section(page(base), "gates")


def test_two_targets_have_no_table_abreast() -> None:
    assert 'class="abreast"' not in page(dossiers.all_pass())


def test_every_percentile_has_its_interval_and_what_is_left_out_its_reason() -> None:
    part = section(page(upgrade_dossiers.upgraded()), "latency")
    rows = {row[0]: row for row in cells(part)}
    assert re.fullmatch(r"[\d.]+ ms \[[\d.]+ ms, [\d.]+ ms\]", rows["baseline"][2])
    assert rows["baseline"][5] == "—"
    assert rows["came after a retry: the wait in between is ours"][1:] == ["4", "4"]
    assert rows["came from a cache of the server"][1:] == ["2", "2"]
    told = words(part)
    assert "the interval of 95 % of a percentile, from order statistics" in told
    assert "counting cases, as repeats of a case are alike" in told


def test_the_time_from_being_due_stands_beside_the_time_from_being_sent() -> None:
    part = section(page(upgrade_dossiers.paced()), "latency")
    rows = {row[0]: row for row in cells(part.partition('id="response"')[2])}
    sent, due = (
        float(rows[f"candidate, from being {word}"][2].split()[0]) for word in ("sent", "due")
    )
    assert due > 1.5 * sent
    assert rows["came in one request with others"][1:] == ["5", "5"]
    (held,) = [cell for head, *cell in rows.items() if head.startswith("was not read for a while")]
    assert held[0][1:] == ["2", "2"]
    assert 'id="response"' not in page(dossiers.all_pass())


def test_how_answers_ended_is_told_by_target() -> None:
    told = words(section(page(upgrade_dossiers.paced()), "compared"))
    assert "Ended 180 by themselves, 13 cut off at the limit of their length, 3 refused" in told


def test_order_and_drift_are_told_with_their_size() -> None:
    told = words(section(page(upgrade_dossiers.upgraded()), "latency"))
    assert re.search(r"first matters \(p < 0.001\): the one sent first takes ×1\.5\d the", told)
    assert re.search(
        r"drifted over the run: the median of candidate from [\d.]+ ms in the first third to "
        r"[\d.]+ ms in the last \(p < 0.001\)\.",
        told,
    )


def test_answers_that_are_json_are_compared_by_path_and_as_text() -> None:
    part = section(page(upgrade_dossiers.structured()), "regressions")
    rows = {row[0]: row[1:] for row in cells(part)}
    assert rows["$.iban"] == ["− gone", "&#34;DE89 3704&#34;", ""]
    assert rows["$.account"] == ["+ new", "", "&#34;DE89 3704&#34;"]
    assert [path for path in rows if path.startswith("$")] == [
        "$.iban",
        "$.lines[1]",
        "$.lines[2].price",
        "$.account",
    ]
    assert "The answers differ in 4 places." in words(part)
    assert "Shown as JSON with its keys sorted." in words(part)
    assert '<pre class="answer code" dir="auto">{\n  &#34;' in part


def test_embeddings_are_told_by_their_neighbours() -> None:
    text = page(upgrade_dossiers.embeddings())
    part = section(text, "regressions")
    assert "word-5 " in words(part)
    assert "0 of the 5 nearest cases are the same." in words(part)
    assert "− only here" in words(part)
    assert "<del>word-1</del>" in part
    fixed = words(section(text, "fixed"))
    assert re.search(r"Of the 5 nearest cases of each of 24 cases, \d\d\.\d % are the same", fixed)
    assert "Cases whose nearest neighbours changed most" in fixed


def test_two_pictures_can_be_laid_over_each_other_without_a_script() -> None:
    pytest.importorskip("PIL")
    text = page(media_dossiers.images())
    part = section(text, "regressions")
    assert part.count('name="look-') == 3
    stops = re.findall(r'<input type="radio" name="(wipe-[^"]*)" aria-label="(\d+) %"', part)
    assert [int(stop) for _, stop in stops] == list(range(0, 101, 10))
    assert len({name for name, _ in stops}) == 1
    assert "where the answers to sunrise differ" in part
    assert "12.7 % of the pixels differ (4,876 of 38,400" in words(part)
    style = html.style_sheet()
    for place, (_, stop) in enumerate(stops, start=1):
        assert f":nth-child({place}):is(:checked)) {{ --at: {stop}%; }}" in style


def test_pictures_of_other_sizes_stand_apart_with_a_sentence() -> None:
    text = page(upgrade_dossiers.sizes())
    larger = text.partition('id="case-larger')[2].partition("</details>")[0]
    assert "The size differs: 96 × 64 before, 120 × 80 now" in larger
    assert 'class="stage"' not in larger
    same = text.partition('id="case-same')[2].partition("</details>")[0]
    assert "Both answers are the same, byte for byte." in same
    assert 'class="look-mask"' not in same


@pytest.mark.parametrize(("name", "dossier"), upgrade_dossiers.everything())
def test_page_is_whole(name: str, dossier: Dossier) -> None:
    text = page(dossier)
    read = Reader(text)
    ids = read.values("id")
    assert len(ids) == len(set(ids))
    assert all(b <= a + 1 for a, b in zip(read.headings, read.headings[1:], strict=False))
    assert not any(key.startswith("on") or key == "style" for _, key, _ in read.attributes)
    assert text == page(dossier)


@pytest.mark.parametrize(
    ("name", "dossier"),
    [*dossiers.everything(), *media_dossiers.everything(), *upgrade_dossiers.everything()],
)
def test_tables_have_heads_with_a_scope_and_charts_have_words_and_a_table(
    name: str, dossier: Dossier
) -> None:
    text = page(dossier).partition('<div id="case-list" hidden>')[0]
    for table in re.findall(r"<table.*?</table>", text, re.DOTALL):
        heads = re.findall(r"<th(?: [^>]*)?>", table)
        assert heads
        assert all('scope="col"' in head or 'scope="row"' in head for head in heads)
    for figure in re.findall(r"<figure>(.*?)</figure>(.*?)</table>", text, re.DOTALL):
        assert "<title" in figure[0]
        assert "<desc" in figure[0]
        assert "<table" in figure[1]
    curves = re.findall(r'<path [^>]*class="curve[^"]*"[^>]*>', text)
    looks = {(re.search(r'stroke-dasharray="([^"]*)"', c) or [""])[0] for c in curves}
    assert len(looks) == min(len(curves), len(dossier.targets))
