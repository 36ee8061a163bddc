"""One process per revision: it survives a bad text, and its end is told, never hidden."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from harness_demo.real.failure import RealDemoError
from harness_demo.real.install import install
from harness_demo.real.models import real_models
from harness_demo.real.process import RevisionProcess
from harness_demo.real.wheels import Wheel

from .conftest import LANGID, BuildWheel, Start


def test_a_text_that_breaks_the_model_breaks_nothing_else(start: Start) -> None:
    process = start(LANGID)
    process.wait_until_ready()
    with pytest.raises(RealDemoError, match=r"py3langid 9\.1 failed on a text: KeyError: 'boom'"):
        process.predict({"inputs": "boom"})
    assert process.predict({"inputs": "a"})


def test_what_a_model_prints_is_no_answer(start: Start) -> None:
    process = start(LANGID)
    process.wait_until_ready()
    assert process.predict({"inputs": "print"})[0][0]["label"] == "fr"


def test_a_dead_process_is_reported_every_time(start: Start) -> None:
    process = start(LANGID)
    process.wait_until_ready()
    for _ in range(2):
        with pytest.raises(RealDemoError, match=r"py3langid 9\.1 ended \(exit code 7\)"):
            process.predict({"inputs": "leave"})


def test_a_package_that_does_not_load_says_why(start: Start) -> None:
    with pytest.raises(RealDemoError, match=r"(?s)no weights.*delete .*cache"):
        start("raise OSError('no weights')").wait_until_ready()


def test_a_package_from_elsewhere_is_refused(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "py3langid").mkdir(parents=True)
    (elsewhere / "py3langid" / "__init__.py").write_text("")
    (elsewhere / "py3langid" / "langid.py").write_text(LANGID)
    empty = tmp_path / "empty"
    empty.mkdir()
    wheel = Wheel(name="py3langid", version="9.1", sha256="0" * 64, kind="language")
    process = RevisionProcess(wheel, empty, environment={"PYTHONPATH": str(elsewhere)})
    with pytest.raises(RealDemoError, match=r"was loaded from .*elsewhere.*, not from .*empty"):
        process.wait_until_ready()
    process.close()


def test_one_that_never_gets_ready_is_ended(tmp_path: Path, build_wheel: BuildWheel) -> None:
    (tmp_path / "py3langid").mkdir()
    (tmp_path / "py3langid" / "__init__.py").write_text("")
    (tmp_path / "py3langid" / "langid.py").write_text("import threading; threading.Event().wait()")
    process = RevisionProcess(build_wheel(), tmp_path, start_timeout_s=0.2)
    with pytest.raises(RealDemoError, match="ended"):
        process.wait_until_ready()
    process.close()


def test_all_processes_end_with_the_block(
    tmp_path: Path, build_wheel: BuildWheel, offline: Mapping[str, str]
) -> None:
    folders = install(tmp_path / "cache", wheels=[build_wheel()], environment=offline)
    with real_models(folders) as (served,):
        assert served.model == "py3langid"
        assert len(served.revision) == 64
        assert served.predict({"inputs": "a"})
    with pytest.raises(RealDemoError, match="was closed"):
        served.predict({"inputs": "a"})
