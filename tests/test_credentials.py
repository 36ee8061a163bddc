"""Where a secret is found, and who may receive it."""

from pathlib import Path

import pytest

from harness.credentials import (
    Secret,
    Wallet,
    find_value,
    is_loopback,
    open_wallet,
    origin_of,
)
from harness.data.call import Credential
from harness.errors import UsageError

HUB = Credential(
    env=("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"),
    token_file=True,
    origins=("router.huggingface.co", "*.endpoints.huggingface.cloud"),
)
PLAIN = Credential(env=("LAB_KEY",), header="x-api-key", scheme="", origins=("lab.example",))
ROUTER = "https://router.huggingface.co/hf-inference/models/m"


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment whose Hugging Face cache holds a token."""
    folder = tmp_path / ".cache" / "huggingface"
    folder.mkdir(parents=True)
    (folder / "token").write_text("hf_file\n", encoding="utf-8")
    return {"HOME": str(tmp_path)}


def test_variables_come_before_the_file_in_their_order(home: dict[str, str]) -> None:
    first, second = {"HF_TOKEN": "hf_first"}, {"HUGGING_FACE_HUB_TOKEN": "hf_second"}
    assert find_value(HUB, home | first | second) == "hf_first"
    assert find_value(HUB, home | second) == "hf_second"
    assert find_value(HUB, home | {"HF_TOKEN": " \n"} | second) == "hf_second"
    assert find_value(HUB, home) == "hf_file"
    assert find_value(PLAIN, home | first) == ""


def test_the_file_is_looked_for_where_the_hub_client_does(tmp_path: Path) -> None:
    named, in_home, in_cache = tmp_path / "t", tmp_path / "h", tmp_path / "c"
    named.write_text("hf_named\r\n", encoding="utf-8")
    in_home.mkdir()
    (in_home / "token").write_text("hf_home", encoding="utf-8")
    (in_cache / "huggingface").mkdir(parents=True)
    (in_cache / "huggingface" / "token").write_text("hf_cache", encoding="utf-8")
    environ = {"HOME": str(tmp_path / "nobody"), "XDG_CACHE_HOME": str(in_cache)}
    assert find_value(HUB, environ) == "hf_cache"
    environ["HF_HOME"] = str(in_home)
    assert find_value(HUB, environ) == "hf_home"
    environ["HF_TOKEN_PATH"] = str(named)
    assert find_value(HUB, environ) == "hf_named"


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"", b"\n"])
def test_a_file_that_cannot_be_read_is_no_token(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "token"
    path.mkdir() if content is None else path.write_bytes(content)
    assert find_value(HUB, {"HF_TOKEN_PATH": str(path)}) == ""


@pytest.mark.parametrize("word", ["1", "on", "YES", "True"])
def test_the_hub_client_s_switch_turns_implicit_tokens_off(home: dict[str, str], word: str) -> None:
    off = {"HF_HUB_DISABLE_IMPLICIT_TOKEN": word}
    assert find_value(HUB, home | off) == ""
    assert find_value(HUB, home | off | {"HF_TOKEN": "hf_first"}) == ""
    assert find_value(PLAIN, off | {"LAB_KEY": "k"}) == "k"
    wallet = open_wallet(home | off)
    assert wallet.secret_for(HUB, ROUTER) is None
    assert wallet.why_withheld(HUB, ROUTER) == (
        "no token was sent: HF_HUB_DISABLE_IMPLICIT_TOKEN is set"
    )
    assert find_value(HUB, home | {"HF_HUB_DISABLE_IMPLICIT_TOKEN": "0"}) == "hf_file"


def test_header_and_scheme_are_the_credential_s() -> None:
    wallet = open_wallet({"HF_TOKEN": "hf_x", "LAB_KEY": "k y"})
    assert wallet.secret_for(HUB, ROUTER) == Secret(
        header="authorization", line="Bearer hf_x", value="hf_x"
    )
    assert wallet.secret_for(PLAIN, "https://lab.example") == Secret(
        header="x-api-key", line="k y", value="k y"
    )
    assert wallet.secret_for(None, ROUTER) is None


MAY = [
    ROUTER,
    "https://ROUTER.huggingface.co:443/",
    "https://router.huggingface.co./m",
    "https://abc.us-east-1.aws.endpoints.huggingface.cloud",
    "http://localhost:8080/",
    "http://127.0.0.1:1",
    "http://127.255.0.9",
    "http://[::1]:8080/x",
    "https://gateway.example/any",
    "http://box.lan:8080/é",
]
MAY_NOT = [
    "http://router.huggingface.co/",
    "https://router.huggingface.co.evil.example/",
    "https://evil.example/router.huggingface.co",
    "https://evil.example?router.huggingface.co",
    "https://evil.example#.endpoints.huggingface.cloud",
    "https://endpoints.huggingface.cloud.evil.example/",
    "https://a.endpoints.huggingface.cloud@evil.example/",
    "https://evil.example\\@router.huggingface.co/",
    "https://evil.example\\.endpoints.huggingface.cloud/",
    "https://evil.example%2f.endpoints.huggingface.cloud/",
    "https://evil.example%23.endpoints.huggingface.cloud/",
    "https://evil.example%00.endpoints.huggingface.cloud/",
    "https://router.huggingface.co\t.evil.example/",
    "https://evil.example\n.endpoints.huggingface.cloud/",
    "https://evil.example。endpoints.huggingface.cloud/",
    "https://evil\u2100.endpoints.huggingface.cloud/",
    "ftp://router.huggingface.co/",
    "//router.huggingface.co/",
    "router.huggingface.co",
    "https:router.huggingface.co",
    "https://:443/",
    "https://router.huggingface.co:notaport/",
    "https://router.huggingface.co:99999/",
    "https://[::1/",
    "http://127.0.0.1@evil.example/",
    "http://127.0.0.1.evil.example/",
    "http://localhost.evil.example/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://[::ffff:8.8.8.8]/",
    "https://gateway.example:8443/",
    "http://gateway.example/",
    "http://box.lan/",
    "",
]


@pytest.fixture
def wallet() -> Wallet:
    return open_wallet(
        {"HF_TOKEN": "hf_x", "REVGATE_TRUST": " http://box.lan:8080 "}, ["https://Gateway.example"]
    )


@pytest.mark.parametrize("url", MAY)
def test_who_may_receive_it(wallet: Wallet, url: str) -> None:
    assert wallet.secret_for(HUB, url) is not None
    assert wallet.why_withheld(HUB, url) == ""


@pytest.mark.parametrize("url", MAY_NOT)
def test_nobody_else_does_and_the_user_is_told(wallet: Wallet, url: str) -> None:
    assert wallet.secret_for(HUB, url) is None
    assert "--trust ORIGIN" in wallet.why_withheld(HUB, url)


@pytest.mark.parametrize("url", [ROUTER, "http://127.0.0.1:8000", "https://lab.example/m"])
def test_on_a_way_the_suite_chose_only_what_is_trusted_by_name_receives_it(
    home: dict[str, str], url: str
) -> None:
    wallet = open_wallet(home)
    assert wallet.secret_for(HUB, url, is_detoured=True) is None
    assert "a proxy or certificates" in wallet.why_withheld(HUB, url, is_detoured=True)
    trusting = open_wallet(home, [url])
    assert trusting.secret_for(HUB, url, is_detoured=True) is not None
    assert trusting.why_withheld(HUB, url, is_detoured=True) == ""


def test_nothing_is_withheld_where_nothing_is_set() -> None:
    assert open_wallet({"HOME": "/nowhere"}).why_withheld(HUB, "https://evil.example") == ""
    assert open_wallet({}).why_withheld(None, "https://evil.example") == ""


@pytest.mark.parametrize(
    "origin", ["gateway.example", "https://", "ftp://x", "https://a:b@x", "*", "https://*.x", ""]
)
def test_only_an_origin_can_be_trusted(origin: str) -> None:
    with pytest.raises(UsageError, match="not an origin to trust"):
        open_wallet({}, [origin])


def test_the_values_of_a_run_are_known_without_repetition() -> None:
    wallet = open_wallet({"HF_TOKEN": "hf_x", "LAB_KEY": "k"})
    assert wallet.known_values([HUB, None, PLAIN, HUB]) == ("hf_x", "k")


def test_nothing_prints_a_secret() -> None:
    wallet = open_wallet({"HF_TOKEN": "hf_canary"})
    assert "canary" not in repr(wallet)
    assert "canary" not in repr(wallet.secret_for(HUB, ROUTER))


@pytest.mark.parametrize(
    ("url", "origin"),
    [("HTTPS://A.b:443/x", "https://a.b"), ("http://a:80", "http://a"),
     ("http://[::1]", "http://[::1]"),
     ("https://a:80/", "https://a:80"), ("http://a.:8080", "http://a:8080"), ("http://", None)],
)  # fmt: skip
def test_an_origin_has_one_form(url: str, origin: str | None) -> None:
    assert origin_of(url) == origin


@pytest.mark.parametrize(("host", "expected"), [("localhost", True), ("a.localhost", True),
    ("::1", True), ("[::1]", True), ("127.1.2.3", True), ("10.0.0.1", False),
    ("", False)])  # fmt: skip
def test_loopback_is_this_machine(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected
