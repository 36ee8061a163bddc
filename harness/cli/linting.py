"""What the providers of a suite say of its parameters, each sentence once."""

from collections.abc import Iterator
from itertools import islice

from harness.cli.screen import tell
from harness.data.call import Call
from harness.emit import one_line
from harness.registry import Registry
from harness.suitefile import LoadedSuite

CASES = 200
"""Cases looked at: parameters are the suite's nearly always, and a data set is read again."""


def sentences_on(loaded: LoadedSuite, registry: Registry) -> tuple[str, ...]:
    """Give warnings on parameters that mean nothing, or something else, where they are sent.

    A case that cannot be built, or a plugin that fails, is told where it is called, not here.
    """
    concerned: dict[str, dict[str, None]] = {}
    for target, said in _said(loaded, registry):
        concerned.setdefault(said, {})[target] = None
    return tuple(f"{', '.join(targets)}: {said}" for said, targets in concerned.items())


def tell_all(sentences: tuple[str, ...]) -> tuple[str, ...]:
    """Print warnings; give them back."""
    for sentence in sentences:
        tell(f"warning: {sentence}")
    return sentences


def _said(loaded: LoadedSuite, registry: Registry) -> Iterator[tuple[str, str]]:
    suite, task = loaded.suite, registry.tasks[loaded.suite.task]
    live = [target for target in suite.targets if target.run is None]
    for case in islice(loaded.cases(), CASES):
        try:
            payload = task.build(case)
        except (Exception, SystemExit):  # noqa: BLE001, S112 - a plugin may raise anything
            continue
        for target in live:
            call = Call(case=case, target=target, payload=payload, task=task.name)
            try:
                found = [one_line(said) for said in registry.providers[target.provider].lint(call)]
            except (Exception, SystemExit):  # noqa: BLE001, S112 - as above
                continue
            yield from ((target.name, said) for said in found)
