"""The one error the real-models demonstration raises."""


class RealDemoError(RuntimeError):
    """The demonstration cannot go on; the text says why, then what to do."""
