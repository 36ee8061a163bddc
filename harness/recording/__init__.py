"""Recordings: JSON Lines of exchanges, written from a run and replayed through `responses`."""

from collections.abc import Iterator
from contextlib import contextmanager

from harness.recording.export import prove_writable, write_recording
from harness.recording.source import Recording, open_recording

__all__ = ["Recording", "open_recording", "prove_writable", "replaying", "write_recording"]


@contextmanager
def replaying(recording: Recording) -> Iterator[None]:
    """Answer every call from the recording for the length of a block: see `replay.replaying`."""
    from harness.recording import replay  # requests and responses cost 100 ms of start-up

    with replay.replaying(recording):
        yield
