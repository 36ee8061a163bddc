"""Jobs of every protocol: submitted, polled, fetched; and what their failures say."""

from typing import Any

import pytest

from harness.api import Fault, Request, Response
from tests.providers.asking import IMAGE, answer, body_of, call_of, provider_of, walk

CLIP = Response(status=200, headers={"content-type": "video/mp4"}, body=b"\x00\x00\x00\x18ftyp")


class Server:
    """Answers with what is prepared for the end of an address, in turn; the last one stays."""

    def __init__(self, **answers: list[Any]) -> None:
        self.answers = answers
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Response:
        self.requests.append(request)
        left = self.answers[request.url.partition("?")[0].rpartition("/")[2]]
        given = left.pop(0) if len(left) > 1 else left[0]
        return given if isinstance(given, Response) else answer(given)


def test_a_video_is_polled_and_its_content_fetched() -> None:
    call = call_of(
        "openai", "text-to-video", "a river", model="sora-2", parameters={"seconds": "4"}
    )
    server = Server(
        videos=[{"id": "v 1", "object": "video", "status": "queued"}],
        **{
            "v%201": [
                {"id": "v 1", "status": "in_progress", "progress": 40},
                {"id": "v 1", "status": "completed"},
            ],
            "content": [CLIP],
        },
    )
    over, asked = walk(call, server)
    assert over.response == CLIP
    assert over.fault is None
    base = "https://api.openai.com/v1/videos"
    assert asked == [
        f"POST {base}",
        f"GET {base}/v%201",
        f"GET {base}/v%201",
        f"GET {base}/v%201/content",
    ]
    assert body_of(server.requests[0]) == {"model": "sora-2", "prompt": "a river", "seconds": "4"}


def test_a_gateway_names_what_to_poll_and_the_file() -> None:
    call = call_of("openai", "text-to-video", "a river", base_url="https://openrouter.ai/api/v1")
    poll = "https://openrouter.ai/api/v1/videos/j1"
    done = {"status": "completed", "unsigned_urls": ["https://files.example/a.mp4"]}
    server = Server(
        videos=[{"id": "j1", "polling_url": poll, "status": "pending"}],
        j1=[{"status": "pending"}, done],
        **{"a.mp4": [CLIP]},
    )
    over, asked = walk(call, server)
    assert over.response == CLIP
    assert asked[-1] == "GET https://files.example/a.mp4"


def test_a_video_of_another_dialect_has_a_request_id_and_says_done() -> None:
    options = {"base_url": "https://api.x.ai/v1", "video_route": "/videos/generations"}
    call = call_of("openai", "text-to-video", "a river", **options)
    pending = answer({"status": "pending", "progress": 18}, status=202)
    done = {"status": "done", "video": {"url": "https://files.example/a.mp4", "duration": 1}}
    server = Server(
        generations=[{"request_id": "r"}], r=[pending, done], **{"a.mp4": [CLIP]}
    )  # fmt: skip
    over, asked = walk(call, server)
    assert over.response == CLIP
    assert asked[:2] == [
        "POST https://api.x.ai/v1/videos/generations",
        "GET https://api.x.ai/v1/videos/r",
    ]


@pytest.mark.parametrize("status", ["failed", "cancelled", "expired"])
def test_a_failed_video_is_a_fault_in_the_servers_words(status: str) -> None:
    call = call_of("openai", "text-to-video", "a river")
    ended = {"id": "v", "status": status, "error": {"message": "the prompt is not allowed"}}
    over, _ = walk(call, Server(videos=[{"id": "v"}], v=[ended]))
    assert over.fault is not None
    assert over.fault.message == f"the job ended as {status}: the prompt is not allowed"
    assert not over.fault.is_transient


def test_a_video_job_without_a_name_is_malformed() -> None:
    over, _ = walk(call_of("openai", "text-to-video", "x"), Server(videos=[{"status": "queued"}]))
    assert over.fault is not None
    assert over.fault.kind == "malformed"
    assert "neither id nor request_id" in over.fault.message


def test_a_poll_without_a_state_is_malformed() -> None:
    call = call_of("openai", "text-to-video", "x")
    over, _ = walk(call, Server(videos=[{"id": "v"}], v=[{"progress": 3}]))
    assert over.fault is not None
    assert over.fault.kind == "malformed"


def test_an_image_to_begin_with_travels_as_form() -> None:
    call = call_of("openai", "image-to-video", media=IMAGE, parameters={"prompt": "it moves"})
    request = provider_of(call).request(call)
    assert request.url == "https://api.openai.com/v1/videos"
    assert request.headers["content-type"].startswith("multipart/form-data")
    assert b'name="input_reference"; filename="a.png"' in request.body
    assert b'name="prompt"\r\n\r\nit moves' in request.body


def replicate(*polls: Any, first: Any = None) -> tuple[Any, list[str], Server]:
    call = call_of("hf-router", "text-to-video", "a dog", model="org/m:replicate")
    at = "https://api.replicate.com/v1/predictions/p1"
    started = {"id": "p1", "status": "starting", "output": None, "urls": {"get": at}}
    server = Server(
        predictions=[first or started], p1=list(polls), **{"a.mp4": [CLIP]}
    )  # fmt: skip
    over, asked = walk(call, server)
    return over, asked, server


@pytest.mark.parametrize("output", ["https://f.example/a.mp4", ["https://f.example/a.mp4"]])
def test_a_prediction_is_polled_through_the_router(output: Any) -> None:
    over, asked, server = replicate(
        {"status": "processing"}, {"status": "succeeded", "output": output}
    )
    prefix = "https://router.huggingface.co/replicate/v1"
    assert over.response == CLIP
    assert asked == [
        f"POST {prefix}/models/org/m/predictions",
        f"GET {prefix}/predictions/p1",
        f"GET {prefix}/predictions/p1",
        "GET https://f.example/a.mp4",
    ]
    assert server.requests[0].headers["prefer"] == "wait"


def test_a_prediction_that_was_waited_for_is_fetched_at_once() -> None:
    first = {"id": "p1", "status": "succeeded", "output": "https://f.example/a.mp4"}
    over, asked, _ = replicate({}, first=first)
    assert over.response == CLIP
    assert len(asked) == 2


@pytest.mark.parametrize("status", ["failed", "canceled"])
def test_a_failed_prediction_is_a_fault(status: str) -> None:
    over, _, _ = replicate({"status": status, "error": "out of memory"})
    assert isinstance(over.fault, Fault)
    assert "out of memory" in over.fault.message


def test_a_queue_is_asked_for_its_state_then_its_answer_then_the_file() -> None:
    call = call_of(
        "hf-router", "text-to-video", "a dog", model="org/m:fal-ai", provider_model="fal-ai/mochi"
    )
    address = "https://queue.fal.run/fal-ai/mochi/requests/r1"
    server = Server(
        mochi=[{"request_id": "r1", "status": "IN_QUEUE", "response_url": address}],
        status=[
            {"status": "IN_QUEUE", "response_url": address},
            {"status": "IN_PROGRESS", "response_url": address},
            {"status": "COMPLETED", "response_url": address},
        ],
        r1=[{"video": {"url": "https://f.example/a.mp4"}}],
        **{"a.mp4": [CLIP]},
    )
    over, asked = walk(call, server)
    prefix = "https://router.huggingface.co/fal-ai/fal-ai/mochi"
    state = f"GET {prefix}/requests/r1/status?_subdomain=queue"
    assert over.response == CLIP
    assert asked == [
        f"POST {prefix}?_subdomain=queue",
        state, state, state,
        f"GET {prefix}/requests/r1?_subdomain=queue",
        "GET https://f.example/a.mp4",
    ]  # fmt: skip


def test_a_completed_queue_with_an_error_is_a_fault() -> None:
    call = call_of("hf-router", "text-to-video", "a dog", model="fal-ai/m:fal-ai")
    address = "https://queue.fal.run/fal-ai/m/requests/r1"
    server = Server(
        m=[{"response_url": address}],
        status=[{"status": "COMPLETED", "error": "no such frame"}],
    )
    over, _ = walk(call, server)
    assert over.fault is not None
    assert "no such frame" in over.fault.message


def test_an_image_that_is_only_named_is_fetched() -> None:
    call = call_of("hf-router", "text-to-image", "a dog", model="fal-ai/flux:fal-ai")
    image = answer(b"\xff\xd8\xff", content_type="image/jpeg")
    server = Server(flux=[{"images": [{"url": "https://f.example/a.jpg"}]}], **{"a.jpg": [image]})
    over, _ = walk(call, server)
    assert over.response == image
    inside = answer({"data": [{"b64_json": "iVBORw=="}]})
    over, asked = walk(call_of("openai", "text-to-image", "a dog"), Server(generations=[inside]))
    assert over.response == inside
    assert len(asked) == 1


def test_a_long_running_operation_ends_in_a_file() -> None:
    call = call_of("gemini", "text-to-video", "waves", model="veo-3", parameters={"seed": 1})
    file = "https://generativelanguage.googleapis.com/v1beta/files/f"
    done = {
        "name": "models/veo-3/operations/o1",
        "done": True,
        "response": {"generateVideoResponse": {"generatedSamples": [{"video": {"uri": file}}]}},
    }
    server = Server(
        **{"veo-3:predictLongRunning": [{"name": "models/veo-3/operations/o1"}]},
        o1=[{"name": "models/veo-3/operations/o1"}, done],
        f=[CLIP],
    )
    over, asked = walk(call, server)
    base = "https://generativelanguage.googleapis.com/v1beta"
    assert over.response == CLIP
    assert asked[1] == f"GET {base}/models/veo-3/operations/o1"
    assert body_of(server.requests[0]) == {
        "instances": [{"prompt": "waves"}],
        "parameters": {"seed": 1},
    }


def test_a_failed_operation_is_a_fault() -> None:
    call = call_of("gemini", "text-to-video", "waves", model="veo-3")
    failed = {"name": "operations/o1", "done": True, "error": {"message": "quota"}}
    server = Server(**{"veo-3:predictLongRunning": [{"name": "operations/o1"}]}, o1=[failed])
    over, _ = walk(call, server)
    assert over.fault is not None
    assert over.fault.message == "the operation failed: quota"


def test_an_answer_that_leads_inside_a_network_is_not_followed() -> None:
    call = call_of("openai", "text-to-image", "a dog")
    server = Server(generations=[{"data": [{"url": "http://169.254.169.254/latest"}]}])
    over, asked = walk(call, server)
    assert over.fault is not None
    assert "not followed" in over.fault.message
    assert len(asked) == 1


def test_text_comes_at_once() -> None:
    for call in (
        call_of("openai", "chat-completion", "hello"),
        call_of("hf-router", "chat-completion", "hello", model="org/m:together"),
        call_of("gemini", "chat-completion", "hello"),
        call_of("hf-router", "text-to-image", "a dog", model="org/m:nscale"),
    ):
        assert provider_of(call).job(call) is None
