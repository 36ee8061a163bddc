"""The pages on waivers and on history say what is so."""

import re
from importlib import import_module
from pathlib import Path

from harness.subgroups.search import MOST_GROUPS
from harness.suitefile.problems.codes import CODES
from harness.waivers.reading import read_text

DOCS = Path(__file__).parents[2] / "docs"
WAIVERS = (DOCS / "waivers.md").read_text(encoding="utf-8")
HISTORY = (DOCS / "history.md").read_text(encoding="utf-8")


def test_the_waiver_file_of_the_page_is_one() -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", WAIVERS, re.DOTALL)
    (entry,) = read_text(text.encode(), "page").waivers.entries
    assert (entry.case, entry.by, entry.expires) == ("meh", "kim", "2027-02-19")


def test_the_page_names_every_code_of_waivers() -> None:
    named = re.findall(r"^\| `(E\d+)`", WAIVERS, re.MULTILINE)
    assert named == [code for code, words in CODES.items() if "waive" in words]


def test_the_flags_of_both_pages_exist() -> None:
    for page in (WAIVERS, HISTORY):
        for block in re.findall(r"```sh\n(.*?)```", page, re.DOTALL):
            for line in block.splitlines():
                command, _, comment = line.partition("#")
                words = command.split()
                flags = re.findall(r"--[a-z]+", f"{command} {comment}")
                assert words[0] == "revgate"
                assert flags_of(words[1]) >= set(flags), line


def flags_of(verb: str) -> set[str]:
    command = import_module(f"harness.cli.{verb}_verb").command
    return {flag for option in command.params for flag in option.opts}


def test_the_number_of_groups_is_the_one_of_the_page() -> None:
    assert f"up to {MOST_GROUPS:,} groups" in HISTORY
