"""The page on the report says what is so: its blocks, its flags, its template."""

import re
from importlib import import_module
from pathlib import Path

import harness_reports
from harness.api import Presentation, replace
from harness_reports import html
from harness_reports.caselist.layout import FOLDER, TOO_LARGE
from harness_reports.caselist.listing import MOST_SAME
from tests.reports import dossiers
from tests.reports.payloads import payloads

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "report.md").read_text(encoding="utf-8")
TEMPLATES = Path(str(harness_reports.__file__)).parent / "templates"


def test_it_names_every_block_in_order() -> None:
    (named,) = re.findall(r"The blocks are, in order: (.*?)\. ", PAGE.replace("\n", " "))
    text = (TEMPLATES / "report.html.j2").read_text("utf-8")
    assert re.findall(r"`(\w+)`", named) == re.findall(r"{% block (\w+) %}", text)


def test_its_template_is_one(tmp_path: Path) -> None:
    (text,) = re.findall(r"```jinja\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "report.html.j2").write_text(text, "utf-8")
    asked = Presentation(templates=tmp_path)
    (reporter,) = html.harness_reporters()
    assert reporter.problem(asked) is None
    made = next(iter(reporter.render(replace(dossiers.regressions(), presentation=asked))))
    page = b"".join(made.chunks).decode()
    assert "Ask the search team before you move sst2-upgrade to another revision." in page


def test_the_sections_it_names_are_those_of_the_page_in_order() -> None:
    asked = replace(dossiers.faults(), waivers=())
    page = b"".join(next(iter(html.harness_reporters()[0].render(asked))).chunks).decode()
    (table,) = re.findall(r"\| section \| answers \|\n(.*?)\n\n", PAGE, re.DOTALL)
    named = ", ".join(row.split("|")[1].strip() for row in table.splitlines()[1:])
    found = [h for h in re.findall(r"<h2[^>]*>(.*?)</h2>", page) if h in named]
    assert len(found) >= 10
    assert [named.index(heading) for heading in found] == sorted(map(named.index, found))
    assert found == re.findall(r"<h2[^>]*>(.*?)</h2>", page)


def test_its_commands_and_flags_exist() -> None:
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL):
        for line in block.splitlines():
            words = line.partition("#")[0].split()
            assert words[0] == "revgate"
            verb = import_module(f"harness.cli.{words[1]}_verb").command
            flags = {flag for option in verb.params for flag in option.opts}
            assert flags >= set(re.findall(r"--[a-z-]+", line)), line


def test_its_numbers_are_those_of_the_code() -> None:
    assert f"larger than {TOO_LARGE // 1_000_000} MB" in PAGE
    assert MOST_SAME == 1_000
    assert "the first thousand" in PAGE
    assert f"`{FOLDER}/`" in PAGE
    assert len(payloads()) == 300


def test_its_pictures_are_there() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for name in re.findall(r"docs/images/([\w-]+\.png)", readme):
        assert (ROOT / "docs" / "images" / name).read_bytes().startswith(b"\x89PNG")
    wanted = {
        f"{name}-{width}-{scheme}.png"
        for name in ("report", "index") for width in (1280, 390) for scheme in ("light", "dark")
    }  # fmt: skip
    assert {path.name for path in (ROOT / "docs" / "images").iterdir()} >= wanted
