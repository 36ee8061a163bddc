"""What every plugin must hold to, as functions that a plugin's own tests call.

Each raises AssertionError that says what was asked, what came and what is wrong, and needs no
test framework: `from harness.api.contract import check_task`, then `check_task(TASK)`.
"""

from harness.api.contract.checks import check_check
from harness.api.contract.providers import check_provider
from harness.api.contract.reporters import check_reporter
from harness.api.contract.tasks import check_task
from harness.api.kinds import Check, Plugin, Provider, Reporter, Task
from harness.data.dossier import Dossier

__all__ = ["check_check", "check_provider", "check_reporter", "check_task", "contract"]


def contract(plugin: Plugin, dossier: Dossier | None = None) -> None:
    """Hold a plugin of any kind to its contract; a reporter is given a dossier to render."""
    match plugin:
        case Task():
            check_task(plugin)
        case Provider():
            check_provider(plugin)
        case Check():
            check_check(plugin)
        case Reporter():
            if dossier is None:
                raise AssertionError("a reporter needs a dossier: contract(reporter, dossier)")
            check_reporter(plugin, dossier)
