"""Errors meant for people: each says where, what, and what to do."""


class HarnessError(Exception):
    """Something the user can act on; its text is shown without a traceback.

    `exit_code` is the process exit code it leads to (design section 4).
    """

    exit_code = 4


class UsageError(HarnessError):
    """A command line or configuration that cannot be carried out; exit 4."""


class PluginError(HarnessError):
    """A plugin that cannot be loaded or clashes with another; exit 4."""


class StoreError(HarnessError):
    """A run file that cannot be opened, is held by another process, or is not ours; exit 4."""


class RecordingError(HarnessError):
    """A recording that cannot be read, or one that would hold a secret; exit 4."""


class NothingSelectedError(HarnessError):
    """No case is left to run after filters; exit 5."""

    exit_code = 5


class ShapeError(ValueError):
    """A task's `parse` raises it for an answer that is none of the task's known shapes."""
