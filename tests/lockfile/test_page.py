"""What the page on the lock shows is what the command does."""

import re
from pathlib import Path

from harness.lockfile import lock_of, pin_lines, resolve, table_rows
from harness.lockfile.writing import fields_of
from harness.registry import Registry
from tests.hub.hub_server import HubServer
from tests.hub.world import HEAD, MODEL, OLD, asking
from tests.lockfile.suites import asked_of
from tests.lockfile.test_file import LOCK

PAGE = (Path(__file__).parents[2] / "docs" / "lock.md").read_text(encoding="utf-8")
NAME = "distilbert-base-uncased-finetuned-sst-2-english"


def test_the_suite_of_the_page_locks_as_it_says(
    server: HubServer, tmp_path: Path, installed: Registry
) -> None:
    server.repos[f"distilbert/{NAME}"] = server.repos.pop(MODEL)
    server.renamed = {NAME: f"distilbert/{NAME}"}
    (suite,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    asked = asked_of(tmp_path, installed, suite)
    assert asked.allowed_licences == ("apache-2.0", "mit")
    with asking(server) as hub:
        resolved = resolve(asked, hub)
    assert [t.facts.commit for t in lock_of("x", resolved).targets] == [OLD, HEAD]
    heads, *_ = table_rows(resolved, ())
    assert "  ".join(heads).split() == PAGE.split("$ revgate lock")[1].splitlines()[1].split()
    first = next(iter(pin_lines(asked, resolved)))
    assert first.split("suite.yaml")[1] in PAGE


def test_the_page_names_every_field_of_the_file() -> None:
    for field in fields_of(LOCK.targets[0]):
        assert f"`{field}`" in PAGE


def test_the_page_names_every_exit_code_of_the_command() -> None:
    listed = [int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)]
    assert listed == [0, 4, 5, 11, 12]
