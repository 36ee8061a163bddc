"""Carries out one `revgate run`: folder, plan, calls, recording, conclusion."""

import os
import shlex
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from harness import pipeline
from harness.cli.concluding import conclude_run, present
from harness.cli.folder import discard_folder, find_run, make_folder
from harness.cli.progress import Progress
from harness.cli.resuming import check_unchanged
from harness.cli.run_request import RunRequest
from harness.cli.screen import tell
from harness.cli.stopping import stop_on_signals
from harness.clock import Clock
from harness.credentials import Wallet, is_loopback, open_wallet
from harness.data.suite import Suite
from harness.errors import UsageError
from harness.gates import gates_of, unreachable
from harness.identity import environment, run_id
from harness.recording import open_recording, write_recording
from harness.registry import Registry, plugin_versions
from harness.selection import Selection, selection_from_json
from harness.stages.plan import planned_calls
from harness.store import RunHeader, RunReader, RunWriter, codec
from harness.suitefile import LoadedSuite, load_suite
from harness.units import plural


def run_suite(request: RunRequest, registry: Registry) -> int:
    """Run, or go on with, one suite; give the exit code."""
    clock, environ = Clock(), dict(os.environ)
    wallet = open_wallet(environ, request.trust)
    if request.resume:
        folder = find_run(request.resume)
        with RunReader(folder) as reader:
            header = reader.header()
        selection = selection_from_json(header.selection)
        path = request.suite or Path(str(header.suite["path"]))
        loaded = _load(path, selection, registry, environ)
        check_unchanged(folder, header, loaded, selection, registry)
    else:
        if request.suite is None:
            raise UsageError("name a suite file to run")
        selection = request.selection
        loaded = _load(request.suite, selection, registry, environ, is_replay=bool(request.replay))
        if request.dry_run:
            return _dry_run(loaded, selection)
        started_at = clock.wall()
        header = _header(loaded.suite, selection, registry, started_at)
        folder = _folder(request, header.run_id, loaded.suite)
    suite = loaded.suite
    if request.offline and not request.replay:
        _refuse_distant(suite, registry)
    if not request.resume:
        _start(folder, header, loaded, selection)
    is_complete = _make_calls(folder, suite, registry, request, wallet, clock)
    if not is_complete:
        tell(f"stopped; go on with: revgate run --resume {shlex.quote(str(folder))}")
        return 2
    if request.record:
        _record(folder, suite, registry, wallet, request.record)
    dossier = conclude_run(folder, registry)
    present(dossier, folder, wants_json=request.wants_json)
    return dossier.verdict.exit_code


def _load(
    path: Path,
    selection: Selection,
    registry: Registry,
    environ: Mapping[str, str],
    *,
    is_replay: bool = False,
) -> LoadedSuite:
    overrides = dict(selection.overrides)
    if is_replay:
        # A warm-up warms nothing here, and is in no recording.
        overrides["run.warmup"] = "0"
    return load_suite(path, registry, environ=environ, overrides=overrides)


def _header(suite: Suite, selection: Selection, registry: Registry, started_at: float) -> RunHeader:
    used = {f"task:{suite.task}"} | {f"provider:{target.provider}" for target in suite.targets}
    versions = plugin_versions(registry)
    return RunHeader(
        run_id=run_id(suite.name, suite.source_sha256, started_at),
        started_at=started_at,
        suite=codec.suite_to_json(suite),
        environment=environment(),
        plugins={name: found for name, found in versions.items() if name in used}
        | {name: found for name, found in versions.items() if name.startswith("check:")},
        selection=selection.as_json(),
    )


def _folder(request: RunRequest, identity: str, suite: Suite) -> Path:
    if request.out is None:
        return Path("runs") / identity
    return request.out / suite.name if request.shares_out else request.out


def _start(folder: Path, header: RunHeader, loaded: LoadedSuite, selection: Selection) -> None:
    """Store header, cases and plan; leave nothing behind when the cases are bad or none."""
    is_new = make_folder(folder)
    try:
        with closing(RunWriter(folder, create=True)) as writer:
            writer.put_header(header)
            cases, _ = pipeline.store_plan(loaded.suite, selection.pick(loaded.cases()), writer)
            _check_budget(loaded.suite, cases)
    except BaseException:
        discard_folder(folder, is_new=is_new)
        raise


def _check_budget(suite: Suite, cases: int) -> None:
    """Refuse a plan that `run.max_calls` cuts short even without a retry."""
    calls, warmups = planned_calls(cases, len(suite.targets), suite.run)
    most = suite.run.max_calls
    if most is not None and calls + warmups > most:
        raise UsageError(
            f"the plan needs {plural(calls + warmups, 'call')}, run.max_calls allows {most:,}: "
            "raise it, or select fewer cases with --limit, --tag or --case"
        )


def _make_calls(
    folder: Path,
    suite: Suite,
    registry: Registry,
    request: RunRequest,
    wallet: Wallet,
    clock: Clock,
) -> bool:
    recording = open_recording(request.replay) if request.replay else None
    with (
        stop_on_signals() as stop,
        Progress(quiet=request.quiet, verbose=request.verbose) as listener,
        closing(RunWriter(folder, create=False)) as writer,
    ):
        if request.resume:
            writer.forget_unsent()
            writer.flush()
        around = pipeline.Surroundings(
            registry=registry, wallet=wallet, clock=clock, stop=stop, listener=listener
        )
        writer.put_event("resumed" if request.resume else "started", clock.wall())
        try:
            is_complete = pipeline.make_calls(suite, writer, around, recording)
        finally:
            if recording is not None:
                recording.close()
        writer.put_event("completed" if is_complete else "interrupted", clock.wall())
    return is_complete


def _record(folder: Path, suite: Suite, registry: Registry, wallet: Wallet, path: Path) -> None:
    secrets = wallet.known_values(
        registry.providers[target.provider].credential for target in suite.targets
    )
    with RunReader(folder) as reader:
        count = write_recording(path, reader.exchanges(), suite=suite.name, secrets=secrets)
    tell(f"recorded {plural(count, 'exchange')} in {path}")


def _refuse_distant(suite: Suite, registry: Registry) -> None:
    """Refuse targets that are not on this machine."""
    from urllib.parse import urlsplit

    for target in suite.targets:
        options = target.options
        url = str(options.get("url") or options.get("base_url") or "")
        if not url or not is_loopback(urlsplit(url).hostname or ""):
            raise UsageError(
                f"--offline: target {target.name} ({target.provider}) is not on this machine; "
                "replay a recording with --replay FILE"
            )
    del registry


def _dry_run(loaded: LoadedSuite, selection: Selection) -> int:
    """Count calls and say which gates cannot pass; send nothing."""
    suite = loaded.suite
    asked = {"anything": False}

    def watched() -> Iterator[int]:
        for case in selection.pick(loaded.cases()):
            asked["anything"] |= case.expect is not None or bool(case.checks)
            yield 1

    cases = sum(watched())
    calls, warmups = planned_calls(cases, len(suite.targets), suite.run)
    gates = gates_of(suite, cases, has_expectations=asked["anything"])
    from harness.cli.screen import show
    from harness.gates.words import rule_of

    also = f" and {plural(warmups, 'warm-up')}" if warmups else ""
    show(
        f"{suite.name}: {plural(cases, 'case')} × {plural(suite.run.repeats, 'repeat')} × "
        f"{plural(len(suite.targets), 'target')} = {plural(calls, 'call')}"
        f"{also}; nothing was sent"
    )
    for gate in gates:
        chosen = " (default)" if gate.is_default else ""
        show(f"  gate {gate.metric} {rule_of(gate)}, level {gate.level}{chosen}")
    for sentence in (*suite.warnings, *unreachable(gates, cases)):
        tell(f"warning: {sentence}")
    return 0
