"""`revgate show` says of media, vectors and jobs in words what cannot be printed."""

import json
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from harness.cli.call_lines import call_lines
from harness.cli.case_lines import every_answer
from harness.cli.folder import write_artifact
from harness.cli.painting import uncoloured
from harness.data.dossier import Artifact, CaseView, Dossier, Show
from harness.data.exchange import Attempt, Exchange, Fault, Response, Step, Timings
from harness.data.noun import replace
from harness.errors import UsageError
from harness_demo.served import Reply
from harness_reports import html
from tests.e2e.sides import Sides
from tests.reports import media_dossiers
from tests.reports.media_files import landscape, noise, wav

Open = Callable[..., Sides]
Capture = pytest.CaptureFixture[str]


def shown(dossier: Dossier) -> str:
    screen = html.harness_reporters()[0].screen_case
    assert screen is not None
    return "\n".join(map(uncoloured, screen(dossier)))


def first(dossier: Any) -> CaseView:
    return next(iter(dossier.case_views()))


def answers(view: CaseView, show: Show, exchanges: Any = MappingProxyType({})) -> list[str]:
    return [uncoloured(line) for line in every_answer(view, show, exchanges)]


def repeated(view: CaseView) -> CaseView:
    return replace(view, answers=(*view.answers, replace(view.answers[-1], repeat=1)))


def test_a_picture_is_said_with_type_size_bytes_and_digest() -> None:
    body = media_dossiers.SUNRISE
    said = f"image/png, 240 × 160, 1.3 kB, sha256 {sha256(body).hexdigest()}"
    view = first(media_dossiers.images())
    assert f"  {said}" in answers(repeated(view), "image")
    assert "AAAA" not in shown(media_dossiers.images())
    assert sha256(body).hexdigest()[:16] in shown(media_dossiers.images())


def test_an_answer_is_said_again_only_where_there_are_repeats() -> None:
    view = first(media_dossiers.images())
    assert not any("image/png" in line for line in answers(view, "image"))


def test_a_sound_has_its_length_and_each_of_several_its_label() -> None:
    text = shown(media_dossiers.sounds())
    assert "audio/wav, 0.50 s, 8.0 kB" in text
    assert "voice 1" in text
    digest = sha256(wav(400, 0.4)).hexdigest()
    assert f"audio/wav, 0.40 s, 6.4 kB sha256 {digest}" in text


def test_a_vector_is_never_dumped() -> None:
    for text in (
        "\n".join(answers(repeated(first(media_dossiers.vectors())), "vector")),
        shown(media_dossiers.vectors()),
    ):
        assert "768 numbers" in text
        assert max(map(len, text.split("\n"))) < 200


def test_boxes_and_entities_have_a_line_each() -> None:
    boxes = answers(repeated(first(media_dossiers.boxes())), "boxes")
    assert "│ sun  0.98  xmin 30 ymin 30 xmax 66 ymax 66" in boxes
    spans = answers(repeated(first(media_dossiers.spans())), "spans")
    assert "│ PER  Wolfgang Schmidt  11  27  0.99" in spans
    assert "[Wolfgang Schmidt −PER 0.99]" in shown(media_dossiers.spans())


def exchange(**changes: Any) -> Exchange:
    base = Exchange(
        seq=3,
        target="candidate",
        repeat=0,
        url="https://b.example/models/x",
        method="POST",
        request_body=b"{}",
        attempts=(Attempt(response=Response(status=200), timings=Timings(total_s=0.2)),),
        transport="curl",
    )
    return replace(base, **changes)


def test_a_plain_call_has_one_line() -> None:
    assert list(call_lines(exchange())) == ["  POST https://b.example/models/x, by curl"]


def test_how_the_time_of_a_call_passed_is_said_where_it_is_known() -> None:
    def said(**timings: float) -> str:
        attempt = Attempt(response=Response(status=200), timings=Timings(total_s=0.5, **timings))
        (_, line) = call_lines(exchange(attempts=(attempt,)))
        return line

    new = said(connect_s=0.09, lookup_s=0.02, tls_s=0.04, first_byte_s=0.4)
    assert new == (
        "  status 200, took 500 ms (look-up 20.0 ms, connect 30.0 ms, TLS 40.0 ms, "
        "first byte at 400 ms)"
    )
    assert said(connect_s=0.09) == "  status 200, took 500 ms (connect 90.0 ms)"
    again = said(connect_s=0.0, first_byte_s=0.4, held_back_s=0.05)
    assert again == (
        "  status 200, took 500 ms (on an open connection, first byte at 400 ms, "
        "held back 50.0 ms for want of memory)"
    )


def test_a_try_that_failed_says_how_far_it_came() -> None:
    late = Fault(kind="timeout", message="no complete answer")
    attempt = Attempt(fault=late, timings=Timings(total_s=0.5, lookup_s=0.02))
    assert list(call_lines(exchange(attempts=(attempt,))))[1] == (
        "  attempt 1: timeout: no complete answer, took 500 ms (look-up 20.0 ms)"
    )


def test_attempts_moves_and_bundles_are_said() -> None:
    busy = Fault(kind="overloaded", message="503\nfrom\x1b the server", status=503)
    tried = (
        Attempt(url="https://a.example/models/x", fault=busy, timings=Timings(total_s=0.05)),
        Attempt(response=Response(status=200), waited_s=1.5),
    )
    lines = list(call_lines(exchange(attempts=tried, is_moved=True, batched=4)))
    assert "moved: meant for another address" in lines[1]
    assert "one of 4 calls in one request" in lines[2]
    assert lines[3] == (
        "  attempt 1: to https://a.example/models/x, overloaded: 503 from\\x1b the server, "
        "took 50.0 ms"
    )
    assert lines[4] == "  attempt 2: after 1.50 s, status 200"


def test_the_steps_of_a_job_have_a_line_each() -> None:
    steps = (
        Step(method="POST", url="https://b.example/jobs", at_s=0, status=202, note="queued"),
        Step(method="GET", url="https://b.example/jobs/7", at_s=2.031, status=200, note="done"),
        Step(method="GET", url="https://b.example/files/7", at_s=2.5),
    )
    attempt = Attempt(steps=steps, response=Response(status=200))
    lines = list(call_lines(exchange(attempts=(attempt,))))
    assert lines[2:] == [
        "    0.00 s  POST https://b.example/jobs  202 queued",
        "    2.03 s  GET https://b.example/jobs/7  200 done",
        "    2.50 s  GET https://b.example/files/7  no answer",
    ]


def test_first_words_and_the_call_stand_with_the_answer() -> None:
    view = first(media_dossiers.images())
    record = view.answers[1].record
    assert record is not None
    streamed = replace(view.answers[1], record=replace(record, first_token_s=0.12, seq=9))
    told = replace(view, answers=(view.answers[0], streamed))
    lines = answers(told, "image", {9: exchange(seq=9)})
    at = next(place for place, line in enumerate(lines) if line.startswith("candidate #1"))
    assert lines[at].endswith(", first words after 120 ms")
    assert lines[at + 1] == "  POST https://b.example/models/x, by curl"


def test_what_tells_answers_apart_stands_with_the_answer() -> None:
    view = first(media_dossiers.images())
    record = view.answers[1].record
    assert record is not None
    traces = {"x-inference-provider": "groq", "provider": "a\x1bb"}
    traced = replace(view.answers[1], record=replace(record, traces=traces))
    lines = answers(replace(view, answers=(view.answers[0], traced)), "image")
    at = next(place for place, line in enumerate(lines) if line.startswith("candidate #1"))
    assert lines[at + 1 : at + 3] == ["  x-inference-provider: groq", "  provider: a\\x1bb"]


PICTURES = """
suite: pictures
task: text-to-image
target: {provider: hf-endpoint, model: lab/labels}
targets:
  baseline: {url: "%s/endpoints/%s", revision: "%s"}
  candidate: {url: "%s/endpoints/%s", revision: "%s"}
gates: [{metric: error_rate, max: 0}]
cases:
  - {id: sunrise, inputs: a sunrise}
"""


def test_pictures_of_a_run_reach_its_report_and_the_terminal(
    sides: Open, capfd: Capture, quiet_world: Path
) -> None:
    small, large = landscape(0.3), noise(720)
    wrapped = json.dumps({"image": b64encode(large).decode()}).encode()

    def answer(request: Any) -> Reply:
        is_after = "b" * 40 in request.path
        pin = ("b" if is_after else "a") * 40
        body, kind = (wrapped, "application/json") if is_after else (small, "image/png")
        return Reply(status=200, headers={"content-type": kind, "x-sha": pin}, body=body)

    world = sides(faults=answer)
    url, (old, new) = world.server.url, ("a" * 40, "b" * 40)
    suite = quiet_world / "suite.yaml"
    suite.write_text(PICTURES % (url, old, old, url, new, new), "utf-8")
    world.run("run", suite, "--out", "out")
    page = (quiet_world / "out" / "report.html").read_text("utf-8")
    assert f"data:image/png;base64,{b64encode(small).decode()}" in page
    name = f"media/{sha256(large).hexdigest()}.png"
    assert f'src="{name}"' in page
    assert (quiet_world / "out" / name).read_bytes() == large
    capfd.readouterr()
    assert world.run("show", "out", "sunrise") == 0
    text = capfd.readouterr().out
    for words, body in (("240 × 160, 1.3 kB", small), ("720 × 720, 1.6 MB", large)):
        assert f"image/png, {words}" in text
        assert sha256(body).hexdigest()[:16] in text
    assert f"POST {url}/endpoints/{old}" in text


@pytest.mark.parametrize(
    "name", ["media/", "media/../x", "media/a/b", "media/.x", "other/x", "../x", "/x", "run.sqlite"]
)
def test_a_report_is_written_nowhere_but_where_reports_go(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="not a name for a report"):
        write_artifact(tmp_path, Artifact(name=name, chunks=iter([b"x"])))
    assert list(tmp_path.iterdir()) == []


def test_media_are_written_into_their_folder(tmp_path: Path) -> None:
    for _ in range(2):
        write_artifact(tmp_path, Artifact(name="media/ab.png", chunks=iter([b"x"])))
    assert (tmp_path / "media" / "ab.png").read_bytes() == b"x"


def test_a_reporter_of_ones_own_shows_its_lines_too(
    sides: Open, capfd: Capture, quiet_world: Path
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "plugins.md").read_text("utf-8")
    (source,) = (part for part in page.split("```python\n") if "worst: one line a case" in part)
    (quiet_world / "plugin_worst.py").write_text(source.partition("```")[0], "utf-8")
    world = sides(flips=lambda number: number == 2)
    world.run("run", str(world.suite(4)), "-q", "--out", "out", "-p", "plugin_worst")
    assert (quiet_world / "out" / "worst.txt").read_text("utf-8") == "candidate: c2 regressed\n"
    capfd.readouterr()
    assert world.run("show", "out", "-p", "plugin_worst") == 0
    shown = capfd.readouterr().out
    assert "\ncandidate: c2 regressed\nreport: out/report.html\n" in shown
    assert "Regressions" in shown


def test_no_report_is_named_that_is_not_there(
    sides: Open, capfd: Capture, quiet_world: Path
) -> None:
    world = sides()
    world.run("run", str(world.suite(2)), "-q", "--out", "out")
    assert "report: out/report.html\n" in capfd.readouterr().out
    (quiet_world / "out" / "report.html").unlink()
    world.run("show", "out")
    shown = capfd.readouterr().out
    assert "report: not written; `revgate report out` writes it\n" in shown
    assert world.run("report", "out") == 0
    assert "report: out/report.html\n" in capfd.readouterr().out


BREAKS = """
from harness.api import *

def screen(dossier):
    yield (Words("so far"),)
    raise RuntimeError("no ink")

@hookimpl
def harness_reporters():
    return [Reporter(name="a-broken", render=lambda _: (), screen=screen, screen_case=screen)]
"""


def test_a_reporter_that_breaks_while_it_shows_costs_only_its_own_lines(
    sides: Open, capfd: Capture, quiet_world: Path
) -> None:
    (quiet_world / "plugin_breaks.py").write_text(BREAKS, "utf-8")
    world = sides()
    world.run("run", str(world.suite(2)), "-q", "--out", "out")
    capfd.readouterr()
    for words, told in ((("out",), "Gates"), (("out", "c1"), "Every answer")):
        assert world.run("show", *words, "-p", "plugin_breaks") == 0
        out, err = capfd.readouterr()
        assert out.startswith("so far\n")
        assert told in out
        assert "reporter a-broken raised RuntimeError('no ink')" in err


def test_a_wrong_template_is_told_before_any_call_and_a_report_can_be_had_again(
    sides: Open, capfd: Capture, quiet_world: Path
) -> None:
    own = quiet_world / "own"
    own.mkdir()
    (own / "report.html.j2").write_text("\n{% if %}", "utf-8")
    world = sides()
    suite = str(world.suite(2))
    assert world.run("run", suite, "-q", "--out", "out", "--template", "own") == 4
    assert f"{own}/report.html.j2:2: Expected an expression" in capfd.readouterr().err
    assert world.calls() == []
    (own / "report.html.j2").write_text("\n\n{{ page.weather }}", "utf-8")
    assert world.run("run", suite, "-q", "--out", "out", "--template", "own") == 0
    assert f"{own}/report.html.j2:3: " in capfd.readouterr().err
    assert not (quiet_world / "out" / "report.html").exists()
    (own / "report.html.j2").write_text("{{ page.suite }} is {{ page.badge.word }}", "utf-8")
    assert world.run("report", "out", "--template", "own") == 0
    assert (quiet_world / "out" / "report.html").read_text("utf-8") == "sides is PASS"


def test_a_case_is_shown_without_telling_observers_of_a_verdict(
    sides: Open, capfd: Capture, quiet_world: Path
) -> None:
    observer = (
        "from harness.api import hookimpl\n"
        "@hookimpl\ndef harness_on_verdict(verdict): open('told', 'a').write('x')\n"
    )
    (quiet_world / "plugin_observes.py").write_text(observer, "utf-8")
    world = sides()
    world.run("run", str(world.suite(2)), "-q", "--out", "out")
    assert world.run("show", "out", "c1", "-p", "plugin_observes") == 0
    assert not (quiet_world / "told").exists()
    assert "c1" in capfd.readouterr().out
