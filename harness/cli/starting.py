"""Begins a run: its header, folder and whole plan are stored before the first call."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from harness import pipeline
from harness.cli.calibrating import against_itself, keep_noise
from harness.cli.folder import RUNS, discard_folder, make_folder
from harness.cli.linting import sentences_on, tell_all
from harness.cli.recordings import keep_recording
from harness.cli.run_request import RunRequest
from harness.cli.waiving import keep_waivers
from harness.data.suite import RunSettings, Suite, Target
from harness.errors import StoreError, UsageError
from harness.identity import environment, run_id
from harness.recording import Recording
from harness.registry import Registry, plugin_versions
from harness.selection import Selection
from harness.stages.plan import planned_calls
from harness.store import RunHeader, RunWriter, UnwritableError, codec
from harness.suitefile import LoadedSuite, load_suite
from harness.units import plural


def load(
    path: Path, selection: Selection, registry: Registry, environ: Mapping[str, str]
) -> LoadedSuite:
    """Give the suite as the command line wants it run."""
    overrides = dict(selection.overrides)
    if selection.is_replay:
        # A warm-up warms nothing here, and is in no recording.
        overrides["run.warmup"] = "0"
    loaded = load_suite(path, registry, environ=environ, overrides=overrides)
    return against_itself(loaded) if selection.is_calibration else loaded


def start_run(
    request: RunRequest,
    loaded: LoadedSuite,
    registry: Registry,
    started_at: float,
    process: pipeline.JudgingProcess,
    recording: Recording | None = None,
) -> Path:
    """Store header, cases and plan; give the run folder. `process` is told of many calls.

    A recording is what will answer them.

    Nothing is left behind when the cases are bad or none; another run in that folder is not
    touched.
    """
    suite, selection = loaded.suite, request.selection
    header = _header(request, suite, registry, started_at)
    folder = _folder(request, header.run_id, suite)
    is_new = make_folder(folder)
    writer = RunWriter(folder, create=True)
    try:
        with closing(writer):
            writer.put_header(header)
            if recording is not None:
                keep_recording(writer, recording, started_at)
            picked = selection.pick(loaded.cases())
            cases, _ = pipeline.store_plan(suite, picked, writer, process)
            check_budget(cases, suite.targets, suite.run)
            if not selection.is_calibration:
                keep_waivers(suite, writer, started_at)
                keep_noise(suite, writer, started_at)
            for sentence in tell_all(sentences_on(loaded, registry)):
                writer.put_event("warning", started_at, sentence)
    except BaseException as error:
        discard_folder(folder, is_new=is_new)
        if isinstance(error, UnwritableError):
            raise StoreError(f"{folder}: {error.__cause__}; nothing was sent: make room") from error
        raise
    return folder


def _header(request: RunRequest, suite: Suite, registry: Registry, started_at: float) -> RunHeader:
    is_reproducible = request.stated_time is not None
    used = {f"task:{suite.task}"} | {f"provider:{target.provider}" for target in suite.targets}
    versions = plugin_versions(registry)
    return RunHeader(
        run_id=run_id(suite.name, suite.source_sha256, started_at, is_reproducible=is_reproducible),
        started_at=started_at,
        suite=codec.suite_to_json(suite),
        environment=environment(),
        plugins={name: found for name, found in versions.items() if name in used}
        | {name: found for name, found in versions.items() if name.startswith("check:")},
        selection=request.selection.as_json(),
    )


def _folder(request: RunRequest, identity: str, suite: Suite) -> Path:
    if request.out is None:
        return RUNS / identity
    return request.out / suite.name if request.is_one_of_several else request.out


def check_budget(cases: int, targets: Sequence[Target], run: RunSettings) -> None:
    """Refuse a plan that `run.max_calls` cuts short even without a retry."""
    calls, warmups = planned_calls(cases, targets, run)
    if run.max_calls is not None and calls + warmups > run.max_calls:
        raise UsageError(
            f"the plan needs {plural(calls + warmups, 'call')}, run.max_calls allows "
            f"{run.max_calls:,}: raise it, or select fewer cases with --limit, --tag or --case"
        )
