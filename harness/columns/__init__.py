"""The columns two targets are compared by."""

from harness.columns.coded import SharedColumn
from harness.columns.pairs import PairColumns

__all__ = ["PairColumns", "SharedColumn"]
