"""Starts the servers that targets bring along, for as long as their calls are made."""

from collections.abc import Mapping
from contextlib import ExitStack

from harness.data.suite import Suite, Target
from harness.emit import one_line
from harness.errors import HarnessError
from harness.pipeline.surroundings import Surroundings
from harness.store import RunReader, RunWriter


class ServerError(HarnessError):
    """A server of a target's own that does not start; exit 4, nothing was sent."""


def start_servers(
    suite: Suite, reader: RunReader, writer: RunWriter, around: Surroundings, stack: ExitStack
) -> Mapping[str, str]:
    """Give the origin of every started server, by target; they end with the stack.

    Started is what a target with calls still to be made needs, one after the other. Raises
    ServerError, naming the target.
    """
    origins: dict[str, str] = {}
    for target in _wanting(suite, reader, around):
        if around.stop.is_set():
            break
        origins[target.name] = _started(target, suite.task, around, stack)
    if origins and suite.run.concurrency > 1:
        names = ", ".join(origins)
        warning = (
            f"{names} run on this machine, where calls wait for each other: with run.concurrency "
            f"{suite.run.concurrency} that wait is part of the latency; run.concurrency: 1 has none"
        )
        writer.put_event("warning", around.clock.wall(), warning)
        around.listener.warned(warning)
    return origins


def _started(target: Target, task: str, around: Surroundings, stack: ExitStack) -> str:
    start = around.registry.providers[target.provider].start
    assert start is not None  # noqa: S101  only such targets are asked for
    try:
        return stack.enter_context(start(target, task))
    except HarnessError as error:
        raise ServerError(f"target {target.name} ({target.provider}): {error}") from error
    except (Exception, SystemExit) as error:
        raise ServerError(
            f"target {target.name}: provider {target.provider} could not start its server: "
            f"{one_line(repr(error))}; `revgate plugins` says whose it is"
        ) from error


def _wanting(suite: Suite, reader: RunReader, around: Surroundings) -> list[Target]:
    """Give the targets that bring a server and have calls to be made, in their order."""
    bring = {
        target.name
        for target in suite.targets
        if target.run is None and around.registry.providers[target.provider].start is not None
    }
    pending: set[str] = set()
    if bring:
        for slot in reader.pending():
            pending.add(slot.target)
            if bring <= pending:
                break
    return [target for target in suite.targets if target.name in bring & pending]
