"""Answers every call from a recording through `responses`; no socket can open."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock as patching

import requests
import responses
from responses.registries import FirstMatchRegistry

from harness.data.exchange import FaultKind
from harness.errors import RecordingError
from harness.recording.entry import Entry
from harness.recording.source import Recording

_NOT_REPLAYED = frozenset({"content-length", "content-encoding", "transfer-encoding"})


class ReplayedFaultError(RecordingError):
    """A call that was recorded as a fault of the way: it ends the same way again."""

    def __init__(self, kind: FaultKind, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class _Registry(FirstMatchRegistry):
    """Looks a request up by digest, and keeps nothing of it afterwards."""

    def __init__(self, recording: Recording, mock: responses.RequestsMock) -> None:
        super().__init__()
        self._recording = recording
        self._mock = mock

    def find(
        self, request: requests.PreparedRequest
    ) -> tuple[responses.BaseResponse | None, list[str]]:
        self._mock.calls.reset()
        body = request.body or b""
        entry = self._recording.take(
            str(request.method),
            str(request.url),
            body.encode() if isinstance(body, str) else body,
        )
        return _as_response(entry), []


def _as_response(entry: Entry) -> responses.BaseResponse:
    if entry.fault is not None:
        error = ReplayedFaultError(entry.fault.kind, entry.fault.message)
        return responses.Response(entry.method, entry.url, body=error)
    headers = {k: v for k, v in entry.headers.items() if k.lower() not in _NOT_REPLAYED}
    return responses.Response(
        entry.method,
        entry.url,
        body=entry.body,
        status=entry.status,
        headers=headers,
        content_type=None,
        auto_calculate_content_length=True,
    )


@contextmanager
def replaying(recording: Recording) -> Iterator[None]:
    """Answer every `requests` call of the process from the recording for the length of a block.

    Nothing can connect meanwhile: a call that is not recorded raises RecordingError.
    """
    mock = responses.RequestsMock(assert_all_requests_are_fired=False)
    mock._registry = _Registry(recording, mock)  # noqa: SLF001 - it only takes a class otherwise
    with ExitStack() as stack:
        for name in ("connect", "connect_ex", "sendto"):
            stack.enter_context(patching.patch.object(socket.socket, name, _refuse))
        stack.enter_context(patching.patch.object(socket, "getaddrinfo", _refuse))
        stack.enter_context(mock)
        yield


def _refuse(*_arguments: Any, **_keywords: Any) -> None:
    raise RecordingError("a connection was tried during a replay: replays open no socket")
