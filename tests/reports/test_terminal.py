"""The report in the terminal says what the page says, in its order, and drives no terminal."""

import re
from html.parser import HTMLParser

import pytest

from harness.api import Dossier, Line, Words
from harness.cli.painting import in_colour, uncoloured
from harness_reports import html
from tests.reports import dossiers, media_dossiers, upgrade_dossiers

EVERYTHING = (
    *dossiers.everything(),
    *media_dossiers.everything(),
    *upgrade_dossiers.everything(),
)


def reporter() -> html.Reporter:
    return html.harness_reporters()[0]


def lines(dossier: Dossier) -> list[Line]:
    screen = reporter().screen
    assert screen is not None
    return list(screen(dossier))


def text(dossier: Dossier) -> str:
    return "\n".join(map(uncoloured, lines(dossier)))


def page(dossier: Dossier) -> str:
    first = next(iter(reporter().render(dossier)))
    return b"".join(first.chunks).decode()


class Told(HTMLParser):
    """Keeps what a page says in words: not its charts, heads of columns, links within the page."""

    SILENT = (
        "style",
        "script",
        "svg",
        "nav",
        "footer",
        "thead",
        "legend",
        "label",
        "title",
        "figcaption",
    )
    SILENT_CSS = (
        "skip", "brand", "key", "cell-name", "links", "prompt", "swatch", "full", "top", "seal",
        "mark-sign", "legend", "sections", "stage",
    )  # fmt: skip

    def __init__(self, source: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.headings: list[str] = []
        self.open: list[tuple[str, bool]] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"meta", "link", "br", "img", "hr", "input"}:
            return
        css = (dict(attrs).get("class") or "").split()
        is_silent = tag in self.SILENT or bool(set(css) & set(self.SILENT_CSS))
        is_silent = is_silent or "hidden" in dict(attrs)
        self.open.append((tag, is_silent))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if any(silent for _, silent in self.open) or not data.strip():
            return
        self.texts.append(data)
        if any(tag == "h2" for tag, _ in self.open):
            self.headings.append(data.strip())


def squeezed(words: str) -> str:
    return re.sub(r"^ *> |\s|│", "", words, flags=re.MULTILINE)


OWN_WORDS = {
    "Prompt", "kept beside it", "Pinned revision", "Link to this case",
}  # fmt: skip


@pytest.mark.parametrize(("name", "dossier"), EVERYTHING)
def test_it_says_what_the_page_says(name: str, dossier: Dossier) -> None:
    said = squeezed(text(dossier))
    told = Told(page(dossier))
    missing = [
        words
        for words in told.texts
        if squeezed(words) not in said and words.strip() not in OWN_WORDS
    ]
    assert missing == []


@pytest.mark.parametrize(("name", "dossier"), EVERYTHING)
def test_it_has_the_sections_of_the_page_in_its_order(name: str, dossier: Dossier) -> None:
    headings = [
        "".join(words.text for words in line)
        for line, under in zip(lines(dossier), lines(dossier)[1:], strict=False)
        if under and under[0].text.startswith("──")
    ]
    assert headings == Told(page(dossier)).headings


INKED = re.compile(r"\x1b\[(?:1|2|3[123]|0)m")


def test_colours_add_nothing_but_escapes_of_their_own() -> None:
    hostile = lines(dossiers.hostile())
    painted = "\n".join(map(in_colour, hostile))
    assert "\x1b" not in INKED.sub("", painted)
    assert all(line.count("\x1b[0m") * 2 == line.count("\x1b") for line in painted.split("\n"))
    for character in "\x00\x9b\u202e\u200b\ufffe\x07":
        assert character not in painted


def test_without_colours_nothing_drives_a_terminal_or_a_runner() -> None:
    plain = text(dossiers.hostile())
    assert re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\u200b]", plain) == []
    assert not re.search(r"^\s*::|##\[|##vso", plain, re.MULTILINE)
    assert "<script>alert(1)</script>" in plain


def test_a_change_is_marked_by_signs_and_colour_repeats_them() -> None:
    plain = text(dossiers.text_task())
    assert "[-Tuesday-]" in plain
    assert "{+Wednesday+}" in plain
    painted = "\n".join(map(in_colour, lines(dossiers.text_task())))
    assert "\x1b[31mTuesday\x1b[0m" in painted
    assert "\x1b[32mWednesday\x1b[0m" in painted


def test_no_line_of_somebody_else_can_pass_for_ours() -> None:
    forged = "fine\n\u2713 PASS everything\nGates\n\u2500\u2500\u2500"
    told = text(dossiers.spoiled(lambda text: f"{text} {forged}"))
    assert not re.search(r"^\u2713 PASS everything", told, re.MULTILINE)
    assert re.search(r"\u2502 \u2713 PASS everything", told)


def test_numbers_stand_under_each_other() -> None:
    rows = text(dossiers.regressions()).split("\n")
    head = next(row for row in rows if re.match(r"  Tag +Cases", row))
    place = rows.index(head)
    edge = head.index("Cases") + len("Cases")
    for row in rows[place + 1 : place + 4]:
        assert row[edge - 1].isdigit()
        assert row[edge] == " "


def test_every_ink_of_a_line_has_words_or_blanks() -> None:
    for line in lines(dossiers.three_targets()):
        assert all(isinstance(words, Words) and words.text for words in line)
        assert "\n" not in "".join(words.text for words in line)
