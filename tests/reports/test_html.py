"""report.html is one complete page in which no text can become markup."""

import base64
import hashlib
import re
from collections import Counter
from html.parser import HTMLParser

import pytest

from harness.api import Dossier
from harness.data.noun import replace
from harness_reports import html
from tests.reports import dossiers

BY_SCRIPT = "case-panel-title"
"""An id that the list's script makes."""

VOID = {"meta", "link", "br", "img", "hr", "input"}


def written(dossier: Dossier) -> str:
    (reporter,) = html.harness_reporters()
    (artifact,) = reporter.render(dossier)
    assert artifact.name == "report.html"
    return b"".join(artifact.chunks).decode()


class Reader(HTMLParser):
    """Keeps elements, their order, attributes, ids, links, headings, text; checks that tags nest.

    Text is what can be read: what stands in a script or a style sheet is none.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: Counter[tuple[str, tuple[str, ...]]] = Counter()
        self.tree: list[tuple[int, str, tuple[str, ...]]] = []
        """Every element in order: how deep it stands, its name, its attributes and its classes."""
        self.attributes: list[tuple[str, str, str]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.headings: list[int] = []
        self.inside_details: dict[str, bool] = {}
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = dict(attrs).get("class") or ""
        self.elements[tag, (*(name for name, _ in attrs), classes)] += 1
        self.tree.append((len(self.open), tag, (*(name for name, _ in attrs), classes)))
        for name, value in attrs:
            self.attributes.append((tag, name, value or ""))
            if name == "id":
                self.inside_details[value or ""] = "details" in self.open
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        self.tree.append((len(self.open), "#comment", ()))

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.open):
            self.texts.append(data)

    def values(self, attribute: str) -> list[str]:
        return [value for _, name, value in self.attributes if name == attribute]


@pytest.mark.parametrize(("name", "dossier"), dossiers.everything())
def test_page_is_whole_still_and_self_contained(name: str, dossier: Dossier) -> None:
    text = written(dossier)
    page = Reader(text)
    tags = {tag for tag, _ in page.elements}
    assert not tags & {
        "iframe",
        "object",
        "embed",
        "img",
        "form",
        "base",
        "foreignObject",
    }
    assert not any(name.startswith("on") or name == "style" for _, name, _ in page.attributes)
    assert all(value.startswith("#") or value == "data:," for value in page.values("href"))
    assert page.values("src") == []
    assert "url(" not in html.style_sheet()
    assert "@import" not in html.style_sheet()
    running = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    data = re.findall(r'<script type="text/plain" id="[a-z0-9-]+">', text)
    assert len(running) <= 1
    assert len(running) + len(data) == sum(tag == "script" for tag, _ in page.elements.elements())
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert {v.removeprefix("#") for v in page.values("href") if v != "data:,"} <= set(ids)
    for value in page.values("aria-labelledby"):
        assert set(value.split()) <= {*ids, BY_SCRIPT}
    assert page.headings[0] == 1
    assert all(b <= a + 1 for a, b in zip(page.headings, page.headings[1:], strict=False))
    assert page.headings.count(1) == 1


@pytest.mark.parametrize(("name", "dossier"), dossiers.everything())
def test_the_verdict_is_a_word_in_title_and_heading(name: str, dossier: Dossier) -> None:
    text = written(dossier)
    word = dossier.verdict.outcome.upper()
    title = re.search(r"<title>(.*?)</title>", text)
    assert title is not None
    assert title.group(1).startswith(word)
    heading = re.search(r"<h1>(.*?)</h1>", text, re.DOTALL)
    assert heading is not None
    assert word in heading.group(1)


def test_hostile_text_adds_no_element_and_no_attribute() -> None:
    hostile, benign = Reader(written(dossiers.hostile())), Reader(written(dossiers.benign()))
    # These depend on what the texts hold, by design: marks of unseen characters, differences.
    for page in (hostile, benign):
        page.elements.pop(("span", ("class", "title", "unseen")), None)
        page.elements.pop(("p", ("class", "note")), None)
        page.elements.pop(("del", ("",)), None)
        page.elements.pop(("ins", ("",)), None)
    assert hostile.elements == benign.elements
    assert "<script>alert(1)</script>" in "".join(hostile.texts)
    assert not any("javascript:" in v for v in hostile.values("href"))


def test_hostile_characters_are_shown_never_sent() -> None:
    text = written(dossiers.hostile())
    for character in "\x1b\x00\x9b\u202e\u200b\ufffe":
        assert character not in text
    assert "\\x1b" in text
    assert "\\u202e" in text
    assert 'title="U+202E right-to-left override"' in text


def test_the_policy_names_the_style_sheet_that_is_there() -> None:
    text = written(dossiers.all_pass())
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style is not None
    script = re.search(r"<script>(.*?)</script>", text, re.DOTALL)
    assert script is not None
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    assert policy.group(1).replace("&#39;", "'") == (
        f"default-src 'none'; style-src {digest(style.group(1))}; "
        f"script-src {digest(script.group(1))}; img-src data: 'self'; media-src data: 'self'; "
        "base-uri 'none'; form-action 'none'; "
        "trusted-types 'none'; require-trusted-types-for 'script'"
    )


def digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@pytest.mark.parametrize("make", [dossiers.regressions, dossiers.text_task, dossiers.hostile])
def test_same_dossier_same_bytes(make: object) -> None:
    assert written(make()) == written(make())  # type: ignore[operator]


def test_every_case_link_is_inside_its_fold() -> None:
    page = Reader(written(dossiers.regressions()))
    written_by_script = {"case-list", "case-index"}
    cases = {
        key: inside
        for key, inside in page.inside_details.items()
        if key.startswith("case-") and key not in written_by_script
    }
    assert len(cases) > 15
    assert all(inside for key, inside in cases.items() if "-before" not in key)


def test_every_chart_has_a_title_and_words() -> None:
    text = written(dossiers.regressions())
    for chart in re.findall(r"<svg.*?</svg>", text, re.DOTALL):
        assert "<title" in chart
        assert 'role="img"' in chart
        if "interval-chart" in chart or "latency-chart" in chart:
            assert "<desc" in chart


def test_full_revisions_and_proof_are_in_the_text() -> None:
    page = "".join(Reader(written(dossiers.three_targets())).texts)
    for revision in (dossiers.BEFORE, dossiers.AFTER, dossiers.THIRD):
        assert revision in page
    assert "taken on trust" in page


def test_a_mismatch_is_said_in_words() -> None:
    page = "".join(Reader(written(dossiers.invalid())).texts)
    assert "INVALID" in page
    assert "the comparison is invalid" in page
    assert "No latency was measured" in page


def test_regressions_are_grouped_and_carry_commands() -> None:
    page = "".join(Reader(written(dossiers.regressions())).texts)
    assert "10 cases passed before and fail now, by 2 causes." in page
    assert "revgate run suites/reviews.yaml --case review-002" in page
    assert "revgate show 20261121T073100Z-sst2-upgrade-1f2e3d4c review-002" in page
    accepted = 'revgate accept 20261121T073100Z-sst2-upgrade-1f2e3d4c --reason "..." '
    assert f"{accepted}review-002\n" in page
    assert re.search(re.escape(accepted) + r"review-\d{3}( review-\d{3}){5}\n", page)


def test_differences_are_marked_with_elements() -> None:
    text = written(dossiers.text_task())
    assert "<del>Tuesday</del>" in text
    assert "<ins>Wednesday</ins>" in text
    assert "Rewritten: " in text


def test_only_fifty_regressions_and_two_hundred_rows_are_drawn() -> None:
    text = written(dossiers.regressions(360, 1))
    assert text.count('<details class="case"') == 50 + 10 + 10
    assert "60 cases passed before and fail now" in text
    table = re.search(r'<table class="all-cases">.*?</table>', text, re.DOTALL)
    assert table is not None
    assert table.group().count("<tr>") == 1 + 120  # those that are not the same
    assert "360" in "".join(Reader(text).texts)


def test_plugin_modules_import_nothing_heavy() -> None:
    import subprocess
    import sys

    script = (
        "import sys, harness.api; before = set(sys.modules)\n"
        "import harness_reports.html, harness_reports.junit, harness_reports.markdown\n"
        "import harness_reports.case_csv, harness_reports.result_json\n"
        "print(*sorted({'jinja2', 'numpy', 'rapidfuzz', 'scipy'} & (set(sys.modules) - before)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(filter(None, sys.path))},
    )
    assert done.stdout.strip() == ""


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_has_contrast_in_both_themes() -> None:
    both = re.findall(
        r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", html.style_sheet()
    )
    assert len(both) >= 20
    for colours in ({name: one for name, one, _ in both}, {name: one for name, _, one in both}):
        pairs = [
            (ink, ground) for ink in ("ink", "quiet", "link") for ground in ("page", "card", "sunk")
        ]
        for tone in ("good", "bad", "unsure", "invalid", "plain"):
            pairs += [(tone, f"{tone}-soft"), (tone, "card"), (tone, "page"), (tone, "sunk")]
            pairs += [("quiet", f"{tone}-soft"), ("ink", f"{tone}-soft")]
        for ink, ground in pairs:
            high, low = sorted((luminance(colours[ink]), luminance(colours[ground])), reverse=True)
            assert (high + 0.05) / (low + 0.05) >= 4.5, (ink, ground)
        for place in range(5):  # lines and bars: WCAG 2.2, 1.4.11
            for ground in ("card", "sunk"):
                high, low = sorted(
                    (luminance(colours[f"series-{place}"]), luminance(colours[ground])),
                    reverse=True,
                )
                assert (high + 0.05) / (low + 0.05) >= 3, (place, ground)


def test_json_answers_are_shown_as_code_with_sorted_keys() -> None:
    base = dossiers.all_pass()
    view = next(base.case_views())
    answers = tuple(
        dossiers.answer(name, 0, dossiers.record(0, {"b": 1, "a": [number]}, "", True))
        for name, number in (("baseline", 1), ("candidate", 2))
    )
    changed = replace(view, answers=answers, change={"candidate": "changed"})
    text = written(replace(base, show="json", cases=1, case_views=lambda: iter([changed])))
    assert '<pre class="answer code" dir="auto">{\n  &#34;a&#34;: [\n    <del>1</del>' in text
