"""Plan to exchanges: sends every call, pairs side by side, retries what may pass."""

from harness.stages.call.caller import Caller

__all__ = ["Caller"]
