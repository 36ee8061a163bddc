"""The columns two targets are compared by."""

from harness.columns.pairs import PairColumns

__all__ = ["PairColumns"]
