"""Compiled templates are kept between processes, and never used for another text."""

import sys
from pathlib import Path
from typing import Any

import jinja2
import pytest

from harness_reports import compiled
from harness_reports.compiled import Compiled


@pytest.fixture(autouse=True)
def writing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


def made(
    folder: Path, text: str, monkeypatch: pytest.MonkeyPatch, *, escapes: bool = True
) -> tuple[str, int]:
    """Give what a new environment makes of a template, and how often it compiled one."""
    times: list[str] = []
    environment = jinja2.Environment(
        loader=jinja2.DictLoader({"page": text}),
        autoescape=escapes,
        bytecode_cache=Compiled(folder, str(escapes)),
    )
    whole = environment.compile

    def compile_(source: Any, *more: Any, **given: Any) -> Any:
        times.append(source)
        return whole(source, *more, **given)

    monkeypatch.setattr(environment, "compile", compile_)
    return environment.get_template("page").render(who="<me>"), len(times)


def test_a_template_is_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "kept"
    assert made(folder, "Hello {{ who }}", monkeypatch) == ("Hello &lt;me&gt;", 1)
    assert made(folder, "Hello {{ who }}", monkeypatch) == ("Hello &lt;me&gt;", 0)
    assert len(list(folder.iterdir())) == 1


def test_another_text_of_that_name_is_compiled_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path, "Hello {{ who }}", monkeypatch)
    assert made(tmp_path, "Bye {{ who }}", monkeypatch) == ("Bye &lt;me&gt;", 1)
    assert made(tmp_path, "Bye {{ who }}", monkeypatch) == ("Bye &lt;me&gt;", 0)


@pytest.mark.parametrize("is_escaped_first", [True, False])
def test_what_was_compiled_otherwise_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_escaped_first: bool
) -> None:
    for escapes in (is_escaped_first, not is_escaped_first):
        told = made(tmp_path, "{{ who }}", monkeypatch, escapes=escapes)
        assert told == ("&lt;me&gt;" if escapes else "<me>", 1)


def test_what_another_jinja_compiled_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path, "Hello {{ who }}", monkeypatch)
    monkeypatch.setattr(compiled, "version", lambda _: "9.9")
    assert made(tmp_path, "Hello {{ who }}", monkeypatch) == ("Hello &lt;me&gt;", 1)


def test_a_file_that_was_cut_off_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path, "Hello {{ who }}", monkeypatch)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    for kept in range(len(whole)):
        file.write_bytes(whole[:kept])
        assert made(tmp_path, "Hello {{ who }}", monkeypatch) == ("Hello &lt;me&gt;", 1)
        assert file.read_bytes() == whole


def test_a_file_of_something_else_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path, "Hello {{ who }}", monkeypatch)
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"\x93NUMPY" * 50)
    assert made(tmp_path, "Hello {{ who }}", monkeypatch) == ("Hello &lt;me&gt;", 1)


def test_where_nothing_can_be_written_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kept").write_text("a file stands there")
    for _ in range(2):
        told = made(tmp_path / "kept", "Hello {{ who }}", monkeypatch)
        assert told == ("Hello &lt;me&gt;", 1)


def test_who_else_may_read_files_may_read_these(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path, "Hello {{ who }}", monkeypatch)
    (tmp_path / "usual").touch()
    assert {path.stat().st_mode for path in tmp_path.iterdir()} == {
        (tmp_path / "usual").stat().st_mode
    }


def test_who_wants_no_bytecode_written_gets_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert made(tmp_path, "Hello {{ who }}", monkeypatch) == ("Hello &lt;me&gt;", 1)
    assert list(tmp_path.iterdir()) == []
