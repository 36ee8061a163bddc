"""What is found of one thing: sound, missing, doubtful or broken."""

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.clock import Clock
from harness.data.noun import replace
from harness.doctor import (
    about_clock,
    about_extras,
    about_hub,
    about_open_files,
    about_plugins,
    about_proxies,
    about_python,
    about_runs_folder,
    about_sqlite,
    about_terminal,
    about_tokens,
    about_transports,
    filesystem_of,
)
from harness.doctor.libraries import curl_observation, extras_observations, has_wal_reset_bug
from harness.registry import Registry
from tests.hub.hub_server import TOKEN, HubServer
from tests.hub.world import a_hub, asking

MOUNTS = """\
/dev/vda / ext4 rw 0 0
tmpfs /tmp tmpfs rw 0 0
server:/home /home nfs4 rw 0 0
/dev/vdb /home/me/local\\040disk xfs rw 0 0
me@host:/ /mnt/far fuse.sshfs rw 0 0
/dev/sdc /mnt/usb fuseblk rw 0 0
nonsense
"""


@pytest.mark.parametrize(
    ("number", "has_bug"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 0), False),
    ],
)
def test_the_versions_of_sqlite_with_the_bug_are_named(
    number: tuple[int, int, int], has_bug: bool
) -> None:
    assert has_wal_reset_bug(number) is has_bug
    found = about_sqlite(number)
    assert found.state == ("warning" if has_bug else "ok")
    assert found.words.startswith(".".join(map(str, number)))
    assert ("WAL-reset bug" in found.words) is has_bug


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/work", "ext4"),
        ("/tmp/x", "tmpfs"),
        ("/tmpfoo", "ext4"),
        ("/home/me", "nfs4"),
        ("/home/me/local disk/runs", "xfs"),
        ("/mnt/far/runs", "fuse.sshfs"),
    ],
)
def test_the_longest_mount_point_says_the_file_system(path: str, kind: str) -> None:
    assert filesystem_of(Path(path), MOUNTS) == kind


def test_a_later_mount_at_one_place_hides_the_earlier() -> None:
    assert filesystem_of(Path("/a"), "x / ext4\ny / btrfs\n") == "btrfs"
    assert filesystem_of(Path("/a"), "") == ""


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("ext4", "ok"),
        ("overlay", "ok"),
        ("fuseblk", "ok"),
        ("nfs", "warning"),
        ("nfs4", "warning"),
        ("cifs", "warning"),
        ("smb3", "warning"),
        ("9p", "warning"),
        ("fuse.sshfs", "warning"),
        ("fuse", "warning"),
    ],
)
def test_a_network_file_system_under_the_runs_is_a_warning(
    tmp_path: Path, kind: str, state: str
) -> None:
    found = about_runs_folder(tmp_path / "runs" / "not-yet", f"x / {kind} rw 0 0\n")
    assert found.state == state
    assert kind in found.words
    assert ("--out" in found.advice) is (state == "warning")


def test_a_folder_that_cannot_be_written_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    assert about_runs_folder(tmp_path / "runs", "").state == "error"


def test_a_full_disk_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type("Usage", (), {"free": 1_000_000})
    monkeypatch.setattr("harness.doctor.disk.shutil.disk_usage", lambda _path: usage)
    found = about_runs_folder(tmp_path, "x / ext4\n")
    assert (found.state, "1.0 MB free" in found.words) == ("warning", True)


@pytest.mark.parametrize(
    ("allowed", "state"), [(None, "ok"), (1024, "ok"), (100, "warning"), (10, "warning")]
)
def test_few_open_files_are_a_warning(allowed: int | None, state: str) -> None:
    assert about_open_files(allowed).state == state


@pytest.mark.parametrize(("resolution_s", "state"), [(1e-9, "ok"), (0.0156, "warning")])
def test_a_coarse_clock_is_a_warning(resolution_s: float, state: str) -> None:
    assert about_clock(resolution_s).state == state


def test_an_old_python_is_an_error() -> None:
    assert [one.state for one in about_python((3, 10, 9), "python")] == ["ok", "error", "ok"]
    assert {one.state for one in about_python((3, 11, 0), "python")} == {"ok"}


@pytest.mark.parametrize(("encoding", "state"), [("utf-8", "ok"), ("latin-1", "warning")])
def test_an_output_that_cannot_show_everything_is_a_warning(encoding: str, state: str) -> None:
    with io.TextIOWrapper(io.BytesIO(), encoding=encoding) as stream:
        found = about_terminal(stream, {"CI": "true", "SECRET": "no"})
    assert found.state == state
    assert "CI=true" in found.words
    assert "SECRET" not in found.words


def test_libcurl_is_shown_with_its_tls_and_http2() -> None:
    info = (11, "8.9.1", 0, "Linux", 1 << 16, "OpenSSL/3.3.1")
    found = curl_observation(info, 1 << 16, "7.45.3")
    assert found.state == "ok"
    assert found.words == "pycurl 7.45.3, libcurl 8.9.1, OpenSSL/3.3.1, HTTP/2"
    plain = curl_observation((11, "8.9.1", 0, "Linux", 0, ""), 1 << 16, "7.45.3")
    assert plain.state == "error"
    assert plain.words.endswith("no TLS, no HTTP/2")
    assert [one.subject for one in about_transports()] == ["curl", "requests"]


def test_a_missing_pycurl_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pycurl", None)
    first, _ = about_transports()
    assert (first.state, "pip install pycurl" in first.advice) == ("warning", True)


def test_a_missing_extra_comes_with_the_command_that_installs_it() -> None:
    needed = [
        "click>=8.1",
        'pytest>=8; extra == "there"',
        'no-such-package>=1; python_version >= "3.8" and extra == "away"',
    ]
    away, there = extras_observations(["there", "away"], needed)
    assert (away.subject, away.state) == ("extra away", "note")
    assert away.advice == "pip install 'revgate[away]'"
    assert (there.state, there.words) == ("ok", f"pytest {pytest.__version__}")
    assert [one.subject for one in about_extras()]


def test_a_broken_plugin_is_an_error(installed: Registry) -> None:
    broken = replace(installed, broken={"acme": "ImportError('no acme')"})
    found = list(about_plugins(broken))
    assert [one.state for one in found][-1] == "error"
    assert "acme cannot be loaded: ImportError('no acme')" in found[-1].words
    assert "providers" in found[0].words


def test_where_a_token_lies_is_said_and_never_what_it_is(
    installed: Registry, tmp_path: Path
) -> None:
    def hub_token(**environ: str) -> tuple[str, str, str]:
        found = about_tokens(installed.providers, {"HF_HOME": str(tmp_path), **environ})
        (one,) = [one for one in found if "hf-endpoint" in one.subject]
        return one.state, one.words, one.advice

    state, words, advice = hub_token()
    assert (state, words) == ("note", "none")
    assert "HF_TOKEN" in advice
    assert hub_token(HF_TOKEN=TOKEN) == ("ok", "found in HF_TOKEN", "")
    (tmp_path / "token").write_text(TOKEN)
    state, words, _ = hub_token()
    assert (state, words) == ("ok", f"found in the file {tmp_path / 'token'}")
    assert hub_token(HF_HUB_DISABLE_IMPLICIT_TOKEN="1")[0] == "note"


def test_a_proxy_is_named_without_its_address() -> None:
    (found,) = about_proxies({"https_proxy": "http://me:secret@proxy:3128"})
    assert found.words == "HTTPS_PROXY is set, and not used"
    assert "secret" not in repr(found)
    assert list(about_proxies({})) == []


@pytest.fixture
def server() -> Iterator[HubServer]:
    with a_hub() as server:
        yield server


def test_a_hub_that_answers_is_sound(server: HubServer) -> None:
    with asking(server) as hub:
        (found,) = about_hub(hub, Clock())
    assert (found.subject, found.state) == ("Hub", "ok")
    with asking(server, HF_TOKEN=TOKEN) as hub:
        assert [one.state for one in about_hub(hub, Clock())] == ["ok", "ok"]


def test_a_hub_that_is_away_is_a_warning_and_a_token_it_refuses_an_error(
    server: HubServer,
) -> None:
    stranger = "hf_" + "x" * 30
    with asking(server, HF_TOKEN=stranger) as hub:
        _, found = about_hub(hub, Clock())
    assert (found.subject, found.state) == ("Hub token", "error")
    assert stranger not in repr(found)
    server.script = [(503, {})] * 9
    with asking(server, HF_TOKEN=TOKEN) as hub:
        (found,) = about_hub(hub, Clock())
    assert (found.subject, found.state) == ("Hub", "warning")
    assert "revgate lock" in found.advice
