"""What README and docs say is what the project does."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.cli import run
from harness.exits import WORDS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_the_suite_of_the_readme_is_valid_and_about_fifteen_lines(tmp_path: Path) -> None:
    suite = blocks(README, "yaml")[0]
    path = tmp_path / "suite.yaml"
    path.write_text(suite, encoding="utf-8")
    assert len(suite.splitlines()) <= 18
    assert run(["check", str(path)]) == 0


def test_the_task_plugin_of_the_readme_is_the_one_the_tests_install() -> None:
    source = ROOT / "tests" / "api" / "stranger" / "acme_fill_mask.py"
    assert blocks(README, "python")[0].strip() == source.read_text(encoding="utf-8").strip()


def test_the_readme_lists_every_exit_code() -> None:
    listed = [int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)]
    assert listed == sorted(WORDS)


def test_every_local_link_of_the_documentation_leads_somewhere() -> None:
    for page in (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))):
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
            if not target.startswith("http"):
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_flag_the_documentation_uses_exists() -> None:
    help_text = subprocess.run(
        [sys.executable, "-m", "harness", "run", "--help"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        for line in page.read_text(encoding="utf-8").splitlines():
            for command in re.findall(r"revgate run ([^`#\n]*)", line):
                for flag in re.findall(r"(--[a-z-]+)", command):
                    assert flag in help_text, f"{page.name}: {flag}"


def test_the_fragments_of_the_suite_page_make_a_valid_suite(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "suite.md").read_text(encoding="utf-8")
    suite = "suite: from-the-page\ntask: text-classification\n" + "\n".join(blocks(page, "yaml"))
    (tmp_path / "suite.yaml").write_text(suite, encoding="utf-8")
    (tmp_path / "reviews.jsonl").write_text(
        '{"id": "r1", "text": "fine", "label": "POSITIVE", "lang": "en"}\n', encoding="utf-8"
    )
    assert run(["check", str(tmp_path / "suite.yaml")]) == 0


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_plugins_of_the_plugin_page_load_and_keep_their_contract(
    number: int, tmp_path: Path
) -> None:
    source = blocks((ROOT / "docs" / "plugins.md").read_text(encoding="utf-8"), "python")[number]
    module = tmp_path / "from_the_page.py"
    module.write_text(source, encoding="utf-8")
    listing = subprocess.run(
        [sys.executable, "-m", "harness", "plugins", "-p", "from_the_page"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert listing.returncode == 0, listing.stderr
    assert re.search(r"(provider +(acme|render)|check +ends_with) +-p", listing.stdout)


@pytest.mark.parametrize("name", ["sentiment", "summary"])
def test_the_recorded_demo_passes_offline(name: str, tmp_path: Path) -> None:
    suite = ROOT / "suites" / "demo" / f"{name}.yaml"
    recording = suite.with_suffix(".recording.jsonl")
    arguments = ["run", str(suite), "--replay", str(recording), "--offline", "-q"]
    assert run([*arguments, "--out", str(tmp_path / "run")]) == 0


def test_the_recorded_demo_is_the_demo_of_today(tmp_path: Path) -> None:
    from harness_demo.files import DEFAULT_PORT, write_demo

    for written in write_demo(tmp_path, DEFAULT_PORT):
        committed = ROOT / "suites" / "demo" / written.name
        assert committed.read_bytes() == written.read_bytes()


@pytest.mark.e2e
@pytest.mark.timeout(900)
def test_the_first_command_works_in_a_fresh_clone(tmp_path: Path) -> None:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: nothing to clone")
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    command = blocks(README, "sh")[0].strip()
    environ = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(
        ["bash", "-c", command], cwd=clone, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr.rstrip().endswith("exit 0: every error-level gate passed")
    reports = list(clone.glob("runs/*/report.html"))
    assert len(reports) == 2
    assert all("PASS" in report.read_text(encoding="utf-8") for report in reports)
