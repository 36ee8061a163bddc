"""The Hugging Face inference protocol: where calls go, what answers hold, who gave them."""

import json
import re
from typing import Any

import pytest

from harness.api import Call, Case, Json, Payload, Provider, Request, Response, Target
from harness.api.contract import check_provider
from harness.credentials import open_wallet
from harness_providers import hf_endpoint, hf_inference

(ENDPOINT,) = hf_endpoint.harness_providers()
(SERVERLESS,) = hf_inference.harness_providers()
BOTH = pytest.mark.parametrize("provider", [ENDPOINT, SERVERLESS], ids=lambda p: p.name)


def asked(provider: Provider, model: str = "org/name", **options: Json) -> Request:
    target = Target(name="t", provider=provider.name, model=model, options=options)
    payload = Payload(value={"parameters": {}, "inputs": "é"})
    return provider.request(Call(case=Case(id="c", inputs="é"), target=target, payload=payload))


def answer(body: Any = b"", **headers: str) -> Response:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(
        status=200, headers={n.replace("_", "-"): v for n, v in headers.items()}, body=data
    )


@BOTH
def test_the_contract_holds(provider: Provider) -> None:
    check_provider(provider)


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        (None, "https://router.huggingface.co/hf-inference/models/org/name"),
        ("https://api-inference.huggingface.co", "https://api-inference.huggingface.co/models/org/name"),
        ("http://127.0.0.1:8080/hf-inference/", "http://127.0.0.1:8080/hf-inference/models/org/name"),
        (
            "https://huggingface.co/api/inference-proxy/hf-inference",
            "https://huggingface.co/api/inference-proxy/hf-inference/models/org/name",
        ),
    ],
)  # fmt: skip
def test_serverless_calls_go_to_the_model_s_address(base_url: str | None, expected: str) -> None:
    options = {} if base_url is None else {"base_url": base_url}
    assert asked(SERVERLESS, **options).url == expected


def test_a_model_name_cannot_leave_its_place_in_the_address() -> None:
    url = asked(SERVERLESS, "org/na me?x=1#y").url
    assert url == "https://router.huggingface.co/hf-inference/models/org/na%20me%3Fx%3D1%23y"


def test_an_endpoint_s_address_is_used_as_it_is() -> None:
    url = "https://x.us-east-1.aws.endpoints.huggingface.cloud/some/path?a=b"
    assert asked(ENDPOINT, url=url).url == url


@BOTH
def test_the_payload_travels_in_canonical_form_and_asks_for_a_fresh_answer(
    provider: Provider,
) -> None:
    request = asked(provider, url="https://x.example")
    assert request.method == "POST"
    assert request.body == '{"inputs":"é","parameters":{}}'.encode()
    assert request.headers == {
        "content-type": "application/json",
        "accept": "application/json",
        "x-use-cache": "false",
    }


@BOTH
def test_a_file_travels_with_its_media_type(provider: Provider) -> None:
    target = Target(name="t", provider="p", model="m", options={"url": "https://x.example"})
    payload = Payload(media=b"\x89PNG", media_type="image/png")
    request = provider.request(Call(case=Case(id="c"), target=target, payload=payload))
    assert (request.body, request.headers["content-type"]) == (b"\x89PNG", "image/png")


@BOTH
def test_the_token_is_made_for_hugging_face_alone(provider: Provider) -> None:
    wallet = open_wallet({"HF_TOKEN": "hf_x"})
    for url in (
        "https://router.huggingface.co/x",
        "https://api-inference.huggingface.co/x",
        "https://huggingface.co/x",
        "https://x.us-east-1.aws.endpoints.huggingface.cloud",
    ):
        assert wallet.secret_for(provider.credential, url) is not None
    for url in ("https://endpoints.huggingface.cloud.evil.example", "https://hf.co.evil.example"):
        assert wallet.secret_for(provider.credential, url) is None


@BOTH
@pytest.mark.parametrize(
    "value", [[], [[{"label": "A", "score": 0.5}]], {"generated_text": "x"}, "x", 3]
)
def test_the_answer_is_the_json_of_the_body(provider: Provider, value: Json) -> None:
    assert provider.output(answer(value)) == value
    assert provider.output(answer(b"\xef\xbb\xbf" + json.dumps(value).encode())) == value


NO_ANSWER = {
    "empty": (b"", "the body is empty"),
    "spaces": (b" \n", "the body is empty"),
    "a page": (b"\n<!DOCTYPE html><html>", "an HTML page"),
    "another page": (b"<HTML><body>", "an HTML page"),
    "an error": (b'{"error":"Model overloaded"}', "is an error: Model overloaded"),
    "errors": (b'{"error":["a","b"]}', 'is an error: ["a","b"]'),
    "an error object": (b'{"error":{"message":"no","code":3}}', "is an error: no"),
    "a stream": (b'data: {"error":"x"}\n\n', "inside the stream"),
    "NaN": (b"[NaN]", "not strict JSON"),
    "infinity": (b"[1e999]", "not strict JSON"),
    "half": (b'[{"label":', "not strict JSON"),
    "not UTF-8": (b'["\xff"]', "not strict JSON"),
    "UTF-16": ('["a"]'.encode("utf-16"), "not strict JSON"),
    "too deep": (b"[" * 100_000, "not strict JSON"),
    "a deep error": (b'{"error":[' + b"[" * 1010 + b"]" * 1011 + b"}", "deeply nested"),
}


@BOTH
@pytest.mark.parametrize("how", NO_ANSWER)
def test_what_is_no_answer_inside_a_200_is_said(provider: Provider, how: str) -> None:
    body, words = NO_ANSWER[how]
    with pytest.raises(ValueError, match=re.escape(words)):
        provider.output(answer(body))


@BOTH
def test_a_page_inside_a_200_is_quoted_on_one_line_and_cut(provider: Provider) -> None:
    page = b"<!DOCTYPE html>\n<html>\n<title>Wi-Fi</title> " + b"y" * 900
    with pytest.raises(ValueError, match="HTML page") as raised:
        provider.output(answer(page))
    beginning = "<!DOCTYPE html> <html> <title>Wi-Fi</title> "
    assert str(raised.value).endswith(f'begins "{beginning}{"y" * (200 - len(beginning))}…"')


@BOTH
@pytest.mark.parametrize("body", [b"no healthy upstream", b"\xff\xfe[\0]\0"])
def test_other_bytes_inside_a_200_are_quoted_too(provider: Provider, body: bytes) -> None:
    with pytest.raises(ValueError, match="not strict JSON") as raised:
        provider.output(answer(body))
    assert f'it begins "{body.decode("utf-8", "replace")}"' in str(raised.value)


@BOTH
@pytest.mark.parametrize(
    ("text", "revision", "is_proof"),
    [("a" * 40, "a" * 40, True), (" " + "AB" * 20, "ab" * 20, True), ("0" * 64, "0" * 64, True),
     ("main", "main", False), ("a" * 39, "a" * 39, False), ("x" * 500, "x" * 64, False)],
)  # fmt: skip
def test_the_commit_is_proof_and_any_other_name_is_not(
    provider: Provider, text: str, revision: str, is_proof: bool
) -> None:
    for status in (200, 400, 500):
        identity = provider.served(Response(status=status, headers={"x-sha": text}))
        assert identity is not None
        assert (identity.revision, identity.is_proof, identity.source) == (
            revision,
            is_proof,
            "x-sha",
        )


@BOTH
def test_a_server_that_says_nothing_gives_no_identity_and_no_usage(provider: Provider) -> None:
    assert provider.served(answer()) is None
    assert provider.served(answer(x_sha=" ")) is None
    usage = provider.usage(answer())
    assert (usage.compute_s, usage.input_tokens, usage.output_tokens) == (None, None, None)


@BOTH
@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"x_compute_time": "0.123"}, 0.123),
        ({"x_compute_time": "11.876588403", "x_total_time": "11876"}, 11.876588403),
        ({"x_compute_time": "9", "x_tokenization_time": "1"}, 0.009),
        ({"x_compute_time": "soon"}, None),
        ({"x_compute_time": "-1"}, None),
        ({"x_compute_time": "nan"}, None),
        ({"x_compute_time": "inf"}, None),
        ({"x_total_time": "5"}, None),
    ],
)
def test_compute_time_is_in_seconds_whoever_states_it(
    provider: Provider, headers: dict[str, str], expected: float | None
) -> None:
    assert provider.usage(answer(**headers)).compute_s == expected


@BOTH
@pytest.mark.parametrize(
    ("text", "expected"),
    [("12", 12), ("0", 0), ("-1", None), ("1.5", None), ("", None), ("²", None), ("9" * 30, None),
     ("9" * 5000, None)],
)  # fmt: skip
def test_token_counts_are_numbers_that_can_be_stored(
    provider: Provider, text: str, expected: int | None
) -> None:
    usage = provider.usage(answer(x_prompt_tokens=text, x_generated_tokens=text))
    assert (usage.input_tokens, usage.output_tokens) == (expected, expected)
