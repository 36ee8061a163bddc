"""The loopback servers that every contender asks."""

from benchmarks.serving.start import Service, serving

__all__ = ["Service", "serving"]
