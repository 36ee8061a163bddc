"""The core of revgate: calls pinned model revisions, pairs their answers, decides."""

__version__ = "0.1.0"
