"""cases.csv has a row an answer and no cell a spreadsheet would run."""

import csv
import io
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.api import Dossier
from harness.data.noun import replace
from harness_reports import case_csv
from tests.reports import dossiers


def written(dossier: Dossier) -> list[dict[str, str]]:
    (reporter,) = case_csv.harness_reporters()
    (artifact,) = reporter.render(dossier)
    assert artifact.name == "cases.csv"
    text = b"".join(artifact.chunks).decode()
    assert text.startswith('"case","target","repeat","state"')
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(("name", "dossier"), dossiers.everything())
def test_one_row_an_answer(name: str, dossier: Dossier) -> None:
    rows = written(dossier)
    assert len(rows) == sum(len(view.answers) for view in dossier.case_views())
    assert {row["state"] for row in rows} <= {"passed", "failed", "fault", "skipped", "cancelled"}


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+cmd",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "  =1",
        "\u200b=1",
        "\ufeff@x",
        "＝1",
        "\n-x",
        "\x00=1",
    ],
)
def test_a_formula_is_text(text: str) -> None:
    cell = case_csv.safe_cell(text)
    assert cell.startswith("'")


@pytest.mark.parametrize("text", ["-5", "+1.25", "-1e-9", "plain", "", "a=b", "3"])
def test_numbers_and_words_stay_as_they_are(text: str) -> None:
    assert case_csv.safe_cell(text) == text


def test_no_cell_of_a_hostile_dossier_starts_like_a_formula() -> None:
    base = dossiers.spoiled(lambda text: f"=cmd|' /C calc'!A0 {text}\x1b\u202e")
    for row in written(base):
        for name, cell in row.items():
            assert not cell.startswith(("=", "+", "@", "\t", "\r")), (name, cell)
            assert "\x1b" not in cell
            assert "\u202e" not in cell


def test_an_unknown_number_is_an_empty_cell() -> None:
    base = dossiers.all_pass()
    view = next(base.case_views())
    record = view.answers[0].record
    assert record is not None
    answer = replace(view.answers[0], record=replace(record, latency_s=math.nan))
    rows = written(replace(base, case_views=lambda: iter([replace(view, answers=(answer,))])))
    assert rows[0]["latency_s"] == ""
    assert rows[0]["input_tokens"] == "11"


def test_a_long_answer_fits_a_cell() -> None:
    assert len(case_csv.safe_cell("x" * 100_000)) <= 32_767


@given(st.lists(st.text(), min_size=1).map(lambda texts: list(map(case_csv.safe_cell, texts))))
def test_a_row_is_what_the_csv_module_makes_of_its_cells(cells: list[str]) -> None:
    whole = io.StringIO()
    csv.writer(whole, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(cells)
    assert case_csv._line(cells) == whole.getvalue()
