"""openai: any server of the OpenAI protocol, at any base url."""

from dataclasses import dataclass

from harness.api import Call, Credential, Job, Provider, Request, hookimpl
from harness_providers._hub_protocol import stated_usage
from harness_providers._jobs import file_job, video_job
from harness_providers._lint import lint_openai
from harness_providers._openai_answer import is_pin, read_answer, served_model
from harness_providers._openai_batch import embeddings_batch
from harness_providers._openai_protocol import ROUTES, post
from harness_providers._routing import chosen_by_gateway
from harness_providers._streams import first_content_byte
from harness_providers._traces import traces_of_chat

BASE_URL = "https://api.openai.com/v1"
KEY = Credential(env=("OPENAI_API_KEY",), origins=("api.openai.com",))
_VIDEOS = frozenset({"text-to-video", "image-to-video"})
_IMAGES = frozenset({"text-to-image", "image-to-image"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Keys of a target of this provider."""

    base_url: str = BASE_URL
    """Everything before `/chat/completions`."""
    stream: bool = False
    """Whether chat and text generation are asked for as a stream; it is read as one answer."""
    video_route: str = "/videos"
    """Where videos are submitted, below `base_url`; polls go to `/videos/{id}` all the same."""


def request(call: Call) -> Request:
    """Give `POST {base_url}{route of the task}`."""
    options = call.target.options
    route = str(options.get("video_route") or "") if call.task in _VIDEOS else ""
    return post(call, _base_url(call), stream=options.get("stream") is True, route=route)


def job(call: Call) -> Job | None:
    """Give how videos are waited for, and images fetched that the answer only names."""
    if call.task in _VIDEOS:
        return video_job(_base_url(call))
    return file_job() if call.task in _IMAGES else None


def _base_url(call: Call) -> str:
    return str(call.target.options.get("base_url") or BASE_URL).rstrip("/")


@hookimpl
def harness_providers() -> list[Provider]:
    """Give this provider."""
    return [
        Provider(
            name="openai",
            request=request,
            output=read_answer,
            served=served_model,
            traces=traces_of_chat,
            usage=stated_usage,
            credential=KEY,
            options=Options,
            is_pin=is_pin,
            tasks=tuple(ROUTES),
            first_token=first_content_byte,
            job=job,
            batch=embeddings_batch(request),
            routed=chosen_by_gateway,
            lint=lint_openai,
        )
    ]
