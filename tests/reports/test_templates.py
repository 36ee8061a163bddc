"""Templates of one's own override blocks, escape as ours do, and fail with file and line."""

import re
from pathlib import Path

import pytest

from harness.api import Dossier, HarnessError, Presentation, replace
from harness_reports import html
from tests.reports import dossiers, indexes
from tests.reports.test_html import Reader

EXTENDS = '{% extends "revgate/report.html.j2" %}\n'


def write(folder: Path, text: str, name: str = "report.html.j2") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def page(dossier: Dossier, folder: Path | None) -> str:
    asked = replace(dossier, presentation=Presentation(templates=folder))
    artifact = next(iter(html.harness_reporters()[0].render(asked)))
    return b"".join(artifact.chunks).decode()


def problem(folder: Path) -> str | None:
    return html.harness_reporters()[0].problem(Presentation(templates=folder))


def test_a_block_is_replaced_and_the_rest_stays(tmp_path: Path) -> None:
    write(
        tmp_path,
        EXTENDS + "{% block slices %}<section><h2>Ours</h2><p>{{ page.suite }}</p></section>"
        "{% endblock %}",
    )
    assert problem(tmp_path) is None
    usual, own = page(dossiers.regressions(), None), page(dossiers.regressions(), tmp_path)
    assert "<h2>Ours</h2><p>sst2-upgrade</p>" in own
    assert 'id="slices"' in usual
    assert 'id="slices"' not in own.replace('href="#slices"', "")
    for anchor in ("gates", "compared", "regressions", "latency", "provenance"):
        assert f'id="{anchor}"' in own


def test_super_gives_what_stood_in_the_block(tmp_path: Path) -> None:
    text = (
        EXTENDS + "{% block gates %}{{ super() }}<p>Ask the owner of the suite.</p>{% endblock %}"
    )
    write(tmp_path, text)
    own = page(dossiers.regressions(), tmp_path)
    assert 'id="gates"' in own
    assert "<p>Ask the owner of the suite.</p>" in own


def test_one_section_may_be_overridden_by_its_file(tmp_path: Path) -> None:
    write(tmp_path, '<h2 id="gates">None of your business</h2>', "sections/gates.html.j2")
    assert problem(tmp_path) is None
    own = page(dossiers.regressions(), tmp_path)
    assert own.count('id="gates"') == 1
    assert "None of your business" in own


def test_the_index_has_a_template_too(tmp_path: Path) -> None:
    write(tmp_path, "<title>{{ page.rows[0].suite }}</title>", "index.html.j2")
    assert problem(tmp_path) is None
    index = replace(indexes.several(), presentation=Presentation(templates=tmp_path))
    (artifact,) = html.harness_reporters()[0].index(index)
    assert b"".join(artifact.chunks) == b"<title>reviews</title>"


def test_a_style_sheet_is_added_and_let_in_by_the_policy(tmp_path: Path) -> None:
    write(tmp_path, ".banner { outline: 3px solid teal }", "report.css")
    assert problem(tmp_path) is None
    own = page(dossiers.regressions(), tmp_path)
    style = re.search(r"<style>(.*?)</style>", own, re.DOTALL)
    assert style is not None
    assert style.group(1) == html.style_sheet() + ".banner { outline: 3px solid teal }"
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', own)
    assert policy is not None
    digest = re.search(r"sha256-[\w+/=]+", html.content_security_policy(style.group(1)))
    assert digest is not None
    assert digest.group() in policy.group(1).replace("&#43;", "+")


def test_what_a_template_of_ones_own_writes_is_escaped(tmp_path: Path) -> None:
    text = (
        EXTENDS + "{% block slices %}<p title='{{ page.suite }}'>{{ page.title }}</p>{% endblock %}"
    )
    write(tmp_path, text)
    hostile = Reader(page(dossiers.hostile(), tmp_path))
    benign = Reader(page(dossiers.benign(), tmp_path))
    for found in (hostile, benign):
        for key in (
            ("span", ("class", "title", "unseen")), ("p", ("class", "note")),
            ("del", ("",)), ("ins", ("",)),
        ):  # fmt: skip
            found.elements.pop(key, None)
    assert hostile.elements == benign.elements


MISTAKES = {
    "{% block slices %}\n{% if %}": r"report\.html\.j2:3: Expected an expression",
    "{% block slices %}\n\n{{ page.weather }}{% endblock %}": r"report\.html\.j2:4: .*'weather'",
    "{% block slices %}\n{{ page.suite | safe }}{% endblock %}": r"report\.html\.j2:3: .*'safe'",
    "{% block slices %}{% autoescape false %}{{ page.suite }}{% endautoescape %}{% endblock %}": (
        r"report\.html\.j2:2: escaping cannot be turned off"
    ),
    "{% block slices %}{{ page.__class__.__mro__ }}{% endblock %}": r"report\.html\.j2:2: .*unsafe",
    "{% block slices %}{{ ().__class__.__base__.__subclasses__() }}{% endblock %}": (
        r"report\.html\.j2:2: .*unsafe"
    ),
    "{% block slices %}{% include 'nowhere.j2' %}{% endblock %}": (
        r"there is no template 'nowhere\.j2'"
    ),
    "{% block slices %}{{ 1 // 0 }}{% endblock %}": r"report\.html\.j2:2: .*division",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_is_told_with_file_and_line(tmp_path: Path, text: str) -> None:
    write(tmp_path, EXTENDS + text)
    with pytest.raises(HarnessError, match=MISTAKES[text]) as raised:
        page(dossiers.regressions(), tmp_path)
    told = problem(tmp_path)
    assert told is None or re.search(MISTAKES[text], told)
    assert str(tmp_path) in str(raised.value)


@pytest.mark.parametrize("number", [0, 2, 3])
def test_a_mistake_that_shows_in_the_text_is_told_before_any_call(
    tmp_path: Path, number: int
) -> None:
    text = list(MISTAKES)[number]
    write(tmp_path, EXTENDS + text)
    told = problem(tmp_path)
    assert told is not None
    assert re.search(MISTAKES[text], told)


@pytest.mark.parametrize("name", ["../secret.j2", "sections/../../secret.j2", "/etc/hostname"])
def test_no_template_is_read_from_outside_the_folder(tmp_path: Path, name: str) -> None:
    write(tmp_path, "taken", "secret.j2")
    write(
        tmp_path / "own", EXTENDS + f"{{% block slices %}}{{% include '{name}' %}}{{% endblock %}}"
    )
    with pytest.raises(HarnessError, match="there is no template"):
        page(dossiers.regressions(), tmp_path / "own")


def test_a_folder_that_overrides_nothing_is_told(tmp_path: Path) -> None:
    told = problem(tmp_path)
    assert told == f"{tmp_path}: overrides nothing: put report.html.j2 or report.css there"
    write(tmp_path, "<p>", "raport.html.j2")
    assert problem(tmp_path) == told


def test_files_that_are_no_text_or_no_style_are_told(tmp_path: Path) -> None:
    write(tmp_path, "a { } </style><script>", "report.css")
    assert "may hold no `<`" in str(problem(tmp_path))
    (tmp_path / "report.css").write_bytes(b"\xff\xfe")
    assert "is not UTF-8 text" in str(problem(tmp_path))
    (tmp_path / "report.css").unlink()
    (tmp_path / "report.html.j2").write_bytes(b"\xff\xfe")
    assert "is not UTF-8 text" in str(problem(tmp_path))
    write(tmp_path, "x" * 1_000_001)
    assert "is larger than" in str(problem(tmp_path))
