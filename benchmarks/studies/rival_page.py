"""What promptfoo's HTML of the cases of our report costs: to write, to keep, to open."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from benchmarks import measuring
from benchmarks.contenders.promptfoo import CONTENDER, command_in, evaluating
from benchmarks.kept import RivalPage
from benchmarks.studies.many_cases import TARGETS, ManyCases
from tests.reports.chromium import browser

PAGE = "out.html"
_PROVIDER = Path(__file__).with_name("prepared_answers.mjs")
_MOST_S = 3600.0


def rival_pages(folder: Path, *, cases: tuple[int, ...]) -> Iterator[RivalPage]:
    """Let promptfoo write its page of each number of cases, once; none where it is not installed.

    It evaluates the cases first, with answers that are there already; the page is then written of
    what it stored, by a process of its own (`promptfoo export`). What starting promptfoo takes is
    told apart.
    """
    version = CONTENDER.version()
    if version is None:
        return
    for size in cases:
        place = folder / f"promptfoo-{size}"
        shutil.rmtree(place, ignore_errors=True)
        write_evaluation(place, size)
        evaluated = _cost(place, *evaluating(concurrency=32))
        started = _cost(place, "export", "eval", "--help")
        written = _cost(place, "export", "eval", "latest", "-o", PAGE)
        page = place / PAGE
        yield RivalPage(
            program=f"promptfoo {version}",
            cases=size,
            write_cpu_s=max(0.0, written.cpu_s - started.cpu_s),
            write_wall_s=max(0.0, written.wall_s - started.wall_s),
            page_bytes=page.stat().st_size if page.exists() else 0,
            before_bytes=started.peak_bytes,
            peak_bytes=written.peak_bytes,
            exit_code=evaluated.exit_code or written.exit_code,
            usable_s=_loaded_s(page) if page.exists() else None,
        )


def write_evaluation(folder: Path, cases: int) -> None:
    """Write a configuration that asks for the cases of our report, with the very same answers."""
    folder.mkdir(parents=True, exist_ok=True)
    answers = folder / "answers.jsonl"
    with (
        (folder / "tests.jsonl").open("w", encoding="utf-8") as tests,
        answers.open("w", encoding="utf-8") as texts,
    ):
        for number, view in enumerate(ManyCases(cases=cases).views()):
            tests.write(json.dumps({"vars": {"number": str(number)}}) + "\n")
            given = [answer.record.output for answer in view.answers if answer.record]
            texts.write(json.dumps([output.text for output in given if output]) + "\n")
    providers = [
        {
            "id": _PROVIDER.as_uri(),
            "label": label,
            "config": {"place": place, "answers": str(answers)},
        }
        for place, label in enumerate(TARGETS)
    ]
    configuration = {
        "prompts": ["Summarise document {{number}} in a few sentences."],
        "providers": providers,
        "defaultTest": {"assert": [{"type": "contains", "value": " "}]},
        "tests": "file://tests.jsonl",
    }
    (folder / "promptfooconfig.json").write_text(json.dumps(configuration), encoding="utf-8")


def _cost(folder: Path, *arguments: str) -> measuring.Cost:
    command = command_in(folder, *arguments)
    return measuring.run(command.argv, command.environment, folder, _MOST_S)


def _loaded_s(page: Path) -> float | None:
    """Give the seconds until the page had loaded; None where the browser gave up."""
    try:
        with browser() as tab:
            tab.size(1280, 1000)
            return tab.open(page.as_uri())
    except (AssertionError, OSError):
        return None
