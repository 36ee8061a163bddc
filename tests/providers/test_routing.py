"""Who is asked behind a router: named partners, policies, and their routes."""

from typing import Any

import pytest

from harness.api import Target
from tests.providers.asking import IMAGE, REGISTRY, answer, body_of, request_of

ROUTER = "https://router.huggingface.co"


def routed(provider: str, model: str, **options: Any) -> str | None:
    target = Target(name="t", provider=provider, model=model, options=options)
    return REGISTRY.providers[provider].routed(target)


@pytest.mark.parametrize("suffix", ["", ":fastest", ":cheapest", ":preferred", ":auto"])
def test_a_policy_is_no_provider(suffix: str) -> None:
    said = routed("hf-router", f"org/name{suffix}")
    assert said is not None
    assert suffix in said


def test_a_named_partner_is_known_beforehand() -> None:
    assert routed("hf-router", "org/name:together") is None


def test_a_gateway_routes_where_its_model_is_a_router() -> None:
    assert routed("openai", "openrouter/auto", base_url="https://openrouter.ai/api/v1")
    assert routed("openai", "org/name", base_url=f"{ROUTER}/v1")
    assert routed("openai", "org/name:together", base_url=f"{ROUTER}/v1") is None
    assert routed("openai", "gpt-4o") is None
    assert routed("hf-inference", "org/name") is None


def test_a_chat_names_its_partner_in_the_model() -> None:
    request = request_of("hf-router", "chat-completion", "hello", model="org/name:together")
    assert request.url == f"{ROUTER}/v1/chat/completions"
    assert body_of(request)["model"] == "org/name:together"


@pytest.mark.parametrize(
    ("partner", "task", "path", "body"),
    [
        ("nscale", "text-to-image", "/nscale/v1/images/generations",
         {"model": "p/m", "prompt": "x", "response_format": "b64_json", "seed": 1}),
        ("hyperbolic", "text-to-image", "/hyperbolic/v1/images/generations",
         {"model_name": "p/m", "prompt": "x", "seed": 1}),
        ("fal-ai", "text-to-image", "/fal-ai/p/m", {"prompt": "x", "seed": 1}),
        ("fal-ai", "text-to-speech", "/fal-ai/p/m", {"text": "x", "seed": 1}),
        ("wavespeed", "text-to-video", "/wavespeed/api/v3/p/m", {"prompt": "x", "seed": 1}),
        ("together", "text-to-video", "/together/v2/videos",
         {"model": "p/m", "prompt": "x", "seed": 1}),
        ("together", "text-generation", "/together/v1/completions",
         {"model": "p/m", "prompt": "x", "seed": 1}),
        ("scaleway", "feature-extraction", "/scaleway/v1/embeddings",
         {"model": "p/m", "input": "x", "seed": 1}),
        ("replicate", "text-to-speech", "/replicate/v1/models/p/m/predictions",
         {"input": {"text": "x", "seed": 1}}),
    ],
)  # fmt: skip
def test_a_partner_has_a_route_a_task(partner: str, task: str, path: str, body: Any) -> None:
    request = request_of(
        "hf-router", task, "x", model=f"org/name:{partner}", provider_model="p/m",
        parameters={"seed": 1, "unused": None},
    )  # fmt: skip
    assert request.url == ROUTER + path
    assert body_of(request) == body


def test_a_version_of_a_model_travels_in_the_body() -> None:
    request = request_of(
        "hf-router", "text-to-image", "x", model="o/n:replicate", provider_model="o/n:5599ed"
    )
    assert request.url == f"{ROUTER}/replicate/v1/predictions"
    assert body_of(request) == {"input": {"prompt": "x"}, "version": "5599ed"}


def test_a_file_travels_as_an_address_of_its_own() -> None:
    request = request_of("hf-router", "image-to-video", media=IMAGE, model="p/m:fal-ai")
    assert request.url == f"{ROUTER}/fal-ai/p/m?_subdomain=queue"
    assert body_of(request) == {"image_url": "data:image/png;base64,iVBORw=="}


@pytest.mark.parametrize("model", ["org/name", "org/name:hf-inference", "org/name:fastest"])
def test_without_a_partner_other_tasks_go_to_hf_inference(model: str) -> None:
    request = request_of("hf-router", "feature-extraction", "x", model=model)
    path = "/hf-inference/models/org/name/pipeline/feature-extraction"
    assert request.url == ROUTER + path


def test_a_partner_without_a_route_is_refused_with_those_that_have_one() -> None:
    with pytest.raises(ValueError, match=r"no route to groq for text-to-image is known; .*fal-ai"):
        request_of("hf-router", "text-to-image", "x", model="org/name:groq")


def test_images_of_every_partner_become_bytes() -> None:
    provider = REGISTRY.providers["hf-router"]
    inside = {"data": [{"b64_json": "iVBORw=="}]}
    odd = {"images": [{"index": 0, "image": "iVBORw=="}]}
    waited = {"images": [{"url": "data:image/png;base64,iVBORw=="}]}
    for body in (inside, odd, waited):
        assert provider.output(answer(body)) == b"\x89PNG"
