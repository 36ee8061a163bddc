"""The installed packages, ready to be served: one revision each, one process each."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from harness_demo.real.process import RevisionProcess
from harness_demo.real.wheels import Wheel
from harness_demo.served import Served


@contextmanager
def real_models(folders: Mapping[Wheel, Path]) -> Iterator[tuple[Served, ...]]:
    """Give one `Served` a wheel, in the order of `folders`; on exit every process has ended.

    The processes load side by side. Raises RealDemoError when one of them cannot.
    """
    with ExitStack() as stack:
        processes = []
        for wheel, folder in folders.items():
            process = RevisionProcess(wheel, folder)
            stack.callback(process.close)
            processes.append(process)
        for process in processes:
            process.wait_until_ready()
        yield tuple(
            Served(
                model=process.wheel.name,
                revision=process.wheel.sha256,
                task="text-classification",
                predict=process.predict,
            )
            for process in processes
        )
