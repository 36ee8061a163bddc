"""Holds a run to the recording it was started with: two would mix two experiments."""

from pathlib import Path

from harness.errors import UsageError
from harness.recording import Recording
from harness.store import RunReader, RunWriter

_EVENT = "recording"


def keep_recording(writer: RunWriter, recording: Recording, at: float) -> None:
    """Keep which recording answers a run."""
    writer.put_event(_EVENT, at, recording.sha256)


def refuse_another(folder: Path, recording: Recording, path: Path) -> None:
    """Raise UsageError for another recording than the one a run was started with.

    Runs of before this was kept take any.
    """
    with RunReader(folder) as reader:
        kept = [detail for _, kind, detail in reader.events() if kind == _EVENT]
    if kept and kept[0] != recording.sha256:
        raise UsageError(
            f"{path}: is not the recording {folder} was started with, or has changed since (sha256 "
            f"of its entries {recording.sha256[:12]}, was {str(kept[0])[:12]}): go on with that "
            "one, or start a new run"
        )
