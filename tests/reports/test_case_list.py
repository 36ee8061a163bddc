"""The list of all cases is whole: columns, texts in chunks, a table where no script runs."""

import importlib.util
import re
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.studies.many_cases import ManyCases
from harness.api import Dossier, Presentation, replace
from harness_reports import html
from harness_reports.caselist import chunks, columns, layout, links, listing
from harness_reports.caselist.columns import MOST_ANSWERS, NO_SCORE, NO_TIME
from harness_reports.caselist.row import Causes, row_of
from harness_reports.media_shelf import MediaShelf
from harness_reports.view.assemble import page_of as page_of_dossier
from harness_reports.view.case_nouns import CasePanel
from tests.reports import dossiers
from tests.reports.listed import artifacts, blocks, index_of, read_index, texts_of, unpacked

ROOT = Path(__file__).resolve().parents[2]
BASE64 = re.compile(r"[A-Za-z0-9+/]*=*")


def page_of(dossier: Dossier, **wanted: Any) -> str:
    made = replace(dossier, presentation=Presentation(**wanted))
    return artifacts(made)["report.html"].decode()


def test_columns_hold_every_case_in_plan_order() -> None:
    dossier = dossiers.regressions(60, 3)
    index = index_of(page_of(dossier))
    views = list(dossier.case_views())
    assert index["ids"] == [view.case.id for view in views]
    words = [word for _, word, _ in index["changes"]]
    assert [words[code] for code in index["change.1"]] == [v.change["candidate"] for v in views]
    flaky = index["ids"].index("review-004")
    assert (index["passed.1"][flaky], index["answered.1"][flaky]) == (2, 3)
    assert index["score.0"][0] == 10_000
    assert index["latency.0"][0] == round(0.0131 * 1e6)
    causes = [index["causes"][code - 1][2] for code in index["cause.1"] if code]
    assert Counter(causes) == {"expect": 10}


def test_what_is_not_known_is_told_from_nothing() -> None:
    index = index_of(page_of(dossiers.faults()))
    assert NO_SCORE in index["score.1"]
    assert NO_TIME in index["latency.1"]


def test_tags_and_answers_are_words_of_a_dictionary() -> None:
    dossier = dossiers.regressions(20, 1)
    index = index_of(page_of(dossier))
    views = list(dossier.case_views())
    sets = [tuple(index["tag_sets"][code - 1]) for code in index["tags"]]
    assert sets == [view.case.tags for view in views]
    assert len(index["tag_sets"]) < len(views)
    assert sorted(index["answers"]) == ["NEGATIVE", "POSITIVE"]


def test_answers_that_are_texts_are_no_column() -> None:
    index = index_of(page_of(ManyCases(cases=MOST_ANSWERS + 10).dossier()))
    assert index["answers"] == []
    assert not any(name.startswith("answer.") for name, _ in index["columns"])


def test_a_text_that_is_the_same_is_there_once() -> None:
    dossier = ManyCases(cases=40).dossier()
    found = texts_of(page_of(dossier))
    views = list(dossier.case_views())
    for texts, view in zip(found, views, strict=True):
        same = view.change["candidate"] == "same"
        assert texts["q"] == view.case.inputs
        assert ("t" in texts["a"][1]) != same
        assert len(texts["a"][0]["t"]) == 600


def test_chunks_say_where_each_of_them_begins() -> None:
    page = page_of(ManyCases(cases=600).dossier(), embed="all")
    index = index_of(page)
    assert index["chunks"] == [0, 256, 512]
    assert len(texts_of(page)) == 600


def test_long_texts_make_short_chunks() -> None:
    page = page_of(ManyCases(cases=60, characters=15_000).dossier(), embed="all")
    starts = index_of(page)["chunks"]
    sizes = [b - a for a, b in zip(starts, [*starts[1:], 60], strict=True)]
    assert max(sizes) * 15_000 <= chunks.BYTES_A_CHUNK
    assert len(texts_of(page)) == 60


@pytest.mark.parametrize(("embed", "held"), [("all", 3000), ("none", 0)])
def test_embed_says_whose_texts_are_held(embed: str, held: int) -> None:
    page = page_of(ManyCases(cases=3000, characters=60).dossier(), embed=embed)
    assert sum(index_of(page)["has_text"]) == len(texts_of(page)) == held


def test_changed_cases_have_their_texts_and_a_thousand_of_the_others() -> None:
    dossier = ManyCases(cases=3000, characters=60).dossier()
    page = page_of(dossier)
    index = index_of(page)
    changes = [view.change["candidate"] for view in dossier.case_views()]
    same = [has for has, change in zip(index["has_text"], changes, strict=True) if change == "same"]
    assert sum(same) == listing.MOST_SAME
    assert same == sorted(same, reverse=True)
    assert sum(index["has_text"]) == listing.MOST_SAME + len(changes) - len(same)
    assert f"The list holds the texts of {sum(index['has_text']):,} of 3,000 cases" in page


@pytest.mark.parametrize("make", [dossiers.hostile, dossiers.regressions, dossiers.three_targets])
def test_data_blocks_are_nothing_but_base64(make: Any) -> None:
    page = page_of(make())
    found = blocks(page)
    assert page.count('type="text/plain"') == len(found) >= 2
    assert all(BASE64.fullmatch(content) for content in found.values())


def test_hostile_text_arrives_as_it_is_and_hidden_characters_with_it() -> None:
    found = texts_of(page_of(dossiers.hostile()))
    whole = "".join(str(texts) for texts in found)
    assert "<script>alert(1)</script>" in whole
    assert any("\u202e" in texts["q"] for texts in found)
    assert any("\\ud800" in texts["q"] for texts in found)


def test_without_a_script_what_changed_is_a_table_worst_first() -> None:
    page = page_of(dossiers.regressions(360, 1))
    table = page[page.index('<table class="all-cases">') :]
    table = table[: table.index("</table>")]
    words = re.findall(r"</span> (regressed|fixed|changed|same|missing)</span>", table)
    assert Counter(words) == {"regressed": 60, "fixed": 30, "changed": 30}
    assert words == sorted(words, key=["regressed", "fixed", "changed"].index)
    assert "All 360 cases: cases.csv beside this file" in page


def test_with_few_cases_the_table_has_them_all() -> None:
    page = page_of(dossiers.regressions(60, 1))
    assert page.count("<tr>", page.index('<table class="all-cases">')) == 61
    assert "Every case in one table" in page


def test_beside_the_page_stand_style_script_and_data() -> None:
    dossier = replace(
        ManyCases(cases=600).dossier(), presentation=Presentation(layout="dir", embed="all")
    )
    found = artifacts(dossier)
    assert list(found)[:4] == [
        "report.html",
        "report_files/report.css",
        "report_files/report.js",
        "report_files/cases-index.js",
    ]
    page = found["report.html"].decode()
    assert "<style" not in page
    assert re.findall(r"<script[^>]*>", page) == [
        '<script src="report_files/report.js" defer>',
        '<script src="report_files/cases-index.js" defer>',
    ]
    assert "script-src &#39;self&#39;" in page
    assert "sha256-" not in page[: page.index("</head>")]
    assert found["report_files/report.css"].decode() == html.style_sheet()
    assert found["report_files/report.js"].decode() == layout.script()
    packed = re.fullmatch(
        rb'revgateCases\("index", \["([^"]*)"\]\);\n', found["report_files/cases-index.js"]
    )
    assert packed is not None
    index = read_index(unpacked(packed.group(1).decode()))
    assert index["files"] == [0]
    texts = re.findall(r'"([^"]*)"', found["report_files/cases-0000.js"].decode())
    assert len(texts) == len(index["chunks"]) == 3


def test_chunks_beside_the_page_are_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "BYTES_A_FILE", 100_000)
    dossier = replace(
        ManyCases(cases=1100).dossier(), presentation=Presentation(layout="dir", embed="all")
    )
    found = artifacts(dossier)
    files = [name for name in found if re.search(r"cases-\d+", name)]
    assert len(files) > 1
    kept = [found[name].decode().count('",') + 1 for name in files]
    assert sum(kept) == 5


def test_a_page_too_large_to_open_is_laid_out_beside_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dossier = ManyCases(cases=300).dossier()
    monkeypatch.setattr(layout, "LARGE", 10_000)
    assert "of which the texts of 300 cases are" in warning(dossier)
    assert "--layout dir" in warning(dossier)
    monkeypatch.setattr(layout, "TOO_LARGE", 20_000)
    assert "so data are in report_files/" in warning(dossier)
    assert "report_files/report.js" in artifacts(dossier)
    forced = replace(dossier, presentation=Presentation(layout="file"))
    assert list(artifacts(forced)) == ["report.html"]
    assert "--layout dir" in warning(forced)


def test_a_small_page_warns_of_nothing() -> None:
    assert warning(dossiers.regressions()) == ""


def warning(dossier: Dossier) -> str:
    (reporter,) = html.harness_reporters()
    page = next(iter(reporter.render(dossier)))
    return page.warning


@pytest.mark.parametrize("layout", ["file", "dir"])
def test_the_same_cases_give_the_same_bytes(layout: Any) -> None:
    dossier = replace(ManyCases(cases=300).dossier(), presentation=Presentation(layout=layout))
    assert artifacts(dossier) == artifacts(dossier)


def test_columns_of_many_blocks_are_those_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = ManyCases(cases=300).dossier()
    whole = artifacts(dossier)
    monkeypatch.setattr(columns, "CASES_A_BLOCK", 100)
    assert artifacts(dossier) == whole
    monkeypatch.setattr(columns, "CASES_A_BLOCK", 7)
    assert artifacts(dossier) == whole


def test_a_hundred_thousand_cases_take_few_bytes_each() -> None:
    dossier = ManyCases(cases=10).dossier()
    (row, *_) = (row_of(v, ["baseline", "candidate"], Causes(())) for v in dossier.case_views())
    tracemalloc.start(1)
    kept = columns.Columns(dossier)
    for number in range(100_000):
        kept.add(replace(row, case_id=f"review-{number}"), has_text=False)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept.cases == 100_000
    assert size < 100_000 * 8


def test_chunks_beyond_memory_wait_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "BYTES_IN_MEMORY", 1000)
    kept = chunks.Chunks()
    for number in range(1000):
        kept.add([number, "x" * 1000])
    kept.finish()
    assert kept._spool._rolled  # type: ignore[attr-defined]
    found = list(kept.read())
    assert len(found) == len(kept.starts) == len(kept.sizes) == 4
    assert unpacked(found[0].decode()).startswith(b'[[0,"x')


def test_a_page_is_written_block_by_block() -> None:
    dossier = ManyCases(cases=2_000).dossier()
    (reporter,) = html.harness_reporters()
    made = replace(dossier, presentation=Presentation(embed="all"))
    page = next(iter(reporter.render(made)))
    sizes = [len(piece) for piece in page.chunks]
    assert sum(sizes) > 600_000
    assert max(sizes) < 250_000


def test_a_list_that_was_not_read_to_its_end_is_not_written() -> None:
    one = listing.Listing(dossiers.regressions())
    next(one.views())
    with pytest.raises(ValueError, match="not read to their end"):
        one.finished((), other_bytes=0)


def builder() -> Any:
    spec = importlib.util.spec_from_file_location("build_web", ROOT / "tools" / "build_web.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_built_files_are_those_of_a_fresh_build() -> None:
    module = builder()
    for name, content in module.built(module.SOURCES).items():
        assert (module.ASSETS / name).read_text("utf-8") == content, "run tools/build_web.py"


def test_a_changed_source_gives_other_built_files(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "case_list.css").write_text("/* x */\np { color: red; }\n")
    (tmp_path / "src" / "main.js").write_text(
        '// why\nimport { one } from "./one.js";\n\none();\n', "utf-8"
    )
    (tmp_path / "src" / "one.js").write_text("export function one() {\n  return 1;\n}\n")
    found = builder().built(tmp_path)
    assert found["case_list.css"] == "p { color: red; }\n"
    assert "why" not in found["case_list.js"]
    assert found["case_list.js"].index("function one") < found["case_list.js"].index("\none();")
    (tmp_path / "src" / "one.js").write_text(
        'import { m } from "./main.js";\nexport const one = m;\n'
    )
    with pytest.raises(ValueError, match="main -> one -> main"):
        builder().built(tmp_path)
    (tmp_path / "src" / "one.js").write_text("export default 1;\n")
    with pytest.raises(ValueError, match="another form"):
        builder().built(tmp_path)


def test_the_script_never_makes_markup_of_text_and_asks_for_nothing() -> None:
    text = layout.script()
    for word in (
        "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "fetch(",
        "XMLHttpRequest", "new Function", "WebSocket", "sendBeacon", "localStorage", "http",
    ):  # fmt: skip
        assert word not in text
    assert "</script" not in text


def test_a_case_has_one_place_its_link_leads_to() -> None:
    page = page_of(dossiers.three_targets())
    found = re.findall(r'id="case=([^"]*)"', page)
    assert len(found) == len(set(found)) > 5
    cases = [view.case.id for view in dossiers.three_targets().case_views()]
    assert set(found) <= set(cases)


def test_of_several_panels_of_a_case_the_first_has_its_link() -> None:
    panels = tuple(panel for panel in panels_of(dossiers.regressions()) if panel.link)
    twice = ((panels[0], (panels[1],)), (panels[0], panels[2]))
    assert links.linked(twice) == (twice[0], (replace(panels[0], link=""), panels[2]))


def panels_of(dossier: Dossier) -> Iterator[CasePanel]:
    page = page_of_dossier(dossier, MediaShelf())
    for cause in page.changes[0].causes:
        yield from cause.panels
