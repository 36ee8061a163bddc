"""The page of every task says all its measures; its suite tells a good upgrade from a bad one."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from harness.api import Json, Task, canonical
from harness.cli import run
from harness.registry import load_registry
from harness.suitefile import LoadedSuite, load_suite
from tests.e2e.sides import only_run, result_of
from tests.tasks.media.test_contract import TASKS as MEDIA_TASKS
from tests.tasks.page_answers import ANSWERS
from tests.tasks.test_contract import TASKS as TEXT_TASKS

PAGES = Path(__file__).resolve().parents[2] / "docs" / "tasks"
TASKS = sorted(TEXT_TASKS + MEDIA_TASKS, key=lambda task: task.name)
REGISTRY = load_registry([f"harness_tasks.{task.name.replace('-', '_')}" for task in TASKS])
every_task = pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)


def page_of(task: Task) -> str:
    return (PAGES / f"{task.name}.md").read_text(encoding="utf-8")


def suite_of(task: Task, folder: Path, origin: str = "") -> LoadedSuite:
    """Give the page's suite beside its files; with an origin asked there, a third target added."""
    (suite,) = re.findall(r"```yaml\n(.*?)```", page_of(task), re.DOTALL)
    for name in re.findall(r"file: ([\w.-]+)", suite):
        (folder / name).write_bytes(f"the bytes of {name}".encode())
    if origin:
        (line,) = re.findall(r"^  candidate: .*\n", suite, re.MULTILINE)
        suite = suite.replace(line, line + line.replace("candidate", "worse").replace("b.", "c."))
        for side in "abc":
            suite = suite.replace(f"https://{side}.example", f"{origin}/{side}")
    path = folder / "suite.yaml"
    path.write_text(suite, encoding="utf-8")
    return load_suite(path, REGISTRY, environ={})


@contextmanager
def served(answers: Mapping[tuple[str, bytes], Json | bytes]) -> Iterator[str]:
    """Serve an answer for each (path, body) on loopback; gives the origin."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            answer = answers.get((self.path, body))
            is_file = isinstance(answer, bytes)
            sent = answer if isinstance(answer, bytes) else canonical(answer)
            self.send_response(200 if (self.path, body) in answers else 404)
            kind = "application/octet-stream" if is_file else "application/json"
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def do_GET(self) -> None:
            self.send_error(404, "nothing is known of the server")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@every_task
def test_its_suite_passes_an_upgrade_as_good_and_fails_a_worse_one(
    task: Task, quiet_world: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    if task.name in ("text-to-image", "image-to-image"):
        pytest.importorskip("PIL")  # their expectations are about what an image looks like
    answers: dict[tuple[str, bytes], Json | bytes] = {}
    with served(answers) as origin:
        cases = list(suite_of(task, quiet_world, origin).cases())
        assert {case.id for case in cases} == set(ANSWERS[task.name])
        for case in cases:
            body, (good, worse) = task.build(case).encoded(), ANSWERS[task.name][case.id]
            answers |= {("/a", body): good, ("/b", body): good, ("/c", body): worse}
        assert len(answers) == 3 * len(cases)
        assert run(["run", str(quiet_world / "suite.yaml"), "-q"]) == 1, capfd.readouterr()
    result = result_of(only_run(quiet_world))
    outcomes = {
        gate["target"]: gate["outcome"]
        for gate in result["gates"]
        if gate["metric"] == "regressions"
    }
    assert outcomes == {"candidate": "pass", "worse": "fail"}
    assert {(flip["target"], flip["case"]) for flip in result["flips"]} == {
        ("worse", case.id) for case in cases
    }
    assert result["counts"]["faults"] == 0
    assert result["counts"]["passed"] == 2 * len(cases)


@every_task
def test_its_suite_loads_without_a_warning_and_its_questions_can_be_asked(
    task: Task, tmp_path: Path
) -> None:
    loaded = suite_of(task, tmp_path)
    assert loaded.suite.task == task.name
    assert not loaded.suite.warnings
    for case in loaded.cases():
        assert task.build(case).encoded()


@every_task
def test_every_expectation_it_shows_is_one_the_task_knows(task: Task, tmp_path: Path) -> None:
    output = task.parse(task.sample_output)
    for case in suite_of(task, tmp_path).cases():
        if case.expect is not None:
            assert "`expect` must be" not in task.expect(case, output).message


@every_task
def test_it_lists_every_measure_and_which_way_is_better(task: Task) -> None:
    listed = re.findall(r"^\| `(\w+)` \| (\w+) \|", page_of(task), re.MULTILINE)
    assert dict(listed) == dict(task.measures)


@every_task
def test_its_suite_names_files_just_where_the_task_wants_them(task: Task) -> None:
    assert ("inputs: {file: " in page_of(task)) == (task.wants == "file")


def test_there_is_a_page_for_every_task_and_no_other() -> None:
    assert len(TASKS) == 31
    assert {page.stem for page in PAGES.glob("*.md")} == {task.name for task in TASKS}
