"""summary.md keeps model text inside fences, and under 60,000 bytes."""

import re

import pytest

from harness.api import Dossier
from harness.data.noun import replace
from harness_reports import markdown
from harness_reports.markdown_summary import MOST_BYTES
from harness_reports.markdown_text import block, code, plain
from tests.reports import dossiers


def written(dossier: Dossier) -> str:
    (reporter,) = markdown.harness_reporters()
    (artifact,) = reporter.render(dossier)
    assert artifact.name == "summary.md"
    return b"".join(artifact.chunks).decode()


def outside_fences(text: str) -> str:
    """The lines that are not in a fenced block; fails when a fence is left open."""
    kept, fence = [], ""
    for line in text.split("\n"):
        if fence:
            if line.strip() == fence:
                fence = ""
            continue
        opened = re.match(r"(`{3,})[a-z]*$", line)
        if opened:
            fence = opened.group(1)
        else:
            kept.append(line)
    assert fence == ""
    return "\n".join(kept)


def without_code(text: str) -> str:
    """Markdown without its code spans (CommonMark: a run of backticks to the next equal run)."""
    text = re.sub(r"<code>[^<]*</code>", "", text)
    return re.sub(r"(?<![`\\])(`+)(?!`)(.+?)(?<!`)\1(?!`)", "", text)


@pytest.mark.parametrize(("name", "dossier"), dossiers.everything())
def test_says_the_verdict_first_and_stays_small(name: str, dossier: Dossier) -> None:
    text = written(dossier)
    assert dossier.verdict.outcome.upper() in text.split("\n")[0]
    assert len(text.encode()) <= MOST_BYTES


def test_hostile_text_makes_no_mention_link_image_or_element() -> None:
    prose = without_code(outside_fences(written(dossiers.hostile())))
    assert "@org" in written(dossiers.hostile())
    assert not re.search(r"@(?!\u200b)", prose)
    assert not re.search(r"#(?!\u200b| |#)", prose)
    assert "://" not in prose
    assert not re.search(r"(?<!\\)\]\(", prose)
    assert not re.search(r"(?<!\\)!\[", prose)
    elements = re.findall(r"(?<!\\)<(/?[a-z]+)", prose)
    assert set(elements) <= {"details", "/details", "summary", "/summary"}
    assert "\x1b" not in prose
    assert "\u202e" not in prose


def test_a_fence_is_longer_than_any_run_inside() -> None:
    shown = block("a ````` b\n```\nc")
    assert shown.startswith("``````text\n")
    assert outside_fences(shown).strip() == ""


@pytest.mark.parametrize("text", ["`", "``a`", "a|b", " ", "x\ny", "`" * 7])
def test_a_code_span_holds_its_text_on_one_line(text: str) -> None:
    shown = code(text)
    assert "\n" not in shown
    assert "|" not in shown
    assert without_code(shown).strip() == ""


def test_plain_text_stays_text() -> None:
    assert plain("@team #1 <b> *x* https://e.example") == (
        "@\u200bteam \\#\u200b1 \\<b\\> \\*x\\* https:/\u200b/e.example"
    )


def test_too_much_is_cut_with_a_word_on_where_the_rest_is() -> None:
    base = dossiers.regressions(240)
    gates = base.verdict.gates * 400
    text = written(replace(base, verdict=replace(base.verdict, gates=gates)))
    assert len(text.encode()) <= MOST_BYTES
    assert text.rstrip().endswith("`cases.csv`.*")


def test_no_line_is_a_command_to_a_ci_runner() -> None:
    text = written(dossiers.hostile())
    assert "##[" not in text
