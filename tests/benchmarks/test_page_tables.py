"""The tables of what the report costs."""

from benchmarks.page_tables import report_rows
from tests.benchmarks.measured import report_page, rival_page


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_reports_are_told_by_size_and_by_what_they_hold() -> None:
    pages = [
        report_page(10_000, number=number, embed=embed, write_cpu_s=1.2 + number)
        for embed in ("changed", "all")
        for number in range(3)
    ]
    lines = [line for line in report_rows(pages) if line.startswith("|")]
    assert len({line.count("|") for line in lines}) == 1
    assert "| 10,000 | changed | 3 | 2.3 MB | 2.2 s | 60 MB | 26 MB | 0.25 s |" in lines[2]
    assert lines[3].startswith("| 10,000 | all |")
    assert len(lines) == 4  # nobody else's page was measured: no table of them


def test_another_page_stands_beside_ours_of_the_same_cases_with_ratios_to_all_texts() -> None:
    pages = [
        report_page(100, all_bytes=1.0),  # other cases: beside nothing
        report_page(4_000, embed="changed", all_bytes=1.0),
        *(report_page(4_000, number=number, write_cpu_s=0.6 * (number + 1)) for number in range(3)),
    ]
    lines = list(report_rows(pages, [rival_page(4_000)]))
    head, _, *rows = _second_table(lines)
    assert all(line.count("|") == head.count("|") for line in rows)
    assert [cells(line)[:4] for line in rows] == [
        ["4,000", "revgate", "changed", "1"],
        ["4,000", "revgate", "all", "3"],
        ["4,000", "promptfoo 9.9.9", "all", "1"],
    ]
    assert cells(rows[2])[4:] == [
        "23.0 MB", "0.10", "2.4 s", "0.50", "240 MB", "0.25", "200 MB", "9.50 s",
    ]  # fmt: skip


def test_a_page_that_was_not_written_or_never_opened_is_said_to_be_so() -> None:
    rivals = [
        rival_page(4_000, exit_code=134, page_bytes=0, usable_s=None),
        rival_page(20_000, usable_s=None),
    ]
    head, _, first, *_, second = _second_table(list(report_rows([report_page(20_000)], rivals)))
    assert first.count("|") == head.count("|")
    assert cells(first)[4] == "no page: exit 134"
    assert set(cells(first)[5:]) == {""}
    assert cells(second)[-1] == "the browser gave up"


def test_without_ours_of_these_cases_there_is_no_ratio() -> None:
    *_, row = _second_table(list(report_rows([report_page(10_000)], [rival_page(4_000)])))
    assert [cells(row)[place] for place in (5, 7, 9)] == ["", "", ""]


def _second_table(lines: list[str]) -> list[str]:
    starts = [place for place, line in enumerate(lines) if line.startswith("| cases |")]
    return lines[starts[1] :]
