"""Carries out one `revgate run`: plan, calls, conclusion, recording."""

import os
import shlex
from collections.abc import Callable, Sequence
from contextlib import closing, nullcontext, suppress
from pathlib import Path
from urllib.parse import urlsplit

from harness import pipeline
from harness.cli.calibrating import is_calibration, write_noise
from harness.cli.concluding import conclude_run, present
from harness.cli.dry_run import dry_run
from harness.cli.heap import give_back
from harness.cli.linting import sentences_on, tell_all
from harness.cli.preflight import Looked, look_ahead
from harness.cli.progress import Progress
from harness.cli.recordings import refuse_another
from harness.cli.resuming import find_stopped
from harness.cli.run_request import RunRequest
from harness.cli.screen import tell
from harness.cli.starting import load, start_run
from harness.cli.stopping import stop_on_signals
from harness.cli.waiving import keep_waivers
from harness.clock import Clock
from harness.credentials import Wallet, is_loopback, open_wallet
from harness.data.dossier import Dossier
from harness.data.suite import Suite
from harness.errors import HarnessError, RecordingError, UsageError
from harness.recording import Recording, open_recording, prove_writable, write_recording
from harness.registry import Registry
from harness.store import RunReader, RunWriter
from harness.units import plural


def check_suites(requests: Sequence[RunRequest], registry: Registry) -> tuple[str, ...]:
    """Read every suite before the first call; give their names, in order.

    Raises UsageError for two of one name and folder.
    """
    names: list[str] = []
    for request in requests:
        if request.suite is None:
            continue
        suite = load(request.suite, request.selection, registry, dict(os.environ)).suite
        pipeline.prove_sendable(suite, is_replay=request.replay is not None)
        name = suite.name
        if request.out is not None and name in names:
            raise UsageError(f"two suites are called {name}: they cannot share --out")
        names.append(name)
    return tuple(names)


def run_suite(
    request: RunRequest,
    registry: Registry,
    concluded: Callable[[Path, Dossier], None] = lambda _folder, _dossier: None,
) -> int:
    """Run, or go on with, one suite; give the exit code.

    `concluded` is told the run's folder and dossier once there is a verdict.
    """
    clock, environ = _clock(request), dict(os.environ)
    wallet = open_wallet(environ, request.trust)
    if request.resume:
        folder, loaded = find_stopped(request.resume, request, registry, environ)
    elif request.suite is None:
        raise UsageError("name a suite file to run")
    else:
        folder, loaded = None, load(request.suite, request.selection, registry, environ)
    suite = loaded.suite
    pipeline.prove_sendable(suite, is_replay=request.replay is not None)
    if request.dry_run:
        dry_run(loaded, request.selection, wants_json=request.wants_json)
        tell_all(sentences_on(loaded, registry))
        return 0
    if request.offline and not request.replay:
        _refuse_distant(suite, registry)
    if request.record:
        prove_writable(request.record)
    with (
        closing(pipeline.JudgingProcess(registry)) as process,
        closing(open_recording(request.replay)) if request.replay else nullcontext() as recording,
    ):
        looked = look_ahead(loaded, request, registry, wallet, clock)
        if folder is None:
            folder = start_run(request, loaded, registry, clock.wall(), process, recording)
        elif recording is not None and request.replay:
            refuse_another(folder, recording, request.replay)
        is_complete, is_signalled = _make_calls(
            folder, suite, registry, request, wallet, clock, recording, looked, process
        )
    again = ["revgate", "run", "--resume", str(folder), *request.selection.plugin_flags()]
    if request.replay:
        again += ["--replay", str(request.replay)]
    if not is_complete:
        tell(f"stopped; go on with: {shlex.join(again)}")
        return 2
    lacks_reports = f"stopped, with all calls made; for its reports: {shlex.join(again)}"
    if is_signalled:  # too late for the calls, not for what comes after them
        tell(lacks_reports)
        return 2
    give_back()
    try:
        dossier = conclude_run(folder, registry, presentation=request.presentation)
    except KeyboardInterrupt:
        tell(lacks_reports)
        raise
    concluded(folder, dossier)
    if is_calibration(folder) and dossier.verdict.exit_code in {0, 1, 10}:
        write_noise(suite, dossier)
        return 0
    present(dossier, folder, wants_json=request.wants_json, on_one_line=request.is_one_of_several)
    if request.record:
        _record(folder, suite, registry, wallet, request.record)
    return dossier.verdict.exit_code


def _clock(request: RunRequest) -> Clock:
    at = request.stated_time
    return Clock() if at is None else Clock(wall=lambda: at)


def _make_calls(
    folder: Path,
    suite: Suite,
    registry: Registry,
    request: RunRequest,
    wallet: Wallet,
    clock: Clock,
    recording: Recording | None,
    looked: Looked | None,
    process: pipeline.JudgingProcess,
) -> tuple[bool, bool]:
    """Make the calls; give whether all are made, and whether a signal came meanwhile."""
    with (
        stop_on_signals() as stop,
        Progress(quiet=request.quiet, verbose=request.verbose) as listener,
        closing(RunWriter(folder, create=False)) as writer,
    ):
        if request.resume:
            writer.forget_unsent()
            keep_waivers(suite, writer, clock.wall())
            writer.flush()
            if recording is not None:
                _skip_answered(folder, recording)
        around = pipeline.Surroundings(
            registry=registry, wallet=wallet, clock=clock, stop=stop, listener=listener
        )
        if looked is not None:
            looked.keep(writer, clock.wall())
        writer.put_event("resumed" if request.resume else "started", clock.wall())
        is_complete = pipeline.make_calls(suite, writer, around, recording, process)
        writer.put_event("completed" if is_complete else "interrupted", clock.wall())
    return is_complete, stop.is_signalled


def _skip_answered(folder: Path, recording: Recording) -> None:
    """Use up the entries that answered before the run was stopped."""
    with RunReader(folder) as reader:
        for _, exchange in reader.exchanges():
            if exchange.is_stored:
                continue
            with suppress(RecordingError):
                recording.take(exchange.method, exchange.url, exchange.request_body)


def _record(folder: Path, suite: Suite, registry: Registry, wallet: Wallet, path: Path) -> None:
    secrets = wallet.known_values(
        registry.providers[target.provider].credential for target in suite.targets
    )
    try:
        with RunReader(folder) as reader:
            count = write_recording(path, reader.exchanges(), suite=suite.name, secrets=secrets)
    except HarnessError:
        tell(f"the run itself is kept in {folder}, with its reports")
        raise
    tell(f"recorded {plural(count, 'exchange')} in {path}")


def _refuse_distant(suite: Suite, registry: Registry) -> None:
    """Refuse targets that are not on this machine."""
    for target in suite.targets:
        if target.run is not None or registry.providers[target.provider].start is not None:
            continue  # not called at all, or a server of its own, started here
        one = str(target.options.get("url") or target.options.get("base_url") or "")
        if not all(is_loopback(urlsplit(url).hostname or "") for url in target.urls or (one,)):
            raise UsageError(
                f"--offline: target {target.name} ({target.provider}) is not on this machine; "
                "replay a recording with --replay FILE"
            )
